from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Job, Opportunity
from objections.actions.answers import approve_answer
from objections.actions.objections import change_objection, restore_objection, withdraw_objection
from objections.models import Objection
from tests.factories import make_lost, make_objection, make_opportunity, make_theme, place


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
    assert [job.kind for job in Job.objects.all()] == ["read_words"]


def test_moving_it_to_another_deal_takes_that_deals_outcome(rep):
    objection = make_objection(author=rep)
    objection.opportunity = make_opportunity()
    assert change_objection(objection=objection, by=rep).outcome_when_heard == "open"


def test_putting_it_back_on_a_deal_that_closed_since_keeps_that_it_was_heard_while_open(rep):
    deal, other = make_opportunity(), make_opportunity(account="Hansa")
    objection = make_objection(author=rep, opportunity=deal)
    Objection.objects.filter(pk=objection.pk).update(logged_at=timezone.now() - timedelta(days=9))
    Opportunity.objects.filter(pk=deal.pk).update(outcome="lost", closed_on=timezone.localdate() - timedelta(days=2))

    objection.opportunity = other
    change_objection(objection=objection, by=rep)
    objection.opportunity = Opportunity.objects.get(pk=deal.pk)

    assert change_objection(objection=objection, by=rep).outcome_when_heard == "open"


def test_moving_it_to_a_deal_that_had_closed_before_takes_its_outcome(rep):
    objection = make_objection(author=rep)
    objection.opportunity = make_lost(closed_on=timezone.localdate() - timedelta(days=2))
    assert change_objection(objection=objection, by=rep).outcome_when_heard == "lost"


def test_correcting_one_that_was_withdrawn_meanwhile_leaves_it_withdrawn(rep):
    objection = make_objection(author=rep)
    withdraw_objection(objection=Objection.objects.get(pk=objection.pk), by=rep)
    objection.raised_by = "Legal"

    change_objection(objection=objection, by=rep)

    objection.refresh_from_db()
    assert (objection.raised_by, objection.withdrawn_by) == ("Legal", rep)


def test_saving_without_a_change_leaves_no_history(rep):
    objection = make_objection(author=rep)
    change_objection(objection=objection, by=rep)
    assert objection.history.count() == 1


def test_restoring_places_what_was_withdrawn_before_its_job_ran(rep):
    objection, said = make_objection(author=rep), make_objection("", author=rep, is_same=True)
    placed = make_objection(author=rep)
    place(placed, make_theme())
    for voice in (objection, said, placed):
        withdraw_objection(objection=voice, by=rep)

    for voice in (objection, said, placed, objection):
        restore_objection(objection=voice, by=rep)

    assert [job.payload for job in Job.objects.all()] == [{"objection": objection.pk}]


@pytest.mark.parametrize(
    ("who", "reads"),
    [("rep", True), ("manager", True), ("admin", True), ("other_rep", False), ("marketer", False), ("leader", False)],
)
def test_earlier_words_are_read_by_its_author_their_manager_and_admins(who, reads, rep, request, sign_in):
    objection = make_objection("John Smith finds it dear", author=rep)
    objection.text = "they find it dear"
    change_objection(objection=objection, by=rep)

    page = sign_in(request.getfixturevalue(who)).get(url("detail", objection)).content.decode()

    assert ("John Smith" in page) is reads
    assert "Corrected" in page


def test_its_page_asks_for_its_theme_and_answer_once(rep, leader, sign_in):
    objection, theme = make_objection("", author=rep, is_same=True), make_theme()
    place(objection, theme)
    approve_answer(theme=theme, text="It pays back", by=leader)
    client = sign_in(rep)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url("detail", objection)).content.decode()
    assert "It pays back" in page
    assert sum('FROM "objections_placement"' in query["sql"] for query in queries) == 1
    assert sum('FROM "objections_answer"' in query["sql"] for query in queries) == 1


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


def test_a_manager_who_withdrew_what_a_rep_logged_can_take_it_back(rep, manager, other_rep, sign_in):
    objection = make_objection("too dear", author=rep)
    client = sign_in(manager)
    client.post(reverse("objections:objection_withdraw", args=[objection.pk]))
    assert not Objection.objects.live().exists()
    restore = reverse("objections:objection_restore", args=[objection.pk])
    assert sign_in(other_rep).post(restore).status_code == 404
    assert client.post(restore).status_code == 302
    assert Objection.objects.live().get() == objection
