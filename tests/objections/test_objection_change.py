from datetime import date

import pytest
from django.urls import reverse

from feedback.models import Job
from objections.actions.objections import change_objection
from objections.models import Objection
from tests.factories import make_objection, make_opportunity, make_theme, place


def url(name, objection):
    return reverse(f"objections:objection_{name}", args=[objection.pk])


def test_editing_keeps_the_words_before_in_the_history(rep, sign_in):
    objection = make_objection("to dear", author=rep)
    sign_in(rep).post(
        url("edit", objection),
        {"text": "too dear", "weight": "concern", "kind": "objection", "heard_on": date.today()},
    )
    assert [version.text for version in objection.history.all()] == ["too dear", "to dear"]


def test_new_words_are_placed_anew(rep):
    objection = make_objection("to dear", author=rep)
    place(objection, make_theme())
    objection.text = "no SOC 2"
    change_objection(objection=objection, by=rep)
    assert objection.placement is None
    assert Job.objects.get().kind == "place_objection"


def test_new_words_leave_a_persons_placement(rep, marketer):
    objection, theme = make_objection("to dear", author=rep), make_theme()
    place(objection, theme, by=marketer)
    objection.text = "too dear"
    change_objection(objection=objection, by=rep)
    assert objection.placement.theme == theme
    assert Job.objects.count() == 0


def test_moving_it_to_another_deal_takes_that_deals_outcome(rep):
    objection = make_objection(author=rep)
    objection.opportunity = make_opportunity()
    change_objection(objection=objection, by=rep)
    assert objection.outcome_when_heard == "open"


def test_withdrawing_hides_it_from_counts_and_restoring_brings_it_back(rep, sign_in):
    objection, client = make_objection(author=rep), sign_in(rep)

    client.post(url("withdraw", objection))
    assert list(Objection.objects.live()) == []
    client.post(url("restore", objection))
    assert list(Objection.objects.live()) == [objection]


def test_withdrawing_twice_keeps_the_first_day(rep, sign_in):
    objection, client = make_objection(author=rep), sign_in(rep)
    client.post(url("withdraw", objection))
    first = Objection.objects.get().withdrawn_at
    client.post(url("withdraw", objection))
    assert Objection.objects.get().withdrawn_at == first


@pytest.mark.parametrize(
    ("who", "edits"),
    [("rep", 200), ("manager", 200), ("admin", 200), ("other_rep", 403), ("marketer", 403), ("leader", 403)],
)
def test_it_is_edited_by_its_author_their_manager_and_admins(who, edits, rep, request, sign_in):
    objection = make_objection(author=rep)
    assert sign_in(request.getfixturevalue(who)).get(url("edit", objection)).status_code == edits


def test_a_withdrawn_one_is_seen_by_its_author_only(rep, other_rep, sign_in):
    objection = make_objection(author=rep)
    sign_in(rep).post(url("withdraw", objection))
    assert sign_in(rep).get(url("detail", objection)).status_code == 200
    assert sign_in(other_rep).get(url("detail", objection)).status_code == 404


def test_the_authors_name_is_hidden_from_marketers_and_other_reps(rep, marketer, other_rep, leader, sign_in):
    objection = make_objection(author=rep)
    named = {
        user.name: b"Rita Rep" in sign_in(user).get(url("detail", objection)).content
        for user in (marketer, other_rep, leader)
    }
    assert named == {"Mara Marketer": False, "Otto Other": False, "Lena Leader": True}


def test_the_list_filters_and_costs_few_queries(rep, sign_in, django_assert_max_num_queries):
    theme = make_theme()
    for number in range(30):
        objection = make_objection(f"too dear {number}", author=rep, opportunity=make_opportunity(account=f"A{number}"))
        place(objection, theme)
    make_objection("no theme", author=rep)
    client = sign_in(rep)
    with django_assert_max_num_queries(18):
        page = client.get(reverse("objections:objection_list"), {"placed": "no"})
    assert [o.text for o in page.context["page"]] == ["no theme"]
    with django_assert_max_num_queries(18):
        page = client.get(reverse("objections:objection_list"), {"theme": theme.pk})
    assert len(page.context["page"]) == 30
