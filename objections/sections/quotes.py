"""What buyers said, as a pack may quote it."""

from feedback.metrics import Period
from objections.models import Objection, Placement
from objections.models.objections import Weight

QUOTES = 3
# What a quote needs of a voice; the first four say which is best.
VOICE = (
    "objection__is_quote",
    "objection__weight",
    "objection__heard_on",
    "objection",
    "objection__text",
    "objection__raised_by",
    "objection__answer_used",
    "objection__masked",
    "objection__opportunity",
    "objection__opportunity__account__name",
)
HEAVIEST_FIRST = ["blocker", "concern", "question"]


def quotes_of(themes, period: Period, most: int = QUOTES) -> dict[int, list[dict]]:
    """At most so many voices of the period for each theme: the buyer's own words first, then the heaviest.

    Who logged them is not said, and buyers' names are masked: a pack is the same for all who read it. No words twice,
    no deal twice.
    """
    placed = Placement.objects.counted().filter(theme__in=themes, objection__heard_on__range=period)
    rows = placed.exclude(objection__text="").filter(objection__masked__isnull=False).order_by()
    rows = rows.values_list("theme", *VOICE)
    found, seen = {}, set()
    for theme, *columns in sorted(rows, key=lambda row: _best_first(*row[1:])):
        voice, chosen = dict(zip(VOICE, columns, strict=True)), found.setdefault(theme, [])
        said = Objection(**{name: voice[f"objection__{name}"] for name in (*Objection.WORDS, "masked")})
        if not said.is_masked:
            continue
        deal = voice["objection__opportunity"]
        marks = {(theme, said.words().casefold()), (theme, deal)}
        if len(chosen) < most and not marks & seen:
            chosen.append(_quote(voice, said))
            seen |= {mark for mark in marks if mark[1] is not None}
    return found


def _best_first(is_quote, weight, heard_on, pk, *others):
    return not is_quote, HEAVIEST_FIRST.index(weight), -heard_on.toordinal(), -pk


def _quote(voice: dict, said: Objection) -> dict:
    return {
        "text": said.words(),
        "is_quote": voice["objection__is_quote"],
        "raised_by": said.words("raised_by"),
        "weight": Weight(voice["objection__weight"]).label,
        "account": voice["objection__opportunity__account__name"] or "",
        "heard_on": voice["objection__heard_on"],
    }
