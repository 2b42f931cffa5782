"""What objections name and which language they are in, on the list, the page and in the API."""

import pytest
from django.urls import reverse

from feedback.jobs import run_due_jobs
from objections.actions.objections import log_objection
from objections.actions.placements import place_objection
from objections.models import Objection, Placement
from objections.theming.reading import read_words
from tests.factories import make_competitor, make_objection, make_product, make_theme, place

GERMAN = "Das ist uns zu teuer, das Budget ist für dieses Jahr schon verplant"


@pytest.fixture
def voices(rep):
    rival, product = make_competitor("Stacklane"), make_product("Palletry One")
    said = {
        "rival": "stacklane is at 80k",
        "product": "Palletry One lacks an export",
        "certified": "no ISO 27001 no deal, decided by March 2027",
        "german": GERMAN,
        "plain": "too complicated for the drivers",
    }
    voices = {name: make_objection(words, author=rep, masked=None) for name, words in said.items()}
    read_words(list(voices.values()))
    voices["chosen"] = make_objection("they are cheaper", author=rep, competitor=rival, product=product)
    voices["rows"] = (rival, product)
    return voices


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"competitor": 0}, {"rival", "chosen"}),
        ({"product": 1}, {"product", "chosen"}),
        ({"mentions": "competitor"}, {"rival"}),
        ({"mentions": "price"}, {"rival"}),
        ({"mentions": "date"}, {"certified"}),
        ({"certification": "ISO 27001"}, {"certified"}),
        ({"language": "de"}, {"german"}),
        ({"language": "en"}, {"rival", "product", "certified", "plain"}),
        ({"mentions": "price", "language": "de"}, set()),
    ],
)
def test_page_and_api_filter_alike(asked, found, voices, marketer, sign_in):
    asked = {name: voices["rows"][value].pk if isinstance(value, int) else value for name, value in asked.items()}
    client = sign_in(marketer)
    page = client.get(reverse("objections:objection_list"), asked).content.decode()
    rows = client.get("/api/v1/objections/", asked).json()["results"]
    wanted = {voices[name].pk for name in found}
    assert {row["id"] for row in rows} == wanted
    for name, voice in voices.items():
        assert name == "rows" or (f'href="{voice.get_absolute_url()}"' in page) == (voice.pk in wanted)


def test_the_page_says_what_is_named_and_leads_to_others_that_name_it(voices, rep, sign_in):
    page = sign_in(rep).get(voices["rival"].get_absolute_url()).content.decode()
    assert f'href="{reverse("objections:objection_list")}?competitor={voices["rows"][0].pk}">Stacklane</a>' in page
    assert "Prices named" in page
    page = sign_in(rep).get(voices["certified"].get_absolute_url()).content.decode()
    assert "?certification=ISO+27001" in page


def test_the_api_says_what_is_named(voices, marketer, sign_in):
    row = sign_in(marketer).get(f"/api/v1/objections/{voices['rival'].pk}/").json()
    assert row["language"] == "en"
    assert [(each["kind"], each["text"], each["name"]) for each in row["mentions"]] == [
        ("competitor", "stacklane", "Stacklane"),
        ("price", "80k", "80k"),
    ]


def test_another_language_is_marked_and_english_is_not(voices, marketer, sign_in):
    client = sign_in(marketer)
    assert client.get(reverse("objections:objection_list")).content.decode().count(">German</span>") == 1
    assert ">German</span>" in client.get(voices["german"].get_absolute_url()).content.decode()
    assert ">English</span>" not in client.get(voices["plain"].get_absolute_url()).content.decode()


def test_the_machine_places_no_other_language_and_a_person_may(rep, marketer):
    voice = log_objection(objection=Objection(text=GERMAN), by=rep)
    run_due_jobs()
    voice.refresh_from_db()
    assert (voice.language, voice.placement, voice.is_masked) == ("de", None, True)
    theme = make_theme()
    place_objection(objection=voice, theme=theme, by=marketer)
    run_due_jobs()
    assert Placement.objects.live().get().theme == theme


def test_a_build_groups_no_other_language(rep):
    from objections.theming.building import propose

    for words in (GERMAN, f"{GERMAN}!", "Der Preis ist zu hoch für uns"):
        make_objection(words, author=rep, language="de")
    assert propose(lambda *step: None).objections_read == 0


def test_a_configured_portal_places_other_languages(rep, monkeypatch):
    from objections.theming import reading

    monkeypatch.setattr(reading, "read_section", lambda name: {"placed": ["en", "de"]})
    assert reading.is_placeable(Objection(language="de"))
    assert not reading.is_placeable(Objection(language="fr"))


def test_names_of_themes_hold_nobody(rep):
    from objections.theming.reading import phrasing

    voice = make_objection("Jane Doe wants SSO", author=rep, masked=None)
    assert phrasing(voice) == ""
    read_words([voice])
    voice.refresh_from_db()
    assert phrasing(voice) == ", wants SSO"


def test_the_list_and_the_api_ask_as_often_for_many_as_for_few(rep, marketer, sign_in, django_assert_max_num_queries):
    rival, theme = make_competitor("Stacklane"), make_theme()
    voices = [make_objection(f"stacklane is at {n}k since March", author=rep, masked=None) for n in range(10, 40)]
    read_words(voices)
    for voice in voices:
        place(voice, theme)
    client = sign_in(marketer)
    for url, most in (("/objections/", 20), ("/objections.csv", 9), ("/api/v1/objections/", 8)):
        with django_assert_max_num_queries(most):
            answer = client.get(url, {"competitor": rival.pk})
            assert answer.status_code == 200
            b"".join(answer.streaming_content if answer.streaming else [answer.content])


def test_what_is_seldom_asked_is_folded_away_until_it_is_used(rep, sign_in):
    client, url = sign_in(rep), reverse("objections:objection_list")
    page = client.get(url).content.decode()
    assert page.count("More filters") == 1
    assert '<details class="filter-more">' in page
    page = client.get(f"{url}?whose=mine&heard_from=2025-01-01").content.decode()
    assert '<details class="filter-more" open>' in page
