import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.filters import MOST_IDS
from objections.actions.objections import withdraw_objection
from objections.map_names import WIDTHS, names
from objections.models import Vector
from objections.theming.vectors import encoder_name
from tests.factories import make_lost, make_map, make_objection, make_theme, place

URL = reverse("objections:map")
LIST = reverse("objections:objection_list")


@pytest.fixture
def voices(rep):
    """Five of a theme of prices, three of one of products, two in none."""
    voices = [make_objection(f"note {at}", author=rep, opportunity=make_lost(account=f"Firm {at}")) for at in range(10)]
    dear, slow = make_theme("Dear as can be"), make_theme("Slow as can be", category="product")
    for at, voice in enumerate(voices[:8]):
        place(voice, dear if at < 5 else slow)
    make_map(voices)
    return voices


def shown(client, **query):
    return client.get(URL, query).context["map"]


def texts(found):
    return {dot.words for dot in found.dots}


def test_every_objection_is_a_link_with_its_words_theme_and_deal(voices, rep, sign_in):
    page = sign_in(rep).get(URL).content.decode()
    for voice in voices:
        assert f'href="{voice.get_absolute_url()}"' in page
    first = re.search(rf'<a href="{voices[0].get_absolute_url()}"[^>]*><title>(.*?)</title>', page, re.DOTALL)
    assert first[1].split("\n")[:2] == ["note 0", "Dear as can be"]
    assert "Firm 0" in first[1]


def test_the_dots_are_one_stop_for_the_keyboard(voices, rep, sign_in):
    page = sign_in(rep).get(URL).content.decode()
    dots = page[page.index('class="map-dots"') :]
    dots = dots[: dots.index("</g>")]
    assert (dots.count("<a "), dots.count('tabindex="-1"')) == (10, 9)


def test_words_are_escaped_and_cut(rep, sign_in):
    make_map([make_objection(f"<b>{'x' * 500}", author=rep)])
    page = sign_in(rep).get(URL).content.decode()
    assert "&lt;b&gt;xxx" in page
    assert "x" * 200 not in page


def test_marketers_read_no_buyer(rep, marketer, leader, sign_in):
    make_map([make_objection("Dora Quim finds it dear", author=rep, masked="[name] finds it dear")])
    page = sign_in(marketer).get(URL).content.decode()
    assert "[name] finds it dear" in page
    assert "Quim" not in page
    assert "Dora Quim finds it dear" in sign_in(leader).get(URL).content.decode()


def test_the_table_says_what_the_picture_shows(voices, rep, sign_in):
    found = shown(sign_in(rep))
    assert [(line.theme and line.theme.name, str(line.share)) for line in found.lines] == [
        ("Dear as can be", "5 of 10"),
        ("Slow as can be", "3 of 10"),
        (None, "2 of 10"),
    ]
    assert [near.name for near in found.lines[0].near] == ["Slow as can be"]
    assert found.title == "“Dear as can be” is the largest of 2 themes: 5 of 10 objections"
    client = sign_in(rep)
    for line in found.lines:
        assert client.get(line.url).context["page"].total.number == line.share.part


@pytest.mark.parametrize(
    ("query", "count"),
    [({"category": "price"}, 5), ({"placed": "no"}, 2), ({"placed": "yes"}, 8), ({"colour": "theme"}, 10)],
)
def test_a_filter_leaves_the_rest_faint(query, count, voices, rep, sign_in):
    found = shown(sign_in(rep), **query)
    assert (found.count, len(found.rest), found.whole) == (count, 10 - count, 10)


def test_a_theme_is_shown_alone_and_larger(voices, rep, sign_in):
    page = sign_in(rep).get(URL, {"theme": voices[0].placement.theme_id})
    assert page.context["map"].count == 5
    assert 'class="map map-one"' in page.content.decode()


def test_a_period_is_looked_at(voices, rep, sign_in):
    day = voices[0].heard_on
    voices[0].heard_on = day - timedelta(days=40)
    voices[0].save()
    assert texts(shown(sign_in(rep), heard_to=str(day - timedelta(days=30)))) == {"note 0"}


def test_colours_mean_categories_and_within_one_its_themes(voices, rep, sign_in):
    client = sign_in(rep)
    assert [key.label for key in shown(client).keys] == ["Price", "Product and integration", "In no theme"]
    assert [key.label for key in shown(client, category="price").keys] == ["Dear as can be"]
    assert [key.label for key in shown(client, colour="theme").keys] == [
        "Dear as can be",
        "Slow as can be",
        "In no theme",
    ]


