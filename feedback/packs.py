"""What a closed meeting saw: how it is written down, and how it is found out that somebody altered it."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import timezone

from feedback.meetings import Shown
from feedback.models import Company, Definition, Meeting, Pack, Source, Taxonomy, User
from feedback.redaction import Redaction

FORMAT = 1


def canonical(value) -> str:
    """JSON with sorted keys and no spaces; dates in ISO form, decimals as strings. TypeError for anything else."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_written
    )


def _written(value) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def checksum(content: str, html: str) -> str:
    """As `Pack` says: SHA-256 over the JSON's bytes, a zero byte and the HTML's bytes."""
    return hashlib.sha256(content.encode() + b"\0" + html.encode()).hexdigest()


def written_down(*, meeting: Meeting, shown: list[Shown], version: int, by: User, at: datetime) -> tuple[str, str]:
    """The canonical content and the HTML of a pack. Each part's digest goes with it, so that tampering can be named."""
    basis = _basis()
    html = render_to_string(
        "feedback/meetings/_pack.html", {"shown": shown, "meeting": meeting, "currency": basis["currency"]}
    )
    parts = {
        "meeting": {
            "id": meeting.pk,
            "month": meeting.month,
            "first_day": meeting.first_day,
            "last_day": meeting.last_day,
            "held_on": meeting.held_on,
            "facilitator": str(meeting.facilitator or ""),
            "version": version,
            "closed_at": at,
            "closed_by": by.pk,
        },
        "basis": basis,
    }
    sections = [
        {"key": each.section.key, "title": each.section.title, "data": each.data, "note": each.note} for each in shown
    ]
    return _signed(parts, sections, html), html


def _signed(parts: dict, sections: list[dict], html: str) -> str:
    digests = {name: digest(canonical(part)) for name, part in parts.items()} | {"html": digest(html)}
    digests["sections"] = {each["key"]: digest(canonical(each)) for each in sections}
    return canonical({"format": FORMAT, **parts, "sections": sections, "digests": digests})


def _basis() -> dict:
    """What the figures rest on: currency, version of the reasons, versions of the definitions, cut-offs of reviews."""
    taxonomy = Taxonomy.objects.current()
    definitions = Definition.objects.order_by("version").values_list("slug", "version")
    return {
        "currency": Company.current().currency,
        "taxonomy": taxonomy.version if taxonomy else None,
        "definitions": dict(definitions),
        "reviews_from": dict(Source.objects.values_list("name", "reviews_from")),
    }


def without_words(pack: Pack, redaction: Redaction, *, by: User, at: datetime) -> tuple[str, str, str] | None:
    """Content, HTML and checksum of a pack without somebody's words, signed anew; None when they do not stand in it.

    The content names under `removals` when and by whom words were removed, from which parts, and the checksum before.
    Figures stay as they were closed.
    """
    content = json.loads(pack.content)
    html = redaction.clean_html(pack.html)
    touched = [name for name in ("meeting", "basis") if redaction.count(content[name])]
    touched += [f"section {each['key']}" for each in content["sections"] if redaction.count(each)]
    if not touched and html == pack.html:
        return None
    parts = {name: redaction.clean(content[name]) for name in ("meeting", "basis")}
    removal = {"at": at, "by": by.pk, "parts": touched, "checksum_before": pack.checksum}
    parts["removals"] = [*content.get("removals", []), removal]
    sections = [_without_words(each, redaction) for each in content["sections"]]
    written = _signed(parts, sections, html)
    return written, html, checksum(written, html)


def _without_words(section: dict, redaction: Redaction) -> dict:
    return {name: value if name == "key" else redaction.clean(value) for name, value in section.items()}


def days_of(pack: Pack) -> tuple[date, date | None]:
    """By the company's clock: when it was closed, and when it was opened again, if it was."""
    zone = Company.current().zone
    return timezone.localdate(pack.closed_at, zone), pack.reopened_at and timezone.localdate(pack.reopened_at, zone)


def removals(pack: Pack) -> list[dict]:
    """When words were removed from a pack, and from which parts: {"on", "parts"}."""
    told = json.loads(pack.content).get("removals", [])
    return [{"on": datetime.fromisoformat(each["at"]).date(), "parts": each["parts"]} for each in told]


def differences(pack: Pack) -> list[str]:
    """What of a pack is no longer as it was closed, in words; nothing when it is whole."""
    try:
        content = json.loads(pack.content)
        named = _altered(content, content["digests"])
        if content["digests"]["html"] != digest(pack.html):
            named.append("html")
        named += _strangers(pack, content["meeting"]) if "meeting" not in named else []
    except (ValueError, KeyError, TypeError):
        return ["content (it cannot be read)"]
    if canonical(content) != pack.content:
        named.append("content (it is not canonical)")
    if not named and pack.checksum != checksum(pack.content, pack.html):
        named.append("checksum")
    return named


def _altered(content: dict, digests: dict) -> list[str]:
    """The parts whose digest does not fit, or that came or went."""
    parts = ["meeting", "basis"] + ["removals"] * ("removals" in content or "removals" in digests)
    named = [name for name in parts if digests.get(name) != digest(canonical(content.get(name)))]
    found = {each["key"]: digest(canonical(each)) for each in content["sections"]}
    expected = digests["sections"]
    return named + [
        f"section {key}" for key in sorted({*found, *expected}, key=str) if found.get(key) != expected.get(key)
    ]


def _strangers(pack: Pack, said: dict) -> list[str]:
    """Columns beside the content that say something else than it does."""
    beside = {
        "meeting": (said["id"], pack.meeting_id),
        "version": (said["version"], pack.version),
        "closed_at": (said["closed_at"], pack.closed_at.isoformat()),
        "closed_by": (said["closed_by"], pack.closed_by_id),
    }
    return [name for name, (inside, outside) in beside.items() if inside != outside]
