"""What the reviews say. The reason follows from what was heard on the deal, mostly."""

from datetime import date
from random import Random

from objections.demo.corpus import read
from objections.demo.courses import Course, loses_as, would_have_changed
from objections.demo.days import Days
from objections.demo.deals import Deal
from objections.demo.outcomes import weight_of
from objections.demo.reviews import Review
from objections.demo.voices import Voice

# Where the money went, by reason, with weights.
DESTINATIONS = {
    "PRICE": {"competitor": 8, "status quo": 1, "unknown": 1},
    "BUDGET": {"status quo": 4, "cancelled": 5, "indecision": 1},
    "VALUE": {"status quo": 7, "in-house": 1, "indecision": 2},
    "TIMING": {"status quo": 5, "indecision": 3, "cancelled": 2},
    "PRODUCT": {"competitor": 7, "in-house": 1, "status quo": 2},
    "TRUST": {"competitor": 5, "status quo": 3, "indecision": 2},
    "AUTHORITY": {"indecision": 7, "status quo": 3},
    "INCUMBENT": {"competitor": 8, "status quo": 2},
    "TERMS": {"competitor": 6, "indecision": 2, "status quo": 2},
    "EXECUTION": {"competitor": 7, "unknown": 2, "status quo": 1},
    "FIT": {"withdrew": 6, "competitor": 2, "status quo": 2},
    "SILENT": {"unknown": 7, "status quo": 2, "indecision": 1},
    "OTHER": {"cancelled": 8, "unknown": 2},
    "UNKNOWN": {"unknown": 8, "competitor": 2},
}
UNHEARD = {"PRICE": 9, "SILENT": 4, "UNKNOWN": 7, "FIT": 2, "EXECUTION": 2, "TIMING": 2, "BUDGET": 2, "VALUE": 2}
DETAILS = {
    "SILENT": ["before demo", "after demo", "after proposal"],
    "FIT": ["wrong size", "unsupported use case", "wrong persona"],
    "EXECUTION": ["slow response", "weak discovery", "demo or proposal failed"],
    "TIMING": ["next fiscal period", "reorganisation", "waits on another project"],
    "BUDGET": ["never allocated", "cut or frozen", "above approval limit"],
    "VALUE": ["pain too small", "benefits not believed", "benefit not quantified"],
    "PRICE": ["above a rival quote", "discount refused", "total cost unclear"],
}
RIVALS = {"Depotonic": 4, "Ferrum Warehouse": 4, "Norrhall": 3, "Gangline": 2, "Kommissio": 1}
# What reps are quicker to name when several things were heard.
NAMED = {"PRICE": 2.8, "VALUE": 1.7, "INCUMBENT": 1.2, "TIMING": 0.9, "PRODUCT": 0.7, "TRUST": 0.75}
DISAGREES = 0.12  # of reviews: the reason is another than what was heard on the deal


def fill_in(deals: list[Deal], courses: dict[str, Course], days: Days, rng: Random) -> None:
    """Answers the questions of every review, drafts in part."""
    sentences = would_have_changed(rng)
    why_won = list(read("reviews")["why_won"])
    rng.shuffle(why_won)
    for deal in sorted((deal for deal in deals if deal.review), key=lambda deal: deal.review.started, reverse=True):
        if deal.review.kind == "win":
            _fill_in_win(deal.review, why_won)
        else:
            _fill_in_loss(deal.review, courses, days, sentences, rng)
    _give_other(deals, sentences, rng)


def _fill_in_loss(review: Review, courses: dict, days: Days, sentences: dict, rng: Random) -> None:
    heard = sorted(review.deal.voices, key=lambda voice: (-_blamed(voice, courses), voice.slug))
    themed = [voice for voice in heard if voice.slug]
    _code(review, themed, rng)
    review.destination = _drawn(DESTINATIONS[review.reason], rng)
    if review.destination == "competitor":
        review.deal.competitor = review.deal.competitor or _drawn(RIVALS, rng)
        review.met = [name for name in RIVALS if name != review.deal.competitor and rng.random() < 0.12]
    if review.at is None:
        return
    review.evidence = _evidence(heard, rng)
    review.outside_icp = review.reason == "FIT" or review.deal.account["size_band"] == "1-49"
    review.objection_unhandled = any(
        voice.remark["weight"] == "blocker" and voice.remark["ending"] == "unresolved" for voice in themed
    )
    review.message_missed = rng.random() < 0.09
    if review.reason in ("TIMING", "BUDGET"):
        review.reengage_on = _month_after(review.deal.ends_on, rng.randint(3, 9))
    if rng.random() < 0.8:
        review.would_have_changed = _sentence_for(review, sentences)


def _blamed(voice: Voice, courses: dict) -> float:
    code = loses_as(voice.slug).partition("/")[0] if voice.slug else ""
    return weight_of(voice, courses) * NAMED.get(code, 1.0)


def _sentence_for(review: Review, sentences: dict[str, list[str]]) -> str:
    """The next sentence for the reason that names no other rival than the deal had; each is used once."""
    left = sentences.get(review.reason, [])
    for text in left:
        if all(rival.split()[0] not in text or rival == review.deal.competitor for rival in RIVALS):
            left.remove(text)
            return text
    return ""


def _code(review: Review, themed: list[Voice], rng: Random) -> None:
    codes = list(dict.fromkeys(loses_as(voice.slug) for voice in themed))
    if not codes or rng.random() < DISAGREES:
        review.reason = _drawn(UNHEARD, rng)
        details = DETAILS.get(review.reason)
        review.detail = f"{review.reason}/{rng.choice(details)}" if details else ""
    else:
        review.detail = codes[0]
        review.reason = codes[0].partition("/")[0]
    others = dict.fromkeys(code.partition("/")[0] for code in codes)
    review.contributing = [code for code in others if code != review.reason][:2]
    if review.reason not in others:
        review.contributing = []  # what was heard had nothing to do with it, the rep says


def _give_other(deals: list[Deal], sentences: dict, rng: Random) -> None:
    """The few that fit no reason: their sentence says it all."""
    unheard = [deal.review for deal in deals if deal.review and deal.review.reason == "UNKNOWN" and deal.review.at]
    chosen = rng.sample(unheard, min(len(unheard), len(sentences["OTHER"])))
    for review, text in zip(chosen, sentences["OTHER"], strict=False):
        review.reason, review.detail, review.destination = "OTHER", "", "cancelled"
        review.other_reason, review.would_have_changed = text, ""


def _fill_in_win(review: Review, why_won: list[str]) -> None:
    themed = [voice for voice in review.deal.voices if voice.slug]
    review.contributing = list(dict.fromkeys(loses_as(voice.slug).partition("/")[0] for voice in themed))[:2]
    review.won_because = why_won.pop() if why_won else ""


def _evidence(heard: list[Voice], rng: Random) -> str:
    if any(voice.remark["quote"] for voice in heard):
        return "said"
    return rng.choices(["said", "implied", "inferred"], [5, 3, 2] if heard else [1, 2, 6])[0]


def _month_after(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def _drawn(weights: dict[str, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
