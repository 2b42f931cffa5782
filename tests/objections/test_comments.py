import pytest
from django.urls import reverse

from feedback.models import Job, Notification
from objections.actions.comments import add_comment, change_comment, restore_comment, withdraw_comment
from objections.mentioning import as_kept, as_shown
from objections.models import Comment
from objections.theming.reading import read_words
from tests.factories import make_request, make_theme, make_user


@pytest.fixture
def jonas(company):
    return make_user("Jonas Reuter", username="jonas.reuter@example.com", role="rep")


@pytest.fixture
def row(rep, marketer, other_rep):
    return make_request(by=rep, themes=[make_theme()], owner=marketer, co_owner=other_rep, state="triaged")


def said(text, *people):
    return as_shown(as_kept(text)[0], people)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@jonas.reuter look", '<b class="mention">@Jonas Reuter</b> look'),
        ("ask @Jonas Reuter.", 'ask <b class="mention">@Jonas Reuter</b>.'),
        ("(@jonas.reuter@example.com)", '(<b class="mention">@Jonas Reuter</b>)'),
        ("@JONAS.REUTER, please", '<b class="mention">@Jonas Reuter</b>, please'),
        ("@jonas.reuterz look", "@jonas.reuterz look"),
        ("mail jonas@jonas.reuter", "mail jonas@jonas.reuter"),
        ("@nobody <b>", "@nobody &lt;b&gt;"),
        ("@", "@"),
        ("@[999] and @[x]", "@[999] and @[x]"),
    ],
)
def test_a_name_after_an_at_is_marked_and_all_else_stays_as_typed(jonas, typed, shown):
    assert said(typed, jonas) == shown


def test_a_name_that_two_people_bear_and_one_of_nobody_active_stay_text(jonas):
    twin = make_user("Jonas Reuter", username="other@example.com")
    make_user("Gone Away", username="gone@example.com", is_active=False)
    assert as_kept("@Jonas Reuter @gone @other") == (f"@Jonas Reuter @gone @[{twin.pk}]", [twin.pk])


def test_a_name_with_markup_in_it_is_escaped(company):
    evil = make_user("<i>Eve</i>", username="eve@example.com")
    assert said("@eve", evil) == '<b class="mention">@&lt;i&gt;Eve&lt;/i&gt;</b>'


def test_owner_co_owner_asker_and_whoever_is_named_are_told_once(row, rep, marketer, other_rep, jonas, leader):
    comment = add_comment(request=row, text="@jonas.reuter @jonas.reuter what of it?", by=leader)
    told = {note.to: note.title for note in Notification.objects.all()}
    assert told == {
        jonas: "Lena Leader mentioned you on “Price sheet”",
        **dict.fromkeys([rep, marketer, other_rep], "Lena Leader commented on “Price sheet”"),
    }
    change_comment(comment=comment, text="@jonas.reuter @Rita Rep what of it now?", by=leader)
    assert Notification.objects.count() == 4
    assert not Notification.objects.exclude(body="").exists()


def test_nobody_is_told_of_what_they_say_themselves(row, rep):
    add_comment(request=row, text="@Rita Rep note to self", by=rep)
    assert not Notification.objects.filter(to=rep).exists()


def test_an_edit_keeps_the_earlier_words_and_a_withdrawal_takes_back_unread_news(row, rep):
    comment = add_comment(request=row, text="first", by=rep)
    change_comment(comment=comment, text="second", by=rep)
    assert [past.text for past in comment.history.all()] == ["second", "first"]
    withdraw_comment(comment=comment, by=rep)
    assert not Notification.objects.exists()
    restore_comment(comment=comment, by=rep)
    assert Comment.objects.live().get().text == "second"


def test_a_form_sent_twice_says_it_once(row, rep, sign_in):
    client, url = sign_in(rep), reverse("objections:comment_create", args=[row.pk])
    form = client.get(row.get_absolute_url()).context["comment_form"]
    data = {"text": "Any news?", "client_id": form["client_id"].value()}
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_comment_that_cannot_be_is_refused_with_what_was_typed(row, rep, sign_in, text):
    page = sign_in(rep).post(reverse("objections:comment_create", args=[row.pk]), {"text": text})
    assert (page.status_code, Comment.objects.count()) == (422, 0)
    assert page.context["comment_form"]["text"].value() == text


def test_marketers_read_buyers_masked_and_people_of_the_portal_named(row, rep, other_rep, marketer, jonas, sign_in):
    comment = add_comment(request=row, text="@jonas.reuter call Anna Meier, anna@hansa.example", by=rep)
    page = sign_in(marketer).get(row.get_absolute_url())
    assert "Anna" not in page.text
    assert "Being read" in page.text
    assert Job.objects.filter(kind="read_words", payload__model="comment").exists()

    read_words([comment])

    page = sign_in(marketer).get(row.get_absolute_url()).text
    assert "Anna" not in page
    assert "hansa.example" not in page
    assert '<b class="mention">@Jonas Reuter</b> call' in page
    assert "call Anna Meier" in sign_in(other_rep).get(row.get_absolute_url()).text


def test_the_form_to_edit_shows_what_was_typed_and_only_its_author_has_it(row, rep, other_rep, admin, jonas, sign_in):
    comment = add_comment(request=row, text="@jonas.reuter first", by=rep)
    url = reverse("objections:comment_edit", args=[comment.pk])
    page = sign_in(rep).get(url)
    assert page.context["form"]["text"].value() == "@jonas.reuter first"
    assert sign_in(rep).post(url, {"text": "@jonas.reuter second"}).status_code == 302
    assert "@Jonas Reuter first" in sign_in(rep).get(url).text
    assert [sign_in(user).get(url).status_code for user in (other_rep, admin)] == [403, 403]
    assert "edited" in sign_in(other_rep).get(row.get_absolute_url()).text


def test_withdrawn_words_are_shown_to_nobody_and_come_back_by_who_took_them(row, rep, other_rep, admin, sign_in):
    comment = add_comment(request=row, text="a slip of the tongue", by=rep)
    withdraw, restore = (reverse(f"objections:comment_{deed}", args=[comment.pk]) for deed in ("withdraw", "restore"))
    assert sign_in(other_rep).post(withdraw).status_code == 403
    assert sign_in(admin).post(withdraw).status_code == 302
    assert "a slip" not in sign_in(rep).get(row.get_absolute_url()).text
    assert sign_in(rep).post(restore).status_code == 403
    assert sign_in(admin).post(restore).status_code == 302
    assert "a slip" in sign_in(other_rep).get(row.get_absolute_url()).text
