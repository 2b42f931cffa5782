"""What the page of learning says: how often the first guess was right, and what placements taught."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.safestring import SafeString

from feedback.metrics import Share, difference, number_of
from feedback.pictures import Whisker, interval_plot
from feedback.spans import in_words
from objections.metrics import Stretch, guessed, guessed_course, moved_on
from objections.metrics.learning import STRETCH
from objections.models import Learning, Placement, Presumption
from objections.nlp.settings import read_section
from objections.theming.vectors import encoder_name

COLUMNS = ("Placed", "Right at first guess", "Among three", "Placements")


def learning_page() -> dict:
    """The template's context: a handful of queries, however much was placed."""
    stretches, learner, lately, moved = guessed_course(), read_section("learner"), guessed(), moved_on()
    read = Placement.objects.counted().by_people().filter(objection__vector__encoder=encoder_name())
    return {
        "lately": lately,
        "lately_note": _lately(lately.first),
        "moved": moved.part,
        "moved_note": f"of {moved.whole:,} it placed by itself; most of them nobody has checked",
        "presumed": Presumption.objects.standing().count(),
        "learning": Learning.objects.filter(encoder=encoder_name()).defer("turn", "curve").first(),
        "placed": read.count(),
        "least": learner["least"],
        "least_themes": learner["least_themes"],
        "least_each": learner["folds"],
        "columns": COLUMNS,
        "title": _title(stretches),
        "note": _note(stretches),
        "art": _art(stretches) if len(stretches) > 1 else "",
        "rows": [_row(stretch) for stretch in stretches],
    }


def _lately(share: Share) -> str:
    if not share.whole:
        return "no placement with a guess yet"
    return f"{share.part} of the last {number_of(share.whole, 'placement')} with a guess"


def _title(stretches: Sequence[Stretch]) -> str:
    """The finding."""
    if not stretches:
        return ""
    first, last = stretches[0].guessed.first, stretches[-1].guessed.first
    if len(stretches) == 1:
        return f"Right at first guess: {last}"
    return f"Right at first guess: {first} of the first fifty shown, {last} of the last fifty"


def _note(stretches: Sequence[Stretch]) -> str:
    if len(stretches) < 2:
        return ""
    found = difference(stretches[-1].guessed.first, stretches[0].guessed.first)
    is_clear = found.low > 0 or found.high < 0
    return f"{len(stretches)} times {STRETCH} placements" + ("" if is_clear else " · the difference may be chance")


def _art(stretches: Sequence[Stretch]) -> SafeString:
    width = 1 / len(stretches)
    whiskers = []
    for at, stretch in enumerate(stretches):
        share, left, inset = stretch.guessed.first, at * width, width * 0.2
        title = f"{_days(stretch)}: {share.counts}"
        ends = left + inset, left + width - inset
        whiskers.append(Whisker(*ends, left + width / 2, share.value, *share.interval, 1, title))
    label = f"{_title(stretches)}. One mark for fifty placements, the numbers are in the table below."
    first, last = timezone.localtime(stretches[0].since), timezone.localtime(stretches[-1].until)
    return interval_plot(whiskers, [], (f"{first:%-d %b %Y}", f"{last:%-d %b %Y}"), label)


def _row(stretch: Stretch) -> tuple:
    return _days(stretch), str(stretch.guessed.first), str(stretch.guessed.in_three), stretch.guessed.first.whole


def _days(stretch: Stretch) -> str:
    """In days of the reader."""
    return in_words((timezone.localdate(stretch.since), timezone.localdate(stretch.until)))
