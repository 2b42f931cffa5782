"""What a build stands on, and which of it changed. The same grounds give the same proposals: nothing is read again."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from objections.models import Exemplar, Merge, Objection, Placement, Proposal, Refusal, Theme
from objections.nlp.settings import as_text
from objections.theming.learning import current_learning
from objections.theming.vectors import encoder_name

IDLE = timedelta(days=90)  # a theme without a voice for so long after it was made may be proposed for retirement
NAMED_LATELY = timedelta(days=180)  # a name a person gave since is not doubted

WORDS = {
    "objections": "objections",
    "placements": "where objections stand",
    "themes": "themes",
    "idle": "old themes that nobody raised",
    "names": "names that may be doubted",
    "exemplars": "examples of themes",
    "learning": "what placements taught",
    "decisions": "what people rejected, refused, took out or merged",
    "encoder": "the encoder or its lens",
    "settings": "the settings of the language package",
}


def grounds(idle: Iterable[int], doubtable: Iterable[int]) -> dict[str, list]:
    """By kind what a build reads: [hash, how many rows]. `idle` and `doubtable` are theme ids, as the clock has it."""
    placed = Placement.objects.counted().order_by("objection_id").values_list("objection_id", "theme_id", "by_id")
    taken_out = Placement.objects.filter(undone_by__isnull=False).order_by("pk")
    rejected = Proposal.objects.filter(state="rejected").order_by("pk").values_list("pk")
    merges = Merge.objects.filter(undone_at=None).order_by("pk").values_list("pk")
    said_no = Refusal.objects.live().order_by("pk").values_list("objection_id", "theme_id")
    out = taken_out.values_list("objection_id", "theme_id")
    decisions = [*out, ("refused",), *said_no, ("rejected",), *rejected, ("merges",), *merges]
    return {
        "objections": _hashed(
            Objection.objects.live().exclude(text="").order_by("pk").values_list("pk", "text", "read_by")
        ),
        "placements": _hashed((voice, theme, by is not None) for voice, theme, by in placed),
        "themes": _hashed(Theme.objects.order_by("pk").values_list("pk", "name", "state")),
        "idle": _hashed((pk,) for pk in sorted(idle)),
        "names": _hashed((pk,) for pk in sorted(doubtable)),
        "exemplars": _hashed(Exemplar.objects.order_by("pk").values_list("theme_id", "text")),
        "learning": _learned(),
        "decisions": _hashed(decisions),
        "encoder": [encoder_name(), 1],
        "settings": [_digest([as_text()]), 1],
    }


def changed(before: dict[str, list], now: dict[str, list]) -> list[str]:
    """In words what differs, with how many there were and are where that differs too; empty where one is unknown."""
    if not before or not now:
        return []
    return [_change(key, before[key], now[key]) for key in WORDS if key in before and before[key] != now.get(key)]


def idle_themes() -> list[int]:
    """Active themes without a voice that may be proposed for retirement. Those a portal starts with wait to be heard.

    A voice without words, or in another language, is a voice, though no build reads it.
    """
    old = Theme.objects.active().filter(seed=None, made_at__lt=timezone.now() - IDLE)
    return list(old.exclude(pk__in=Theme.objects.heard().values("pk")).order_by("pk").values_list("pk", flat=True))


def doubtable_names() -> dict[int, str]:
    """Names of the active themes, by id, that no person gave or accepted lately."""
    since = timezone.now() - NAMED_LATELY
    rows = Theme.history.filter(id__in=Theme.objects.active().values("pk")).order_by("id", "history_date", "history_id")
    named = set()
    for pk, records in groupby(rows.values_list("id", "name", "history_date", "history_user_id"), lambda row: row[0]):
        name = None
        for _, now, at, by in records:
            if now != name and by is not None and at >= since:
                named.add(pk)
            name = now
    return dict(Theme.objects.active().exclude(pk__in=named).order_by("pk").values_list("pk", "name"))


def _learned() -> list:
    """What the matcher is built with besides its examples, and from how many placements that came."""
    learning = current_learning()
    if learning is None or not learning.is_used:
        return [_digest([]), 0]
    return [_digest([json.dumps(learning.curve), bytes(learning.turn).hex()]), learning.asked]


def _change(key: str, before: list, now: list) -> str:
    counts = f" ({before[1]:,} → {now[1]:,})" if before[1] != now[1] else ""
    return f"{WORDS[key]}{counts}"


def _hashed(rows: Iterable[tuple]) -> list:
    lines = [json.dumps(row, default=str) for row in rows]
    return [_digest(lines), len(lines)]


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "replace") + b"\n")
    return digest.hexdigest()[:16]
