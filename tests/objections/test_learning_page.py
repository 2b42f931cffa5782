"""The page that says how well the machine guesses by now, and what it learned from people."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Definition
from objections.actions.objections import withdraw_objection
from objections.actions.placements import place_objection, take_out, undo_placement
from objections.learning_page import learning_page
from objections.metrics import guessed_course, moved_on
from objections.metrics.learning import STRETCH, STRETCHES
from objections.models import Learning, Placement
from objections.theming.vectors import encoder_name
from tests.factories import make_objection, place

PAGE = reverse("objections:theme_learning")


@pytest.fixture
def placed(rep, marketer, price, trust):
    """`placed(ranks)`: placements by a person, oldest first, and where the machine's guess had stood."""

    def of(ranks):
        voices = [make_objection(author=rep) for _ in ranks]
        rows = [
            Placement(objection=voice, theme=price, by=marketer, guess=price, guess_rank=rank)
            for voice, rank in zip(voices, ranks, strict=True)
        ]
        Placement.objects.bulk_create(rows)

    return of


def test_its_course_goes_by_fifties_from_the_newest_back(placed):
    placed([0] * 7 + [0] * 30 + [1] * 20 + [1] * 40 + [2] * 10)
    first, last = guessed_course()
    assert (first.guessed.first.counts, first.guessed.in_three.counts) == ("20 of 50", "20 of 50")
    assert (last.guessed.first.counts, last.guessed.in_three.counts) == ("40 of 50", "50 of 50")
    assert first.since <= first.until <= last.since


def test_fewer_than_fifty_are_one_stretch_and_no_picture(placed, marketer, sign_in):
    placed([1] * 6 + [0] * 4)
    (only,) = guessed_course()
    assert only.guessed.first.counts == "6 of 10"
    page = sign_in(marketer).get(PAGE).content.decode()
    assert "Right at first guess: 6 of 10." in page
    assert "<figure" not in page


def test_it_reaches_back_only_so_far(placed):
    placed([0] * STRETCH + [1] * STRETCH * STRETCHES)
    course = guessed_course()
    assert len(course) == STRETCHES
    assert all(stretch.guessed.first.counts == "50 of 50" for stretch in course)


@pytest.mark.parametrize(
    ("last", "words"),
    [(12, " · the difference may be chance"), (20, ""), (45, "")],  # of 10 before: intervals of 10 and 20 overlap
)
def test_the_title_says_how_it_went_and_whether_that_may_be_chance(placed, last, words):
    placed([1] * 10 + [0] * 40 + [1] * last + [0] * (50 - last))
    page = learning_page()
    now = f"{2 * last}\u00a0%"
    assert page["title"] == f"Right at first guess: 20\u00a0% of the first fifty shown, {now} of the last fifty"
    assert page["note"] == f"2 times 50 placements{words}"
    (day, *_), _ = page["rows"]
    assert day == f"{timezone.localdate():%-d %B %Y}"


def test_what_it_placed_by_itself_and_people_moved_is_counted(rep, marketer, price, trust):
    kept, moved, confirmed, taken, withdrawn, back = (make_objection(author=rep) for _ in range(6))
    for voice in (kept, moved, confirmed, taken, withdrawn, back):
        place(voice, price)
    place_objection(objection=moved, theme=trust, by=marketer)
    place_objection(objection=confirmed, theme=price, by=marketer)
    take_out(objection=taken, by=marketer)
    withdraw_objection(objection=withdrawn, by=rep)
    undo_placement(placement=place_objection(objection=back, theme=trust, by=marketer), by=marketer)
    assert moved_on().counts == "2 of 5"


def test_what_the_model_itself_moved_on_is_none_of_its_mistakes_that_people_found(rep, price, trust):
    voice = make_objection(author=rep)
    place(voice, price)
    Placement.objects.update(undone_at=timezone.now())
    place(voice, trust)
    assert moved_on().counts == "0 of 1"


def test_before_there_is_anything_it_says_what_will_come(company, rep, sign_in):
    page = sign_in(rep).get(PAGE).content.decode()
    assert "Nobody has placed an objection yet" in page
    assert "Once people have placed 100 objections, 5 or more in each of 5 themes" in page
    assert "0 placements it can read" in page
    assert "Teach it on the pile" not in page  # a rep does not sort


@pytest.mark.parametrize(("is_used", "words"), [(True, "fits better now"), (False, "left aside until it does better")])
def test_it_says_what_was_learned_and_whether_it_is_used(marketer, company, sign_in, is_used, words):
    figures = {"asked": 120, "right_shipped": 50, "right_learned": 53, "loss_shipped": 0.5, "loss_learned": 0.4}
    Learning.objects.create(encoder=encoder_name(), placements="x", is_used=is_used, curve=[0, 0, 0, 0], **figures)
    page = sign_in(marketer).get(PAGE).content.decode()
    assert "it read 120 placements by people" in page
    assert "right for 53 of them, 50 before it learned" in page
    assert words in page
    assert "Teach it on the pile" in page


def test_the_figure_is_defined(company, marketer, sign_in):
    assert Definition.objects.filter(slug="right-at-first-guess").exists()
    assert (
        reverse("feedback:definition_detail", args=["right-at-first-guess"])
        in sign_in(marketer).get(PAGE).content.decode()
    )


def test_many_cost_as_many_queries_as_few(placed, marketer, sign_in, django_assert_max_num_queries):
    client = sign_in(marketer)
    placed([1] * 5)
    client.get(PAGE)
    placed([1, 0] * 150)
    with django_assert_max_num_queries(22):
        client.get(PAGE)
