"""What the page of learning says: how often the first guess was right, and what placements taught."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString

from feedback.metrics import Share, number_of
from feedback.pictures import Whisker, interval_plot
from objections.metrics import Stretch, corrected, guessed, guessed_course
from objections.models import Learning, Placement, Presumption
from objections.nlp.settings import read_section
from objections.theming.learning import current_learning

COLUMNS = ("Placements", "Right at first guess", "Among three", "Of")


def learning_page() -> dict:
    """The template's context: a handful of queries, however much was placed."""
    stretches, learner, lately, moved = guessed_course(), read_section("learner"), guessed(), corrected()
    learning = current_learning()
    return {
        "lately": lately,
        "lately_note": _lately(lately.first),
        "corrected": moved,
        "corrected_note": f"{moved.counts} moved or taken out by people" if moved.whole else "nothing placed by itself",
        "gain": _gain(learning) if learning else 0,
        "presumed": Presumption.objects.standing().count(),
        "learning": learning,
        "placed": Placement.objects.counted().by_people().exclude(objection__text="").count(),
        "least": learner["least"],
        "least_themes": learner["least_themes"],
        "columns": COLUMNS,
        "title": _title(stretches),
        "note": _note(stretches),
        "art": _art(stretches) if len(stretches) > 1 else "",
        "rows": [_row(stretch) for stretch in stretches],
    }


def _lately(share: Share) -> str:
    if not share.whole:
        return "nothing placed yet"
    return f"{share.part} of the last {number_of(share.whole, 'placement')} by people"


def _gain(learning: Learning) -> int:
    """By how much, in %, learning lowered the mean log loss of its sureness on placements held out."""
    return round(100 * (1 - learning.loss_learned / learning.loss_shipped)) if learning.loss_shipped else 0


def _title(stretches: Sequence[Stretch]) -> str:
    """The finding."""
    if not stretches:
        return ""
    first, last = stretches[0].guessed.first, stretches[-1].guessed.first
    if len(stretches) == 1:
        return f"Right at first guess: {last}"
    return f"Right at first guess: {first}, now {last}"


def _note(stretches: Sequence[Stretch]) -> str:
    if len(stretches) < 2:
        return ""
    first, last = (stretch.guessed.first.interval for stretch in (stretches[0], stretches[-1]))
    apart = last[0] > first[1] or last[1] < first[0]
    return f"{len(stretches)} times 50 placements" + ("" if apart else " · the difference may be chance")


def _art(stretches: Sequence[Stretch]) -> SafeString:
    width = 1 / len(stretches)
    whiskers = []
    for at, stretch in enumerate(stretches):
        share, left = stretch.guessed.first, at * width
        low, high = share.interval
        title = f"{_days(stretch)}: {share.counts}"
        inset = width * 0.2
        whiskers.append(Whisker(left + inset, left + width - inset, left + width / 2, share.value, low, high, 1, title))
    label = f"{_title(stretches)}. One mark for fifty placements, the numbers are in the table below."
    return interval_plot(whiskers, [], (_days(stretches[0]), _days(stretches[-1])), label)


def _row(stretch: Stretch) -> tuple:
    return _days(stretch), str(stretch.guessed.first), str(stretch.guessed.in_three), stretch.guessed.first.whole


def _days(stretch: Stretch) -> str:
    """`3 to 9 Nov 2026`, as days of the reader."""
    since, until = timezone.localtime(stretch.since), timezone.localtime(stretch.until)
    if since.date() == until.date():
        return f"{until:%-d %b %Y}"
    same_month = (since.year, since.month) == (until.year, until.month)
    first = f"{since:%-d}" if same_month else f"{since:%-d %b}" if since.year == until.year else f"{since:%-d %b %Y}"
    return f"{first} to {until:%-d %b %Y}"
