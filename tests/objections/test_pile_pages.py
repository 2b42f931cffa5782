import pytest
from django.urls import reverse

from objections.actions.placements import place_objection
from objections.actions.sortings import set_aside
from objections.models import Objection, Placement, Presumption, Refusal, Sorting, Theme, TwoInOne
from objections.theming import pile
from objections.theming.pile import Offer
from objections.theming.reading import read_words
from objections.theming.suggested import in_own_words, suggested_theme
from objections.theming.vectors import store_vector, vectors_of
from tests.factories import make_objection, make_theme, place

HTMX = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"objections:{name}", args=args)


@pytest.fixture
def client(marketer, sign_in):
    return sign_in(marketer)


@pytest.fixture
def themes(company):
    return [make_theme("Price"), make_theme("Budget", category="budget"), make_theme("Trust", category="trust")]


@pytest.fixture
def voices(rep):
    return [make_objection(words, author=rep) for words in ("too dear", "costs too much", "no money")]


@pytest.fixture
def offer(monkeypatch, themes, voices):
    """What is offered: `offer(voices, themes)`. The order itself is tested in `test_pile_order`."""

    def of(voices, themes):
        monkeypatch.setattr("objections.pile_page.next_offer", lambda person, skipped: Offer(voices, themes))

    of(voices[:1], themes)
    return of


def undo_of(client, response):
    """Presses Undo in the toast of the page a post led to."""
    messages = list(client.get(response.url).context["messages"])
    client.post(messages[0].extra_tags.removeprefix("undo:"))


def test_one_note_comes_with_its_guesses_and_their_keys(client, offer, voices, themes):
    page = client.get(url("pile")).content.decode()

    assert "too dear" in page
    assert [f'data-key-press="{key}"' in page for key in "123nsou/"] == [True] * 6 + [False, True]
    assert "<b>3</b> to go; <b>0</b> done today" in page


def test_what_is_presumed_is_said_with_how_sure_that_is(client, monkeypatch, voices, themes, marketer):
    for voice, vector in zip(voices, vectors_of(voices), strict=True):
        store_vector(voice, vector)
        Presumption.objects.create(objection=voice, theme=themes[0], sureness=0.46, words=voice.vector.text_hash)
    found = Offer(voices[:1], [themes[0], themes[1]], stands=themes[0])
    monkeypatch.setattr("objections.pile_page.next_offer", lambda person, skipped: found)

    page = client.get(url("pile")).content.decode()

    assert "Does it belong to “Price”?" in page
    assert "46&nbsp;% sure" in page
    assert "<b>3</b> to go; <b>0</b> done today" in page
    assert "the portal thinks it knows where they belong" in page
    client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[0].pk, "guesses": themes[0].pk})
    assert voices[0].placement.by == marketer
    assert "<b>2</b> to go; <b>1</b> done today" in client.get(url("pile")).content.decode()


def test_a_guess_is_placed_and_taken_back(client, offer, voices, themes, marketer):
    guesses = [theme.pk for theme in themes]
    response = client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[1].pk, "guesses": guesses})

    placement = voices[0].placement
    assert (placement.theme, placement.by) == (themes[1], marketer)
    assert (placement.guess, placement.guess_rank) == (themes[0], 2)
    undo_of(client, response)
    assert voices[0].placement is None
    assert Placement.objects.get().guess_rank is None


def test_the_last_act_is_undone_from_the_page(client, offer, voices, themes):
    client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[0].pk})
    sorting = Sorting.objects.get()
    assert url("sorting_undo", sorting.pk) in client.get(url("pile")).content.decode()

    assert client.post(url("sorting_undo", sorting.pk), headers=HTMX).status_code == 200
    assert voices[0].placement is None


def test_a_group_is_placed_without_what_was_unchecked(client, offer, voices, themes):
    offer(voices, themes[:1])
    assert "Place <span data-count>these 3</span> in Price" in client.get(url("pile")).content.decode()

    pks = [voice.pk for voice in voices]
    client.post(url("pile_place"), {"objections": pks[:2], "offered": pks, "theme": themes[0].pk})

    assert Placement.objects.filter(theme=themes[0]).count() == 2
    refusal = Refusal.objects.get()
    assert (refusal.objection, refusal.theme) == (voices[2], themes[0])


def test_none_of_a_group_stays_on_the_pile(client, offer, voices, themes):
    response = client.post(url("pile_refuse"), {"offered": [v.pk for v in voices], "theme": themes[0].pk})

    assert Refusal.objects.live().count() == 3
    undo_of(client, response)
    assert not Refusal.objects.live().exists()


def test_a_refused_group_counts_against_the_guess(client, offer, voices, themes):
    client.post(url("pile_refuse"), {"offered": voices[0].pk, "theme": themes[0].pk})
    client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[1].pk, "guesses": themes[1].pk})

    placement = voices[0].placement
    assert (placement.guess, placement.guess_rank) == (themes[0], 2)


