from collections import Counter
from collections.abc import Callable

from feedback.meetings import Chart
from feedback.metrics import Agreement, Period, agreement
from feedback.models import Meeting
from feedback.samples import coded_of, drawn
from feedback.sections import plain

MOST = 5  # pairs of codes
# Under 0.61 the agreement is less than substantial: Landis and Koch, The measurement of observer agreement for
# categorical data (Biometrics 33:159, 1977).
SUBSTANTIAL = 0.61
DEFINITIONS = ("coding-agreement",)

MINUTES = 2


def beforehand(period: Period, meeting: Meeting) -> list[int]:
    return drawn(meeting)


def collect(period: Period, meeting: Meeting, sampled: Callable[[], list[int]]) -> dict:
    """How alike two people coded a sample of the reviews, on both axes, and which codes they take for each other.

    Neither coder is named.
    """
    sample = sampled()
    codings = coded_of(meeting, sample)
    places = [(each.first_destination, each.destination) for each in codings]
    reasons = [(each.first_reason, each.reason) for each in codings]
    of_places, of_reasons = _agreement(places), _agreement(reasons)
    return {
        "sample": len(sample),
        "coded": len(codings),
        "axes": [_axis("Where the money went", of_places), _axis("Why", of_reasons)],
        "mistaken": _mistaken(reasons),
        "asks": of_reasons.kappa is not None and of_reasons.kappa < SUBSTANTIAL,
    }


def chart(data: dict) -> Chart | None:
    """Which reasons are taken for each other."""
    pairs = data["mistaken"]
    if not pairs:
        return None
    names = [f"{pair['one']} / {pair['other']}" for pair in pairs]
    return Chart("bar", "Taken for each other", names, {"Reviews": [pair["n"] for pair in pairs]})


def _agreement(pairs) -> Agreement:
    return agreement([(first.code, second.code) for first, second in pairs])


def _axis(name: str, found: Agreement) -> dict:
    interval = found.share.interval
    return {
        "name": name,
        "share": plain.share(found.share),
        "interval": [round(end, 4) for end in interval] if interval else None,
        "kappa": round(found.kappa, 4) if found.kappa is not None else None,
        "words": found.words,
    }


def _mistaken(pairs) -> list[dict]:
    """Pairs of reasons that one coder chose where the other chose the other, whichever of them it was; most first."""
    counted = Counter(tuple(sorted((one.label, other.label))) for one, other in pairs if one.code != other.code)
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [{"one": one, "other": other, "n": n} for (one, other), n in ordered[:MOST]]
