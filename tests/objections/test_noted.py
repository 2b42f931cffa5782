import pytest
from django.urls import reverse

from feedback.actions.reviews import save_answers
from feedback.forms.reviews import ChangeForm
from feedback.jobs import run_due_jobs
from feedback.models import Job
from objections.actions.noted import NoteChanged, decline_noted, log_noted, undo_noted
from objections.models import Noted, Objection
from objections.theming import warm
from objections.theming.noted import offered
from tests.factories import make_lost, make_objection, make_review

FIRST, SECOND = "They wanted a SOC 2 report before signing.", "The competitor was 30% cheaper than us."
TWO = f"{FIRST} {SECOND}"


@pytest.fixture
def review(rep):
    warm()
    return make_review(make_lost(owner=rep), author=rep, submitted=False)


def write(review, text):
    """Saved as the form saves it, and looked at by the jobs that follow."""
    form = ChangeForm({"would_have_changed": text}, instance=review)
    assert form.is_valid()
    save_answers(form=form)
    run_due_jobs()  # read, and then
    run_due_jobs()  # looked at
    review.refresh_from_db()


@pytest.fixture
def noted(review):
    write(review, TWO)
    return offered(review)


def form_page(client, review):
    return client.get(reverse("feedback:review_edit", args=[review.opportunity_id])).content.decode()


def test_two_objections_in_a_note_are_offered_to_be_logged(noted, review, rep, sign_in):
    page = form_page(sign_in(rep), review)
    assert "We see two objections in your note, log them?" in page
    assert FIRST in page
    assert SECOND in page
    assert noted.words(review) == [FIRST, SECOND]
    assert not Objection.objects.exists()


@pytest.mark.parametrize("text", ["", "An offer a month earlier", FIRST, "Nice people there. We had a good lunch."])
def test_a_note_that_does_not_hold_two_is_left_alone(text, review, rep, sign_in):
    write(review, text)
    assert offered(review) is None
    assert "log them?" not in form_page(sign_in(rep), review)


def test_while_it_is_looked_at_the_page_asks_again(review, rep, sign_in):
    url, client = reverse("objections:noted_detail", args=[review.opportunity_id]), sign_in(rep)
    assert "load delay" not in client.get(url).content.decode()
    form = ChangeForm({"would_have_changed": TWO}, instance=review)
    assert form.is_valid()
    save_answers(form=form)
    assert "load delay" in client.get(url).content.decode()
    run_due_jobs()
    assert "load delay" in client.get(url).content.decode()
    run_due_jobs()
    assert "load delay" not in client.get(url).content.decode()
    assert "log them?" in client.get(url).content.decode()


def test_short_notes_cost_no_look(review):
    write(review, "An offer a month earlier")
    assert not Job.objects.filter(kind="look_in_notes").exists()


def test_both_are_logged_in_one_act_and_undone_in_one(noted, review, rep, sign_in):
    client = sign_in(rep)
    page = client.post(reverse("objections:noted_log", args=[noted.pk]), follow=True).content.decode()

    voices = list(Objection.objects.order_by("pk"))
    assert [(v.text, v.opportunity, v.review, v.author) for v in voices] == [
        (FIRST, review.opportunity, review, rep),
        (SECOND, review.opportunity, review, rep),
    ]
    assert "Logged 2 objections from your note." in page
    undo = reverse("objections:noted_undo", args=[noted.pk])
    assert undo in page
    assert "log them?" not in page
    run_due_jobs()
    assert all(voice.placement for voice in voices)

    for _ in range(2):
        client.post(undo)
    assert not Objection.objects.live().exists()
    assert "log them?" in form_page(client, review)


def test_logging_twice_logs_once(noted, rep):
    first = log_noted(noted=noted, by=rep)
    assert log_noted(noted=noted, by=rep) == first
    assert Objection.objects.count() == 2


def test_what_was_logged_on_the_deal_before_is_left_out(noted, review, rep):
    make_objection(FIRST.lower(), author=rep, opportunity=review.opportunity)
    assert [voice.text for voice in log_noted(noted=noted, by=rep)] == [SECOND]


def test_a_note_edited_after_its_objections_were_logged_is_not_offered_again(noted, review, rep):
    log_noted(noted=noted, by=rep)
    write(review, f"{TWO} Nothing else.")
    assert offered(review) is None


def test_a_no_is_remembered_until_the_words_change(noted, review, rep, sign_in):
    sign_in(rep).post(reverse("objections:noted_decline", args=[noted.pk]))
    write(review, f"{TWO} ")
    assert offered(review) is None
    noted.refresh_from_db()
    assert noted.declined_by == rep

    write(review, f"{TWO} So we heard in May.")
    assert offered(review) not in (None, noted)

    undo_noted(noted=noted, by=rep)
    write(review, TWO)
    assert offered(review) == noted


def test_after_logging_a_no_changes_nothing(noted, rep):
    log_noted(noted=noted, by=rep)
    decline_noted(noted=noted, by=rep)
    noted.refresh_from_db()
    assert noted.declined_at is None
    assert Objection.objects.live().count() == 2


def test_words_changed_meanwhile_are_not_logged(noted, review, rep, sign_in):
    type(review).objects.filter(pk=review.pk).update(would_have_changed="Nothing at all")
    with pytest.raises(NoteChanged):
        log_noted(noted=noted, by=rep)
    page = sign_in(rep).post(reverse("objections:noted_log", args=[noted.pk]), follow=True).content.decode()
    assert "The note was changed meanwhile" in page
    assert not Objection.objects.exists()


def test_the_fragment_is_there_for_who_writes_the_review_only(noted, review, rep, other_rep, manager, sign_in):
    url = reverse("objections:noted_detail", args=[review.opportunity_id])
    assert "log them?" in sign_in(rep).get(url).content.decode()
    assert sign_in(manager).get(url).status_code == 200
    assert sign_in(other_rep).get(url).status_code == 403
    assert sign_in(other_rep).post(reverse("objections:noted_log", args=[noted.pk])).status_code == 404


def test_the_words_are_escaped(review, rep, sign_in):
    write(review, f"{FIRST} The competitor was <b>30%</b> cheaper than us.")
    page = form_page(sign_in(rep), review)
    assert "<b>30%" not in page


def test_no_words_are_kept_beside_the_review(noted):
    assert FIRST not in str(Noted.objects.values_list().get())
