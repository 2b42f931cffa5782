"""Reads what was said: masks who is named, marks what is named, and tells the language; kept beside the words."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from threading import Lock

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from feedback.models import Account, Competitor, Product, Review
from feedback.models.masked import Masked
from objections import nlp
from objections.models import Comment, Mention, Objection, TwoInOne, Usage
from objections.nlp.settings import digest, read_section
from objections.nlp.types import MASKS, Lists, Reading

CHUNK = 200
LONGEST = {"text": 200, "value": 40}
READ = (Objection, Review, TwoInOne, Usage, Comment)  # the rows whose words are read
Progress = Callable[[int, int, str], None]

_lock = Lock()
_held = (None, None)  # (what the reader was made from, the reader)


def read_words(rows: Sequence[Masked]) -> None:
    """Reads the words of rows of one model and keeps what was found, but for those changed in the meantime.

    Its own transaction, apart from a job's outcome: masking waits for no encoder, and reading twice is harmless.
    """
    by, readings = _readings([getattr(row, column) for row in rows for column in row.WORDS])
    with transaction.atomic():
        for row in rows:
            found = {column: next(readings) for column in row.WORDS}
            masked = row.as_masked({column: reading.masked for column, reading in found.items()})
            now = {column: getattr(row, column) for column in row.WORDS}
            values = {"masked": masked, "read_by": by}
            if isinstance(row, Objection):
                values["language"] = found["text"].language if row.text else ""
            if type(row).objects.filter(pk=row.pk, **now).update(**values) and isinstance(row, Objection):
                _keep_mentions(row, found["text"].mentions)


def read_outdated(progress: Progress) -> int:
    """Reads what nobody has read yet, or an earlier reader or one with other lists; how many rows."""
    by, done = reader_name(), 0
    waiting = [(model, list(outdated(model, by).order_by("pk").values_list("pk", flat=True))) for model in READ]
    whole = sum(len(ids) for _, ids in waiting)
    for model, ids in waiting:
        for start in range(0, len(ids), CHUNK):
            progress(done, whole, "reading words")
            chunk = ids[start : start + CHUNK]
            read_words(list(model.objects.filter(pk__in=chunk)))
            done += len(chunk)
    return whole


def outdated(model: type[Masked], by: str):
    """Rows with words that this reader has not read."""
    worded = Q()
    for column in model.WORDS:
        worded |= ~Q(**{column: ""})
    return model.objects.filter(worded).exclude(read_by=by)


def reader_name() -> str:
    """What read a text: the pipeline with its settings, and what the company's lists named then.

    Accounts are left out: there are always new ones, and they only keep a firm from being taken for a person.
    """
    return _name_with(_competitors(), _products())


def _name_with(*lists: dict[int, list[str]]) -> str:
    written = json.dumps(lists, sort_keys=True)
    return f"{digest('reader')[:16]}:{hashlib.sha256(written.encode()).hexdigest()[:16]}"


def is_placeable(objection: Objection) -> bool:
    """Whether it is in a language that the encoder reads well enough to find its theme."""
    return objection.language in placed_languages()


def phrasing(objection: Objection) -> str:
    """Its words for what names a theme, whoever reads that: without a trace of people, nothing until they were read."""
    words = objection.words() if objection.is_masked else ""
    for mask in MASKS.values():
        words = words.replace(mask, ",")
    return words


def groupable(objections: QuerySet[Objection]) -> QuerySet[Objection]:
    """Those that a build may group: in a language that the encoder reads, or in a theme already."""
    return objections.filter(language__in=placed_languages()) | objections.themed()


def placed_languages() -> list[str]:
    """Codes of those, and blank: what was never read is taken to be in one of them."""
    return ["", *read_section("languages")["placed"]]


def _readings(texts: Sequence[str]) -> tuple[str, Iterator[Reading]]:
    """(name of the reader, what it read in each text)

    One reader is kept, for making one takes a moment, and only one thread may use it at a time.
    """
    global _held
    with _lock:
        competitors, products = _competitors(), _products()
        name, accounts = _name_with(competitors, products), Account.objects.aggregate(Count("id"), Max("id"))
        made_from = (name, *accounts.values())
        if _held[0] != made_from:
            names = Account.objects.order_by().values_list("name", flat=True)
            _held = (made_from, nlp.make_reader(Lists(competitors, products, list(names))))
        return name, iter(list(_held[1](texts)))


def _competitors() -> dict[int, list[str]]:
    named = {}
    for pk, alias_of, name in Competitor.objects.order_by("pk").values_list("pk", "alias_of", "name"):
        named.setdefault(alias_of or pk, []).append(name)
    return named


def _products() -> dict[int, list[str]]:
    return {pk: [name] for pk, name in Product.objects.order_by("pk").values_list("pk", "name")}


def _keep_mentions(objection: Objection, found) -> None:
    objection.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(
            objection=objection,
            kind=each.kind,
            start=each.start,
            end=each.end,
            text=objection.text[each.start : each.end][: LONGEST["text"]],
            value=each.value[: LONGEST["value"]],
            competitor_id=each.key if each.kind == "competitor" else None,
            product_id=each.key if each.kind == "product" else None,
        )
        for each in found
    )
