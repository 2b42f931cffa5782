"""The demo company and the seed themes are data: these tests hold what the seeding relies on."""

import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from feedback.models.opportunities import Outcome
from feedback.models.people import Role, validate_time_zone
from feedback.taxonomy import CATEGORIES, REASONS
from objections.models.content import ContentType
from objections.models.objections import Ending, Kind, Weight
from objections.models.themes import Owner

APP = Path(__file__).resolve().parents[2] / "objections"
DEMO = APP / "demo"
STATES = {
    "answered_long_ago",
    "answered_recently",
    "in_production",
    "requested",
    "unanswered",
    "rising_unanswered",
    "routed_product",
    "declined",
}
FIELDS = {"text", "quote", "stage", "role", "weight", "kind", "ending"}


def read(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


COMPANY = read(DEMO / "company.toml")
REVIEWS = read(DEMO / "reviews.toml")
THEMES = read(DEMO / "themes.toml")["theme"]
SEEDS = read(APP / "seed_themes.toml")["theme"]
VOICES = {path.stem: read(path)["objection"] for path in sorted((DEMO / "objections").glob("*.toml"))}
CODES = {code for code, _ in CATEGORIES}


def words(text):
    return re.findall(r"[^\W_]+", text.casefold())


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def all_texts():
    return [voice["text"] for voices in VOICES.values() for voice in voices]


def with_request():
    return [theme for theme in THEMES if "request" in theme]


def test_it_has_at_least_900_objections_and_no_text_twice():
    assert len(all_texts()) >= 900
    assert repeated(" ".join(words(text)) for text in all_texts()) == []


def test_it_has_no_two_objections_that_share_half_their_words():
    bags = [(set(words(text)), text) for text in all_texts()]
    bags = [(bag, text) for bag, text in bags if len(bag) > 2]
    near = [(a, b) for (one, a), (two, b) in combinations(bags, 2) if 2 * len(one & two) >= len(one | two)]
    assert near == []


def test_it_has_no_opening_that_many_objections_share():
    openings = Counter(tuple(words(text)[:3]) for text in all_texts())
    assert openings.most_common(1)[0][1] <= 4


@pytest.mark.parametrize("slug", VOICES)
def test_it_gives_every_objection_known_values(slug):
    stages = {stage["name"] for stage in COMPANY["stages"]} - {"Closed won"}
    competitors = {competitor["name"] for competitor in COMPANY["competitors"]}
    for voice in VOICES[slug]:
        assert voice.keys() - {"competitor"} == FIELDS, voice
        assert voice["stage"] in stages, voice
        assert voice["weight"] in Weight.values, voice
        assert voice["kind"] in Kind.values, voice
        assert voice["ending"] in Ending.values, voice
        assert isinstance(voice["quote"], bool), voice
        assert voice.get("competitor", "Norrhall") in competitors, voice
        assert voice["role"].strip() == voice["role"] != "", voice
        assert voice["text"].strip() == voice["text"] != "", voice


def test_it_has_voices_for_every_theme_and_a_theme_for_all_but_the_loose_ones():
    loose = {slug for slug in VOICES if slug == "unthemed" or slug.startswith("emerging_")}
    assert VOICES.keys() - loose == {theme["slug"] for theme in THEMES}
    assert min(len(voices) for voices in VOICES.values()) >= 8
    assert len(VOICES["unthemed"]) >= 50
    assert 2 <= len(loose) - 1 <= 3


def test_it_uses_only_known_categories_owners_states_and_types():
    for theme in THEMES:
        assert theme["category"] in CODES, theme["slug"]
        assert theme["owner"] in Owner.values, theme["slug"]
        assert theme["trend"] in {"falling", "steady", "rising", "seasonal"}, theme["slug"]
    for theme in with_request():
        assert theme["request"]["type"] in ContentType.values, theme["slug"]
    assert {theme["state"] for theme in THEMES} == STATES


def test_it_spreads_themes_only_over_industries_and_regions_that_accounts_have():
    industries = {account["industry"] for account in COMPANY["accounts"]}
    regions = {account["region"] for account in COMPANY["accounts"]}
    for theme in THEMES:
        assert set(theme.get("industries", [])) <= industries, theme["slug"]
        assert set(theme.get("regions", [])) <= regions, theme["slug"]


def test_it_has_an_answer_and_collateral_where_the_state_says_so_and_nowhere_else():
    answered = {theme["slug"] for theme in THEMES if theme["state"].startswith("answered")}
    assert {theme["slug"] for theme in THEMES if theme["answer"]} == answered
    assert {theme["slug"] for theme in with_request() if "collateral" in theme["request"]} == answered


def test_it_has_a_request_for_every_theme_somebody_asked_about():
    untouched = {"unanswered", "rising_unanswered"}
    assert {theme["slug"] for theme in THEMES if theme["state"] not in untouched} == {t["slug"] for t in with_request()}
    for theme in with_request():
        has_reason = bool(theme["request"].get("why"))
        assert has_reason == (theme["state"] in {"declined", "routed_product"}), theme["slug"]


def test_it_has_collateral_long_enough_to_be_a_real_page():
    for theme in with_request():
        if collateral := theme["request"].get("collateral"):
            assert 80 <= len(collateral["body"].split()) <= 150, theme["slug"]
            assert collateral["type"] in ContentType.values


def test_it_has_a_cast_with_every_role_and_a_manager_for_every_team():
    people = {person["email"]: person for person in COMPANY["people"]}
    assert {person["role"] for person in people.values()} == {*Role.values, "admin"}
    for team in COMPANY["teams"]:
        assert people[team["manager"]]["manages"] == team["name"]
    for person in people.values():
        assert person["email"].endswith("@" + COMPANY["company"]["domain"])
        assert person["team"] in {"", *(team["name"] for team in COMPANY["teams"])}
        validate_time_zone(person["time_zone"])


def test_it_uses_a_reserved_mail_domain():
    assert COMPANY["company"]["domain"].endswith(".example")


def test_it_has_stages_that_end_in_won_and_lost():
    outcomes = [stage["outcome"] for stage in COMPANY["stages"]]
    assert outcomes == ["open"] * (len(outcomes) - 2) + [Outcome.WON, Outcome.LOST]


@pytest.mark.parametrize("kind", ["accounts", "competitors", "lead_sources", "people", "products", "stages", "teams"])
def test_it_names_nothing_twice(kind):
    assert repeated(row["name"].casefold() for row in COMPANY[kind]) == []


def test_it_codes_what_would_have_changed_with_reasons_of_the_taxonomy():
    used = {row["reason"] for row in REVIEWS["would_have_changed"]}
    assert used == {code for code, *_ in REASONS} - {"UNKNOWN"}


def test_it_writes_no_review_sentence_twice():
    sentences = [row["text"] for row in REVIEWS["would_have_changed"]] + REVIEWS["why_won"]
    assert repeated(" ".join(words(text)) for text in sentences + REVIEWS["excluded_because"]) == []


def test_it_has_three_past_meetings_with_a_note_for_each_section():
    assert [meeting["months_ago"] for meeting in REVIEWS["meeting"]] == [3, 2, 1]
    for meeting in REVIEWS["meeting"]:
        sections = [note["section"] for note in meeting["note"]]
        assert sections == ["coverage", "reasons", "themes", "deals", "decisions"]
        assert len(meeting["decision"]) >= 3
        assert {action["done"] for action in meeting["action"]} == {True, False}


def test_it_seeds_every_category_with_themes_of_eight_exemplars():
    per_category = Counter(theme["category"] for theme in SEEDS)
    assert per_category.keys() == CODES
    assert min(per_category.values()) >= 2
    assert {len(theme["exemplars"]) for theme in SEEDS} == {8}
    assert {theme["owner"] for theme in SEEDS} <= set(Owner.values)


def test_it_uses_no_slug_and_no_exemplar_twice():
    assert repeated(theme["slug"] for theme in SEEDS + THEMES) == []
    assert repeated(" ".join(words(text)) for theme in SEEDS for text in theme["exemplars"]) == []


def test_it_has_no_word_that_all_exemplars_of_a_seed_theme_share():
    for theme in SEEDS:
        shared = set.intersection(*(set(words(text)) for text in theme["exemplars"]))
        assert shared == set(), theme["slug"]
