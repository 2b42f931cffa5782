"""What the palette and the search page find of this app, by words and by meaning together.

Words: rows in which each of the words typed stands somewhere. Meaning: rows whose vector lies near to that of what was
typed, which the web process reads once for all kinds. Both orders are merged by reciprocal rank fusion, which needs no
common scale for them (Cormack, Clarke & Büttcher, Reciprocal rank fusion outperforms Condorcet, SIGIR 2009, k = 60).

Who may not read buyers' names finds objections by the masked words only, and by meaning only those in which nothing
was masked: a vector is made of the words as they were said, and would tell that a name typed is near to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Case, Q, QuerySet, Value, When

from feedback.finding import deals_found
from feedback.home import Finder, Hit, add_finder
from feedback.kept import once
from feedback.models import User
from feedback.permissions import can_read_buyers
from objections.models import Answer, Collateral, Objection, Theme
from objections.nlp.lens import LensMismatch
from objections.nlp.scripts import is_foreign_script
from objections.nlp.vectors import EncoderMismatch, EncoderMissing
from objections.theming.matching import index_at_hand
from objections.theming.meanings import alike, has_meanings
from objections.theming.vectors import text_hash, vector_of

K = 60
DEEP = 30  # of each order that are merged
MOST_WORDS = 8  # that have to stand in a row; who types more tells a meaning
LEAST_LETTERS = 3
BY_MEANING = "by meaning"
# Cosine from which something is near enough to be shown, of themes that to their centre. On the demo company
# what nothing is like ("football", "weather tomorrow") stays below, what is asked for in other words mostly above.
NEAR = {"collateral": 0.3, "answer": 0.3, "objection": 0.38, "theme": 0.33}


@dataclass(frozen=True, eq=False)
class Asked:
    """What was typed, as it is compared: its vector, and the themes with how near their centre lies, nearest first."""

    vector: np.ndarray
    themes: dict[int, float]


def register() -> None:
    add_finder(Finder("Themes", 20, find_themes))
    add_finder(Finder("Answers", 25, find_answers))
    add_finder(Finder("Collateral", 30, find_collateral))
    add_finder(Finder("Objections", 40, find_objections))


def find_collateral(user: User, words: str, limit: int) -> list[Hit]:
    """Published pieces and once published ones, drafts for those who publish: by title, use or theme."""
    pieces, said = Collateral.objects.visible_to(user), split(words)
    matching = pieces
    for word in said:
        matching = matching.matching(word)
    by_words = _first(matching, _all_in("title", said), "title")
    near = _near("collateral", words)
    rows = _best(pieces.prefetch_related("publications"), by_words, near, limit)

    def where(piece: Collateral) -> str:
        if piece.pk not in by_words:
            return BY_MEANING
        if stands_in(said, piece.title):
            return "in the title"
        return "in its use" if stands_in(said, f"{piece.title} {piece.summary}") else "by its theme"

    return [Hit(str(row), _state(row), row.get_absolute_url(), where(row)) for row in rows]


def find_answers(user: User, words: str, limit: int) -> list[Hit]:
    """Approved words in force, of active themes; each leads to its theme."""
    answers = Answer.objects.filter(retired_at=None, theme__in=Theme.objects.visible_to(user).active())
    by_words = _first(answers.filter(_all_in("text", split(words))), None, "-approved_at")
    rows = _best(answers.select_related("theme"), by_words, _near("answer", words), limit)
    return [
        Hit(shortened(row.text), str(row.theme), row.theme.get_absolute_url(), _where(row.pk, by_words, "in its words"))
        for row in rows
    ]


def find_themes(user: User, words: str, limit: int) -> list[Hit]:
    """Active themes by name and definition, and those whose objections are like what was typed."""
    themes, said = Theme.objects.visible_to(user).active(), split(words)
    every = Q()
    for word in said:
        every &= Q(name__icontains=word) | Q(definition__icontains=word)
    by_words = _first(themes.filter(every).with_voices(), _all_in("name", said), "-voices")
    rows = _best(themes.with_voices(), by_words, _near("theme", words), limit)

    def where(theme: Theme) -> str:
        return _where(theme.pk, by_words, "in its name" if stands_in(said, theme.name) else "in its definition")

    return [Hit(row.name, f"{row.voices:,} heard", row.get_absolute_url(), where(row)) for row in rows]


def find_objections(user: User, words: str, limit: int) -> list[Hit]:
    """Voices that count, by their words as this person may read them, their deal or account, or their meaning."""
    voices, said = Objection.objects.visible_to(user).live(), split(words)
    by_words = list(voices.saying_or_on(said, deals_found(user, words), user).values_list("pk", flat=True)[:DEEP])
    by_meaning = _sound(voices, _near("objection", words), user)
    shown = _best(voices.select_related("opportunity__account"), by_words, by_meaning, limit)

    def where(voice: Objection) -> str:
        in_words = stands_in(said, voice.words_for(user))
        return _where(voice.pk, by_words, "in their words" if in_words else "by deal or account")

    return [
        Hit(shortened(row.words_for(user) or str(row)), _account(row), row.get_absolute_url(), where(row))
        for row in shown
    ]


def fused(*orders: Iterable[int]) -> list[int]:
    """Ids of all the orders, best first; of equals the one that an earlier order has."""
    scores = {}
    for order in orders:
        for rank, pk in enumerate(order, start=1):
            scores[pk] = scores.get(pk, 0) + 1 / (K + rank)
    return sorted(scores, key=lambda pk: -scores[pk])


def split(words: str) -> list[str]:
    return words.split()[:MOST_WORDS]


def stands_in(said: Sequence[str], text: str) -> bool:
    text = text.casefold()
    return all(word.casefold() in text for word in said)


def shortened(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119].rstrip()}…"


def asked_by(words: str) -> Asked | None:
    """None where there is no meaning to compare: too few letters, letters that the encoder does not know, nothing to
    compare them with, or no encoder. Then words alone are looked for.
    """
    return once(f"asked-{text_hash(words)}", lambda: _read(words))


def _read(words: str) -> Asked | None:
    if sum(letter.isalpha() for letter in words) < LEAST_LETTERS or is_foreign_script(words):
        return None
    try:
        held = index_at_hand()
        if not held.index.themes and not has_meanings():
            return None
        vector = vector_of(words)
    except (EncoderMissing, EncoderMismatch, LensMismatch):
        return None
    return Asked(vector, held.near_themes(vector))


def _near(kind: str, words: str) -> list[int]:
    asked = asked_by(words)
    if asked is None:
        return []
    found = asked.themes if kind == "theme" else alike(kind, asked.vector, DEEP)
    return [pk for pk, likeness in found.items() if likeness >= NEAR[kind]][:DEEP]


def _best(rows: QuerySet, by_words: list[int], near: list[int], limit: int) -> list:
    """The first of both orders. Of what lies near, some may not be seen or is gone: the next take its place."""
    order = fused(by_words, near)
    found = rows.in_bulk(order[:limit]) if order else {}
    if len(found) < len(order[:limit]) and order[limit:]:
        found |= rows.in_bulk(order[limit:])
    return [found[pk] for pk in order if pk in found][:limit]


def _sound(voices: QuerySet[Objection], near: list[int], user: User) -> list[int]:
    """Of objections near in meaning those whose words are still the ones that were read, and, for who may not read
    buyers' names, are read by everybody as they were said.
    """
    if not near:
        return []
    rows = voices.filter(pk__in=near).order_by().select_related("vector")
    rows = {row.pk: row for row in rows.only(*Objection.WORDS, "masked", "author", "vector__text_hash")}
    reads_all = can_read_buyers(user)
    return [
        pk
        for pk in near
        if (row := rows.get(pk))
        and row.vector.text_hash == text_hash(row.text)
        and (reads_all or row.author_id == user.pk or row.words() == row.text)
    ]


def _all_in(column: str, said: Sequence[str]) -> Q:
    every = Q()
    for word in said:
        every &= Q(**{f"{column}__icontains": word})
    return every


def _first(rows: QuerySet, best: Q | None, then: str) -> list[int]:
    """Those that meet `best` before the others."""
    order = [Case(When(best, then=Value(0)), default=Value(1))] if best else []
    return list(rows.order_by(*order, then, "pk").values_list("pk", flat=True)[:DEEP])


def _where(pk: int, by_words: list[int], words: str) -> str:
    return words if pk in by_words else BY_MEANING


def _state(piece: Collateral) -> str:
    state = "published" if piece.publication else "retired" if piece.publications.all() else "draft"
    return f"{piece.get_type_display()}, {state}"


def _account(voice: Objection) -> str:
    return str((voice.opportunity and voice.opportunity.account) or "")
