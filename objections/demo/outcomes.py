"""How deals end, and why: the chance to win falls with every objection that met no answer."""

from math import exp
from random import Random

from objections.demo.courses import Course
from objections.demo.days import Days
from objections.demo.deals import Deal
from objections.demo.voices import Voice

START = 1.0
WEIGHTS = {"question": 0.45, "concern": 1.15, "blocker": 2.1}
ANSWERED = -0.75  # a good answer takes the weight away and earns a little trust
ENDINGS = {"accepted": 0.35, "partly": 0.8, "deferred": 1.0, "unresolved": 1.1, "": 0.9}
CHANNELS = {
    "referral": 0.8,
    "partner": 0.45,
    "inbound": 0.1,
    "content": 0.0,
    "event": 0.0,
    "paid": -0.35,
    "outbound": -0.5,
}
SIZES = {"1-49": -1.2, "50-249": 0.15, "250-999": 0.1, "1000+": -0.5}


def decide_outcomes(deals: list[Deal], courses: dict[str, Course], days: Days, rng: Random) -> None:
    """Gives every deal that has ended its outcome, and closed ones what is known of their money."""
    for deal in deals:
        luck = rng.random()
        if deal.ends_on > days.last:
            continue
        deal.outcome = "won" if luck < chance(deal, courses) else "lost"
    lost = [deal for deal in deals if deal.outcome == "lost"]
    for deal in rng.sample(lost, len(lost) // 8):
        deal.is_amount_known = False
    known = [deal for deal in deals if deal.is_amount_known and deal.account["region"] == "UK and Ireland"]
    for deal in rng.sample(known, 3):
        deal.currency = "GBP"


def chance(deal: Deal, courses: dict[str, Course]) -> float:
    """The probability of a win, from what was heard on the deal and from where it came."""
    if deal.is_cut_short:
        return 0.0
    sum_ = START + CHANNELS[deal.lead_source["channel"]] + SIZES[deal.account["size_band"]]
    return 1 / (1 + exp(burden(deal, courses) - sum_))


def burden(deal: Deal, courses: dict[str, Course]) -> float:
    return sum(weight_of(voice, courses) for voice in deal.voices)


def weight_of(voice: Voice, courses: dict[str, Course]) -> float:
    """What a voice costs; less than nothing where an answer was live before the deal ended."""
    heard = WEIGHTS[voice.remark["weight"]] * ENDINGS[voice.remark["ending"]]
    course = courses.get(voice.slug)
    if course is None:
        return heard * 0.5
    return heard * (ANSWERED if course.is_answered(voice.deal.ends_on) else 1.0)