def test_a_new_theme_is_made_inline(client, offer, voices, themes):
    category = themes[2].category
    pks = [voice.pk for voice in voices[:2]]
    data = {"name": "Parking", "category": category.pk, "objections": pks, "guesses": themes[0].pk}
    response = client.post(url("pile_theme_create"), data)

    made = Theme.objects.get(name="Parking")
    assert set(made.placements.values_list("objection", "guess_rank")) == {(pk, 0) for pk in pks}
    undo_of(client, response)
    made.refresh_from_db()
    assert not made.is_active


def test_a_name_that_is_taken_is_said_and_what_was_typed_is_kept(client, offer, voices, themes):
    data = {"name": "price", "category": themes[2].category.pk, "objections": voices[0].pk}
    response = client.post(url("pile_theme_create"), data, headers=HTMX)

    assert response.status_code == 422
    assert "Another theme has this name" in response.content.decode()
    assert 'value="price"' in response.content.decode()


def test_what_somebody_placed_meanwhile_is_said(client, offer, voices, themes, leader):
    place_objection(objection=voices[0], theme=themes[1], by=leader)

    page = client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[0].pk}, follow=True)

    assert voices[0].placement.theme == themes[1]
    assert "was placed in “Budget” meanwhile" in page.content.decode()


def test_no_theme_is_made_for_what_was_placed_meanwhile(client, offer, voices, themes, leader):
    place_objection(objection=voices[0], theme=themes[1], by=leader)
    data = {"name": "Parking", "category": themes[2].category.pk, "objections": voices[0].pk}

    response = client.post(url("pile_theme_create"), data)

    assert response.status_code == 422
    assert "was placed in “Budget” meanwhile" in response.content.decode()
    assert not Theme.objects.filter(name="Parking").exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("pile_place", {"theme": "1"}, "Choose at least one objection."),
        ("pile_place", {"objections": "x", "theme": "1"}, "Choose from the list."),
        ("pile_place", {"objections": [str(n) for n in range(201)], "theme": "1"}, "At most 200 at once."),
        ("pile_refuse", {}, "Choose at least one objection."),
        ("pile_skip", {}, "Choose at least one objection."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_word(client, offer, name, data, words):
    response = client.post(url(name), data)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_guesses_that_are_no_themes_are_left_out(client, offer, voices, themes):
    client.post(url("pile_place"), {"objections": voices[0].pk, "theme": themes[0].pk, "guesses": [0, themes[0].pk]})
    assert voices[0].placement.guess_rank == 1


def test_what_is_skipped_comes_back_when_asked(client, themes, voices):
    assert client.get(url("pile")).context["offer"].objections[0] in voices
    client.post(url("pile_skip"), {"objections": [voice.pk for voice in voices]})
    page = client.get(url("pile"))
    assert page.context["offer"] is None
    assert "You skipped what is left" in page.content.decode()

    client.post(url("pile_again"))

    assert client.get(url("pile")).context["offer"].objections[0] in voices


def test_what_fits_none_is_listed_apart_and_brought_back(client, offer, voices):
    client.post(url("objection_set_aside", voices[0].pk))
    listed = client.get(url("theme_unthemed") + "?show=aside")
    assert [objection for objection, _ in listed.context["rows"]] == [voices[0]]
    assert voices[0] not in [objection for objection, _ in client.get(url("theme_unthemed")).context["rows"]]
    assert "Set aside: somebody looked" in client.get(voices[0].get_absolute_url()).content.decode()

    response = client.post(url("objection_bring_back", voices[0].pk))
    assert voices[0] in Objection.objects.in_pile()
    undo_of(client, response)
    assert voices[0] in Objection.objects.set_aside()


def test_an_empty_pile_says_so_and_what_to_do_next(client, company):
    page = client.get(url("pile")).content.decode()
    assert "The pile is empty" in page
    assert "See themes without an answer" in page


def test_a_rep_may_not(rep, sign_in, voices):
    assert sign_in(rep).get(url("pile")).status_code == 403


def test_only_the_part_that_changed_is_given_to_htmx(client, offer):
    part = client.get(url("pile"), headers=HTMX).content.decode()
    assert part.startswith('<div id="pile"')


def test_two_in_one_is_offered_with_the_note(client, offer, voices):
    two = TwoInOne.objects.create(objection=voices[0], halves=TwoInOne.joined("too dear", "no SSO"))
    assert url("two_split", two.pk) in client.get(url("pile")).content.decode()


def test_the_chosen_of_the_list_are_placed_together(client, voices, themes, leader, marketer):
    place_objection(objection=voices[0], theme=themes[1], by=leader)
    data = {"objections": [voice.pk for voice in voices] + [10**9], "theme": themes[0].pk}

    page = client.post(url("theme_unthemed"), data, follow=True)

    assert [voice.placement.theme for voice in voices] == [themes[1], themes[0], themes[0]]
    words = page.content.decode()
    assert "Placed 2 in “Price”." in words
    assert "“too dear” was placed in “Budget” meanwhile" in words


def test_the_list_keeps_what_was_chosen_when_no_theme_was(client, voices, themes):
    response = client.post(url("theme_unthemed"), {"objections": voices[1].pk})

    assert response.status_code == 422
    assert response.context["chosen"] == {voices[1].pk}
    assert not Placement.objects.exists()


def test_the_list_is_read_by_reps_and_placed_from_by_curators(rep, sign_in, voices, themes):
    client = sign_in(rep)
    assert 'id="bulk"' not in client.get(url("theme_unthemed")).content.decode()
    data = {"objections": voices[1].pk, "theme": themes[0].pk}
    assert client.post(url("theme_unthemed"), data).status_code == 403


def test_the_list_is_searched_by_words(client, voices):
    page = client.get(url("theme_unthemed") + "?q=costs")
    assert [objection for objection, _ in page.context["rows"]] == [voices[1]]


def test_many_cost_as_many_queries_as_few(client, themes, rep, marketer, django_assert_max_num_queries):
    for number in range(30):
        make_objection(f"too dear {number}", author=rep)
    client.get(url("pile"))
    with django_assert_max_num_queries(45):
        client.get(url("pile"))
    with django_assert_max_num_queries(30):
        client.get(url("theme_unthemed"))


def test_done_today_counts_what_was_placed_or_set_aside_and_not_taken_back(client, offer, voices, themes, marketer):
    client.post(url("pile_place"), {"objections": [v.pk for v in voices[:2]], "theme": themes[0].pk})
    set_aside(objection=voices[2], by=marketer)
    assert client.get(url("pile")).context["done"] == 3

    client.post(url("sorting_undo", Sorting.objects.last().pk))
    assert client.get(url("pile")).context["done"] == 1


def test_themes_and_home_lead_to_the_pile(client, voices, themes):
    assert url("pile") in client.get(url("theme_list")).content.decode()
    assert url("pile") in client.get("/").content.decode()


def test_the_page_of_placing_remembers_the_guess(client, rep, themes):
    voice = make_objection("too dear", author=rep)
    place(voice, themes[0])
    client.post(url("objection_place", voice.pk), {"theme": themes[1].pk})

    placement = voice.placement
    assert (placement.guess, placement.guess_rank) == (themes[0], 0)
    client.post(url("objection_place", voice.pk), {"theme": themes[2].pk})
    assert voice.placement.guess_rank is None  # it stood where a person had put it


def test_a_name_is_suggested_by_what_is_known_of_such_objections_else_in_its_own_words(rep):
    Theme.objects.filter(seed="security-sign-off-missing").delete()
    voice = make_objection("they want a SOC 2 report before signing", author=rep)
    assert suggested_theme(voice) == ("They want a SOC 2 report before signing", None)
    store_vector(voice, vectors_of([voice])[0])
    name, category = suggested_theme(Objection.objects.get(pk=voice.pk))
    assert name != "They want a SOC 2 report before signing"
    assert category.code == "trust"
    assert in_own_words("“no parking for our lorries, and it rains.” he said") == "No parking for our lorries"
    assert len(in_own_words("word " * 100)) <= 60
    assert pile._held is None


def test_the_list_remembers_what_was_guessed_for_each(client, voices, themes):
    guesses = [f"{voices[0].pk}:{themes[1].pk},{themes[0].pk}", f"{voices[1].pk}:{10**9}", "x:1", "1", ""]
    data = {"objections": [voice.pk for voice in voices], "theme": themes[0].pk, "guesses": guesses}
    client.post(url("theme_unthemed"), data)

    assert [voice.placement.guess_rank for voice in voices] == [2, None, None]


def test_the_page_of_placing_remembers_what_it_suggested(client, rep, themes):
    voice = make_objection("they want a SOC 2 report before signing", author=rep)
    security = Theme.objects.get(seed="security-sign-off-missing")
    example = make_objection("no SOC 2 report, no deal", author=rep)
    place(example, security)
    store_vector(example, vectors_of([example])[0])
    page = client.get(url("objection_place", voice.pk)).content.decode()
    assert f'name="guesses" value="{security.pk}"' in page

    client.post(url("objection_place", voice.pk), {"theme": security.pk, "guesses": [themes[0].pk, security.pk]})

    assert (voice.placement.guess, voice.placement.guess_rank) == (themes[0], 2)


def test_a_marketer_is_offered_no_buyers_name(client, offer, rep, themes):
    voice = make_objection("Dorothea Quimberly thinks it is too dear", author=rep, masked=None)
    offer([voice], themes)
    assert "Quimberly" not in client.get(url("pile")).content.decode()
    read_words([voice])
    voice.refresh_from_db()

    page = client.get(url("pile"))

    assert "[name] thinks it is too dear" in page.content.decode()
    assert "Quimberly" not in page.content.decode()
    assert page.context["new_theme"]["name"].value() == "Thinks it is too dear"


def test_of_what_is_in_another_language_nothing_is_guessed(client, rep):
    voice = make_objection("das ist uns viel zu teuer und passt nicht in unser Budget", author=rep, masked=None)
    read_words([voice])

    page = client.get(url("pile"))

    assert page.context["offer"].themes == []
    assert "It is in German, for which nothing is guessed." in page.content.decode()
