import pytest
from django.urls import reverse

from objections.actions.merges import merge_themes
from objections.actions.placements import ThemeGone
from objections.actions.splits import NothingToSplit
from objections.models import Merge, Split, Theme
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def theme(company):
    return make_theme("Too dear")


@pytest.fixture
def client(marketer, sign_in):
    return sign_in(marketer)


def url(name, *args):
    return reverse(f"objections:{name}", args=args)


def undo_of(client, response):
    """Presses Undo of the toast that the redirect shows."""
    page = client.get(response.url)
    message = next(iter(page.context["messages"]))
    return client.post(message.extra_tags.split("undo:")[1].split()[0])


def test_a_theme_is_made_by_hand(client, theme, marketer):
    data = {"name": "No parking", "definition": "", "category": theme.category_id, "owner": "sales process"}

    response = client.post(url("theme_create"), data)

    made = Theme.objects.get(name="No parking")
    assert response.url == made.get_absolute_url()
    assert (made.owner, made.made_by) == ("sales process", marketer)


@pytest.mark.parametrize("data", [{"name": ""}, {"name": "too DEAR"}, {"owner": "nobody"}, {"category": "0"}])
def test_a_bad_theme_is_refused_and_what_was_typed_stays(client, theme, data):
    good = {"name": "No parking", "definition": "kept words", "category": theme.category_id, "owner": "legal"}

    response = client.post(url("theme_create"), good | data)

    assert response.status_code == 422
    assert "kept words" in response.content.decode()
    assert not Theme.objects.filter(name="No parking").exists()


def test_a_theme_is_renamed(client, theme, marketer):
    data = {"name": "Dearer", "definition": "x", "category": theme.category_id}

    client.post(url("theme_edit", theme.pk), data)

    theme.refresh_from_db()
    assert (theme.name, theme.definition) == ("Dearer", "x")
    assert theme.history.first().history_user == marketer


def test_an_edit_without_a_name_is_refused(client, theme):
    response = client.post(url("theme_edit", theme.pk), {"name": "", "definition": "kept words"})

    assert response.status_code == 422
    assert "kept words" in response.content.decode()


def test_a_theme_is_merged_and_unmerged_by_the_toast(client, theme, rep):
    other = make_theme("Costly")
    voice = make_objection(author=rep)
    place(voice, theme)

    response = client.post(url("theme_merge", theme.pk), {"into": other.pk})
    assert response.url == other.get_absolute_url()
    assert voice.placement.theme == other

    undo_of(client, response)
    assert voice.placement.theme == theme


def test_merging_by_pressing_twice_leads_to_the_same_theme(client, theme):
    other = make_theme("Costly")

    first, second = (client.post(url("theme_merge", theme.pk), {"into": other.pk}) for _ in range(2))

    assert first.url == second.url == other.get_absolute_url()
    assert Merge.objects.count() == 1


def test_merging_a_theme_that_somebody_merged_elsewhere_is_refused(client, theme, leader):
    other, third = make_theme("Costly"), make_theme("Pricey")
    merge_themes(into=third, theme=theme, by=leader)

    page = client.post(url("theme_merge", theme.pk), {"into": other.pk})

    assert page.status_code == 422
    assert "“Too dear” was merged or retired." in page.content.decode()


def test_splitting_by_pressing_twice_leads_to_the_same_theme(client, theme, rep):
    voice, stays = make_objection("voice", author=rep), make_objection("stays", author=rep)
    place(voice, theme)
    place(stays, theme)

    data = {"name": "Discounts", "objections": [voice.pk]}
    first, second = (client.post(url("theme_split", theme.pk), data) for _ in range(2))

    assert first.url == second.url == Theme.objects.get(name="Discounts").get_absolute_url()
    assert Split.objects.count() == 1
    another = client.post(url("theme_split", theme.pk), {"name": "Discounts", "objections": [stays.pk]})
    assert another.status_code == 422


@pytest.mark.parametrize("error", [ThemeGone("It was merged."), NothingToSplit("Nothing is in it.")])
def test_a_split_of_what_is_gone_once_the_form_was_checked_is_refused(client, theme, rep, monkeypatch, error):
    voice = make_objection("voice", author=rep)
    place(voice, theme)
    monkeypatch.setattr("objections.actions.splits.split_theme", raiser(error))

    page = client.post(url("theme_split", theme.pk), {"name": "Discounts", "objections": [voice.pk]})

    assert page.status_code == 422
    assert str(error) in page.content.decode()


