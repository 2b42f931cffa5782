import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from feedback.masking import read_anew
from feedback.metrics import last_year
from feedback.models import Job
from feedback.models.masked import BEING_READ
from objections.actions.objections import change_objection, withdraw_objection
from objections.actions.twos import ChangedSince, keep_as_one, make_two, undo_two
from objections.metrics import lost_value_by_theme
from objections.models import Objection, Theme, TwoInOne, Vector
from tests.factories import make_lost, make_objection, make_opportunity, make_theme, place

TWO = "a rival quoted us 30% less than that; they want a SOC 2 report before signing"
ONE = "a rival quoted us 30% less than that"


def url(name, two):
    return reverse(f"objections:{name}", args=[two.pk])


@pytest.fixture
def two(rep):
    deal = make_opportunity(owner=rep, stage="Proposal")
    voice = make_objection(TWO, author=rep, opportunity=deal, stage="Proposal", weight="blocker", raised_by="Legal")
    return TwoInOne.objects.create(
        objection=voice, halves=TwoInOne.joined(ONE, "they want a SOC 2 report before signing")
    )


def run(objection):
    queue_job(kind="place_objection", payload={"objection": objection.pk})
    run_due_jobs()


def test_the_worker_finds_two_and_splits_nothing(rep):
    voice = make_objection(TWO, author=rep)

    run(voice)

    two = TwoInOne.objects.get()
    assert (two.objection, two.first) == (voice, ONE)
    assert two.second == "they want a SOC 2 report before signing"
    assert Objection.objects.get().text == TWO


@pytest.mark.parametrize("text", [ONE, "SOC 2; ISO 27001", "they want a SOC 2 report; no deal without SOC 2 or ISO"])
def test_it_leaves_alone_what_is_one(text, rep):
    run(make_objection(text, author=rep))
    assert not TwoInOne.objects.exists()
    assert Vector.objects.get().sought_two


def test_it_is_looked_for_once_and_again_when_the_words_change(rep):
    voice = make_objection(TWO, author=rep)
    run(voice)
    keep_as_one(two=TwoInOne.objects.get(), by=rep)
    run(voice)
    assert TwoInOne.objects.open().count() == 0

    voice.text = TWO + ", says legal"
    change_objection(objection=voice, by=rep)
    run(voice)

    assert TwoInOne.objects.open().count() == 1


def test_notes_that_came_in_together_are_looked_at_daily(rep):
    voice = make_objection(TWO, author=rep)
    run(voice)
    TwoInOne.objects.all().delete()
    Vector.objects.update(sought_two=False)

    queue_job(kind="seek_twos")
    run_due_jobs()

    assert TwoInOne.objects.get().objection == voice
    assert Job.objects.filter(kind="seek_twos").get().result == {"read": 1}


def test_made_two_each_is_an_objection_of_its_own(two, rep, marketer):
    first = two.objection
    second = make_two(two=two, by=marketer)

    first.refresh_from_db()
    assert (first.text, second.text) == (two.first, two.second)
    for field in ("opportunity", "author", "heard_on", "weight", "raised_by", "stage", "outcome_when_heard"):
        assert getattr(second, field) == getattr(first, field)
    assert Objection.objects.get(pk=second.pk).logged_at == first.logged_at
    assert second.split_of == first
    assert [version.text for version in first.history.all()] == [two.first, TWO]


def test_made_two_each_finds_its_own_theme(two, rep):
    second = make_two(two=two, by=rep)
    run_due_jobs()

    stands = [two.objection.placement.theme, second.placement.theme]
    assert stands == [Theme.objects.get(seed=slug) for slug in ("dearer-than-rival-quote", "security-sign-off-missing")]


def test_what_a_person_placed_stays_there(two, rep, marketer):
    theme = make_theme()
    place(two.objection, theme, by=marketer)
    make_two(two=two, by=rep)
    run_due_jobs()
    assert two.objection.placement.theme == theme


def test_making_two_twice_makes_one_second(two, rep):
    assert make_two(two=two, by=rep) == make_two(two=two, by=rep)
    assert Objection.objects.count() == 2