def test_a_category_keeps_its_colour_whatever_is_looked_at(voices, rep, sign_in):
    client = sign_in(rep)
    colour = {dot.colour for dot in shown(client).dots if dot.words == "note 0"}
    assert colour == {dot.colour for dot in shown(client, heard_from="2020-01-01", placed="yes").dots[:1]}


def test_each_meaning_of_a_colour_leads_to_its_objections(voices, rep, sign_in):
    client = sign_in(rep)
    for key in shown(client).keys:
        assert client.get(f"{URL}?{key.query}").context["map"].count == key.count


def test_what_was_withdrawn_since_is_gone_from_it(voices, rep, marketer, sign_in):
    withdraw_objection(objection=voices[0], by=rep)
    for person in (rep, marketer):
        found = shown(sign_in(person))
        assert "note 0" not in texts(found)
        assert (found.count, found.whole, found.rest) == (9, 9, [])


def test_it_says_what_is_not_on_it(voices, rep, sign_in):
    older, newer, unread = (make_objection(words, author=rep) for words in ("older", "newer", "unread"))
    older.heard_on -= timedelta(days=400)
    older.save()
    for voice in (older, newer):
        Vector.objects.create(objection=voice, encoder=encoder_name(), text_hash="x", data=b"")
    left = shown(sign_in(rep)).left.words
    assert left == "1 older than the newest on it, 1 to be on the next, 1 not read yet or in another language"


@pytest.mark.parametrize("role", ["rep", "marketer"])
def test_it_explains_itself_while_none_was_drawn(role, company, request, sign_in):
    page = sign_in(request.getfixturevalue(role)).get(URL).content.decode()
    assert "No map yet" in page
    assert "once a day" in page
    assert ("Draw it now" in page) == (role == "marketer")


def test_a_map_whose_objections_are_all_gone_is_none(rep, sign_in):
    voice = make_objection("gone", author=rep)
    make_map([voice])
    withdraw_objection(objection=voice, by=rep)
    assert "No map yet" in sign_in(rep).get(URL).content.decode()


def test_a_filter_for_what_is_not_there_says_so(voices, rep, sign_in):
    page = sign_in(rep).get(URL, {"theme": "999999"})
    assert page.status_code == 200
    assert "not there" in page.content.decode()


def test_it_costs_the_same_however_many_objections(voices, rep, sign_in):
    client = sign_in(rep)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(URL)
    more = [make_objection(f"more {at}", author=rep, opportunity=make_lost()) for at in range(30)]
    for voice in more:
        place(voice, make_theme(f"Theme of {voice}"))
    make_map([])
    make_map_of = voices + more
    voices[0].point.map.delete()
    make_map(make_map_of)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) == len(few)


def test_chosen_objections_open_as_a_list(voices, rep, sign_in):
    page = sign_in(rep).get(LIST, {"ids": f"{voices[1].pk},{voices[3].pk}, 999999"})
    assert {voice.text for voice in page.context["page"]} == {"note 1", "note 3"}


@pytest.mark.parametrize("ids", ["x", "1;2", "9" * 30, ",".join(["1"] * (MOST_IDS + 1))])
def test_a_list_of_what_cannot_be_is_refused(ids, voices, rep, sign_in):
    page = sign_in(rep).get(LIST, {"ids": ids})
    assert page.status_code == 200
    assert list(page.context["page"]) == []
    assert page.context["filter"].problems


def test_names_never_lie_over_each_other_nor_beyond_the_edge():
    crowd = [(f"A theme of a rather long name, number {at}", 1, 50 + at % 7, 40 + at % 5) for at in range(30)]
    for width, (_, placed) in zip(WIDTHS, names([("At the edge of it", 1, 1.0, 1.0), *crowd]), strict=True):
        assert 0 < len(placed) <= width.most
        lines = sorted((name.y * width.height / 100, name.x) for name in placed)
        assert all(4 < y < width.height - 4 for y, _ in lines)
        near = [(a, b) for a in placed for b in placed if a is not b and abs(a.y - b.y) * width.height / 100 < 16]
        assert all(abs(a.x - b.x) * width.width / 100 > 6 * (len(a.label) + len(b.label)) / 2 for a, b in near)
