from datetime import timedelta

import pytest
from django.urls import reverse

from objections.actions.answers import approve_answer, undo_answer
from objections.models import Answer
from tests.factories import make_theme


def edit(theme):
    return reverse("objections:answer_edit", args=[theme.pk])


def test_new_words_retire_the_old(marketer):
    theme = make_theme()
    old = approve_answer(theme=theme, text="Old words", by=marketer)
    new = approve_answer(theme=theme, text="New words", by=marketer)
    old.refresh_from_db()
    assert old.retired_at == new.approved_at
    assert Answer.objects.get(retired_at=None) == new


def test_the_same_words_again_change_nothing(marketer):
    theme = make_theme()
    assert approve_answer(theme=theme, text="Words", by=marketer) == approve_answer(
        theme=theme, text="Words", by=marketer
    )


def test_undoing_brings_the_old_words_back_and_twice_is_harmless(marketer):
    theme = make_theme()
    old = approve_answer(theme=theme, text="Old words", by=marketer)
    new = approve_answer(theme=theme, text="New words", by=marketer)
    for _ in range(2):
        undo_answer(theme=theme, answer=new.pk)
    assert Answer.objects.get() == old
    assert Answer.objects.get().retired_at is None


def test_undoing_knows_what_it_replaced_whatever_the_clock_said(marketer):
    theme = make_theme()
    old = approve_answer(theme=theme, text="Old words", by=marketer)
    new = approve_answer(theme=theme, text="New words", by=marketer)
    Answer.objects.filter(pk=old.pk).update(retired_at=new.approved_at + timedelta(seconds=1))
    undo_answer(theme=theme, answer=new.pk)
    assert Answer.objects.get(retired_at=None) == old


def test_the_page_approves_and_its_toast_undoes(marketer, sign_in):
    theme, client = make_theme(), sign_in(marketer)
    page = client.post(edit(theme), {"text": "Say this"}, follow=True)
    assert Answer.objects.get().text == "Say this"
    client.post([*page.context["messages"]][-1].extra_tags.removeprefix("undo:"))
    assert not Answer.objects.exists()


def test_the_form_starts_with_the_words_in_force(marketer, sign_in):
    theme = make_theme()
    approve_answer(theme=theme, text="Words in force", by=marketer)
    assert "Words in force" in sign_in(marketer).get(edit(theme)).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_no_words_or_too_many_are_refused(marketer, sign_in, text):
    page = sign_in(marketer).post(edit(make_theme()), {"text": text})
    assert (page.status_code, Answer.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 403), ("manager", 403), ("marketer", 200), ("leader", 200), ("admin", 200)]
)
def test_who_may_approve(request, company, sign_in, role, status):
    theme = make_theme()
    client = sign_in(request.getfixturevalue(role))
    assert client.get(edit(theme)).status_code == status
    undo = reverse("objections:answer_undo", args=[theme.pk, 1])
    assert client.post(undo).status_code == (302 if status == 200 else 403)