def test_placing_in_a_theme_that_is_gone_once_the_form_was_checked_is_refused(client, theme, rep, monkeypatch):
    voice = make_objection("voice", author=rep)
    monkeypatch.setattr("objections.actions.placements.place_objection", raiser(ThemeGone("It was merged.")))

    page = client.post(url("objection_place", voice.pk), {"theme": theme.pk})

    assert page.status_code == 422
    assert "It was merged." in page.content.decode()


def raiser(error):
    def action(**_):
        raise error

    return action


@pytest.mark.parametrize("into", ["", "self", "0"])
def test_a_merge_into_nothing_or_itself_is_refused(client, theme, into):
    response = client.post(url("theme_merge", theme.pk), {"into": theme.pk if into == "self" else into})

    assert response.status_code == 422
    assert not Merge.objects.exists()


def test_a_theme_is_split_and_joined_again_by_the_toast(client, theme, rep):
    voices = [make_objection(f"voice {number}", author=rep) for number in range(3)]
    for voice in voices:
        place(voice, theme)
    assert "voice 2" in client.get(url("theme_split", theme.pk)).content.decode()

    response = client.post(url("theme_split", theme.pk), {"name": "Discounts", "objections": [voices[0].pk]})
    assert voices[0].placement.theme.name == "Discounts"

    undo_of(client, response)
    assert voices[0].placement.theme == theme


@pytest.mark.parametrize("data", [{"name": "Discounts"}, {"name": "", "objections": "all"}])
def test_a_split_without_name_or_voices_is_refused(client, theme, rep, data):
    voice = make_objection("voice", author=rep)
    place(voice, theme)
    data = {key: voice.pk if value == "all" else value for key, value in data.items()}

    assert client.post(url("theme_split", theme.pk), data).status_code == 422
    assert not Split.objects.exists()


def test_a_voice_of_another_theme_is_not_split_off(client, theme, rep):
    place(make_objection("voice", author=rep), theme)
    stranger = make_objection("stranger", author=rep)

    response = client.post(url("theme_split", theme.pk), {"name": "Discounts", "objections": [stranger.pk]})

    assert response.status_code == 422


def test_a_theme_is_retired_and_restored_by_the_toast(client, theme):
    response = client.post(url("theme_retire", theme.pk))
    theme.refresh_from_db()
    assert theme.state == "retired"

    undo_of(client, response)
    theme.refresh_from_db()
    assert theme.state == "active"


def test_a_retired_theme_is_not_edited_merged_or_split(client):
    gone = make_theme("Gone", state="retired")

    for name in ("theme_edit", "theme_merge", "theme_split"):
        assert client.get(url(name, gone.pk)).status_code == 404


def test_an_objection_is_placed_and_put_back_by_the_toast(client, theme, rep, marketer):
    voice = make_objection("costs a fortune", author=rep)
    assert client.get(url("objection_place", voice.pk)).status_code == 200

    response = client.post(url("objection_place", voice.pk), {"theme": theme.pk})
    assert (voice.placement.theme, voice.placement.by) == (theme, marketer)

    undo_of(client, response)
    assert voice.placement is None


def test_placing_in_no_theme_is_refused(client, rep):
    voice = make_objection("costs a fortune", author=rep)

    assert client.post(url("objection_place", voice.pk), {"theme": ""}).status_code == 422


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "nowhere"])
def test_placing_goes_back_to_where_one_came_from_but_to_no_other_site(elsewhere, client, theme, rep):
    voice = make_objection(author=rep)
    pile = url("theme_unthemed")

    home = client.post(url("objection_place", voice.pk), {"theme": theme.pk, "next": pile})
    away = client.post(url("objection_place", voice.pk), {"theme": theme.pk, "next": elsewhere})

    assert home.url == pile
    assert away.url == voice.get_absolute_url()


def test_an_objection_is_taken_out_and_put_back_by_the_toast(client, theme, rep):
    voice = make_objection(author=rep)
    place(voice, theme)

    response = client.post(url("objection_take_out", voice.pk), {"next": "nowhere"})
    assert response.url == voice.get_absolute_url()
    assert voice.placement is None

    undo_of(client, response)
    assert voice.placement.theme == theme


def test_the_pile_shows_what_is_unthemed_with_likely_themes(client, theme, rep):
    place(make_objection("placed words", author=rep), theme)
    make_objection("they want a SOC 2 report before signing", author=rep)
    place(make_objection("no SOC 2 report, no deal", author=rep), Theme.objects.get(seed="security-sign-off-missing"))

    page = client.get(url("theme_unthemed"))

    assert [objection.text for objection, _ in page.context["rows"]] == ["they want a SOC 2 report before signing"]
    assert "placed words" not in page.content.decode()