def test_undone_it_is_one_note_again_and_asked_again(two, rep, marketer):
    second = make_two(two=two, by=rep)
    undo_two(two=two, by=marketer)
    undo_two(two=two, by=marketer)

    first = Objection.objects.live().get()
    assert (first.pk, first.text) == (two.objection_id, TWO)
    second.refresh_from_db()
    assert second.withdrawn_by == marketer
    assert TwoInOne.objects.open().get() == two
    assert make_two(two=two, by=rep) != second


@pytest.mark.parametrize("which", ["first", "second", "withdrawn"])
def test_it_is_not_undone_once_one_of_the_two_was_changed(which, two, rep):
    second = make_two(two=two, by=rep)
    if which == "withdrawn":
        withdraw_objection(objection=second, by=rep)
    else:
        changed = Objection.objects.get(pk=two.objection_id if which == "first" else second.pk)
        changed.text += " they say"
        change_objection(objection=changed, by=rep)

    with pytest.raises(ChangedSince):
        undo_two(two=two, by=rep)
    assert Objection.objects.count() == 2


def test_kept_as_one_it_is_not_asked_again_until_undone(two, rep):
    keep_as_one(two=two, by=rep)
    assert not TwoInOne.objects.open().exists()
    undo_two(two=two, by=rep)
    assert TwoInOne.objects.open().exists()


def test_new_words_are_not_asked_about_the_old_ones(two, rep):
    voice = two.objection
    voice.text = "quite another thing"
    change_objection(objection=voice, by=rep)
    assert not TwoInOne.objects.exists()


def test_a_deal_counts_once_where_both_stand_in_one_theme(rep, marketer):

    deal, theme = make_lost(amount=500, owner=rep), make_theme()
    voice = make_objection(TWO, author=rep, opportunity=deal)
    two = TwoInOne.objects.create(objection=voice, halves=TwoInOne.joined(ONE, "no SOC 2 report"))
    second = make_two(two=two, by=rep)
    for each in (voice, second):
        place(each, theme, by=marketer)
    assert lost_value_by_theme([theme], last_year(timezone.localdate()))[theme.pk].total == 500


@pytest.mark.parametrize(("who", "status"), [("rep", 302), ("manager", 302), ("marketer", 302), ("other_rep", 403)])
def test_whoever_wrote_it_and_curators_say(who, status, two, request, sign_in):
    client = sign_in(request.getfixturevalue(who))
    assert (url("two_split", two) in client.get(two.objection.get_absolute_url()).content.decode()) == (status == 302)
    assert client.post(url("two_split", two)).status_code == status


def test_the_page_offers_it_and_the_toast_takes_it_back(two, rep, sign_in):
    client = sign_in(rep)
    page = client.get(two.objection.get_absolute_url()).content.decode()
    assert "This may be two." in page
    assert two.first in page

    response = client.post(url("two_split", two))
    after = client.get(response.url)
    assert "Was one note with" in after.content.decode()
    client.post([m.extra_tags for m in after.context["messages"]][0].removeprefix("undo:"))

    assert Objection.objects.live().get().text == TWO


def test_kept_as_one_leads_back_to_where_one_came_from(two, marketer, sign_in):
    client, here = sign_in(marketer), reverse("objections:pile")
    assert client.post(url("two_keep", two), {"next": here}).url == here
    assert client.post(url("two_undo", two), {"next": "https://evil.example"}).url == two.objection.get_absolute_url()


def test_it_is_withdrawn_with_its_note(two, rep, sign_in):
    withdraw_objection(objection=two.objection, by=rep)
    assert sign_in(rep).post(url("two_split", two)).status_code == 404


def test_who_is_named_in_one_half_is_masked_in_both_for_marketers(rep, marketer, sign_in):
    whole = "Dorothea Quimberly says a rival quoted 30% less; dorothea wants a SOC 2 report before signing"
    voice = make_objection(whole, author=rep, masked=None)
    run(voice)
    assert TwoInOne.objects.get().halves_for(marketer) == [BEING_READ]

    run_due_jobs()

    two = TwoInOne.objects.get()
    assert two.halves_for(rep) == [two.first, two.second]
    assert "orothea" in two.second
    page = sign_in(marketer).get(voice.get_absolute_url()).content.decode()
    assert "[name] wants a SOC 2 report before signing" in page
    assert "orothea" not in page


def test_words_that_were_erased_are_read_again(two):
    read_anew([two])
    run_due_jobs()
    two.refresh_from_db()
    assert two.is_masked
