from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import numpy as np

from config.bench.company import names
from config.bench.company.deals import BATCH, Deals
from config.bench.company.moments import moment, moments_given
from config.bench.company.people import People
from feedback.models import Category, Opportunity, Review
from objections import nlp
from objections.demo.corpus import remarks
from objections.models import Answer, Objection, Placement, Theme, Vector
from objections.models.objections import Ending, Weight
from objections.models.themes import Owner
from objections.theming.vectors import encoder_name, text_hash, to_bytes

THEMED = 0.9
WITHOUT_DEAL = 0.04
ROLES = ["IT manager", "Purchasing", "Warehouse manager", "Chief financial officer", "Works council", "Owner"]


def make_voices(size, deals: Deals, reviews: dict[int, Review], dice: Random, people: People) -> list[Theme]:
    """Themes, the first heard most: one voice in twelve is in it, one in 450 in the last of 150."""
    themes = _themes(size, dice, people)
    said = [row["text"] for rows in remarks().values() for row in rows]
    rows = [_voice(n, said, deals, reviews, dice, people) for n in range(size.objections)]
    with moments_given(Objection, "logged_at"):
        voices = Objection.objects.bulk_create(rows, batch_size=BATCH)
    placements = _placements(voices, themes, dice, people)
    with moments_given(Placement, "at"):
        Placement.objects.bulk_create(placements, batch_size=BATCH)
    Vector.objects.bulk_create(_vectors(voices), batch_size=BATCH)
    return themes


def _themes(size, dice: Random, people: People) -> list[Theme]:
    """Those every portal starts with and as many more as are asked for; half have words to say."""
    categories, owners = list(Category.objects.all()), Owner.values
    themes = list(Theme.objects.order_by("pk"))[: size.themes]
    made = [
        Theme(
            name=f"{dice.choice(names.NEEDS).capitalize()}: {dice.choice(names.TRADES).lower()} doubt number {n}",
            definition="The buyer doubts that it works for a company of their trade and size.",
            category=dice.choice(categories),
            owner=dice.choice([Owner.MARKETING, *owners]),
            made_by=dice.choice(people.marketers),
        )
        for n in range(size.themes - len(themes))
    ]
    themes = [*themes, *Theme.objects.bulk_create(made)]
    by, words = people.marketers[0], "Show the plan of a customer of the same trade, with dates, and offer a call."
    approved = [theme for theme in themes if dice.random() < 0.5]
    at = datetime.fromisoformat("2026-01-05T09:00:00+00:00")
    Answer.objects.bulk_create([Answer(theme=theme, text=words, approved_by=by, approved_at=at) for theme in approved])
    return themes


def _voice(n: int, said: list[str], deals: Deals, reviews: dict, dice: Random, people: People) -> Objection:
    deal = None if dice.random() < WITHOUT_DEAL else dice.choice(deals.rows)
    day = _day(deal, dice) if deal else dice.choice(deals.rows).created_on
    after = bool(deal and deal.closed_on and day >= deal.closed_on)
    author = deal.owner if deal else dice.choice(people.reps)
    voice = Objection(
        opportunity=deal,
        review=reviews.get(deal.pk) if after else None,
        text=said[n % len(said)],
        is_quote=dice.random() < 0.3,
        weight=dice.choice(Weight.values),
        raised_by=dice.choice(ROLES),
        stage=(deal.stage if after else dice.choice(names.STAGES)) if deal else "",
        outcome_when_heard=(deal.outcome if after else "open") if deal else "",
        competitor=dice.choice(deals.competitors) if dice.random() < 0.25 else None,
        product=deal.product if deal else None,
        ending=dice.choice(Ending.values),
        heard_on=day,
        author=author,
        language="en",
        logged_at=moment(day, dice),
    )
    voice.masked = voice.as_masked({column: getattr(voice, column) for column in voice.WORDS})  # nobody is named
    return voice


def _day(deal: Opportunity, dice: Random):
    """While it was open, one in six on the day it closed, in the review; open deals are heard of early."""
    days = (deal.closed_on - deal.created_on).days if deal.closed_on else 1
    return deal.created_on + timedelta(days=days if dice.random() < 1 / 6 else dice.randrange(days))


def _placements(voices: Sequence[Objection], themes: list[Theme], dice: Random, people: People) -> list[Placement]:
    themed = [voice for voice in voices if dice.random() < THEMED]
    often = [1 / (rank + 3) for rank in range(len(themes))]
    chosen = dice.choices(themes, weights=often, k=len(themed))
    return [
        Placement(
            objection=voice,
            theme=theme,
            by=(by := dice.choice(people.marketers) if dice.random() < 0.25 else None),
            confidence=None if by else round(dice.uniform(0.55, 0.97), 3),
            at=voice.logged_at + timedelta(minutes=1),
        )
        for voice, theme in zip(themed, chosen, strict=True)
    ]


def _vectors(voices: Sequence[Objection]) -> list[Vector]:
    """The true vector of each text, a little shaken, so that no two voices are the same to the theme builder."""
    said = sorted({voice.text for voice in voices})
    true, encoder = dict(zip(said, nlp.encode(said), strict=True)), encoder_name()
    hashes = {text: text_hash(text) for text in said}
    width = len(true[said[0]])
    shaken = np.random.default_rng(7).normal(0, 0.02, (len(voices), width)).astype(np.float32)
    return [
        Vector(
            objection=voice, encoder=encoder, text_hash=hashes[voice.text], data=to_bytes(true[voice.text] + shaken[n])
        )
        for n, voice in enumerate(voices)
    ]
