import pytest
from django.urls import reverse

from objections.actions.briefs import BriefChanged, brief_version, write_brief
from objections.briefs import draft_brief
from objections.models import Answer, Usage
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
)


@pytest.fixture
def row(rep, marketer):
    return make_request(by=rep, themes=[make_theme()], owner=marketer, state="triaged", brief="First")


def url(row):
    return reverse("objections:brief_edit", args=[row.pk])


def test_a_draft_says_what_was_heard_what_it_costs_and_what_reps_say_works(company, rep, marketer):
    theme = make_theme()
    lost, open_ = make_lost(amount=5000), make_opportunity(amount=7000)
    answered = {"answer_used": "Anna got the five-year sum", "ending": "accepted"}
    voice = make_objection("too dear", author=rep, opportunity=lost, masked=None, **answered)
    masked = {"text": "too dear", "raised_by": "", "answer_used": "[name] got the five-year sum"}
    voice.masked = voice.as_masked(masked)
    voice.save()
    place(voice, theme)
    place(make_objection("dearer", author=rep, opportunity=open_), theme)
    Answer.objects.create(theme=theme, text="It pays back", approved_by=marketer, approved_at=voice.logged_at)
    piece = make_collateral("Sheet", owner=marketer, themes=[theme])
    for deal, helped in ((lost, "partly"), (open_, "no"), (make_opportunity(), "")):
        Usage.objects.create(collateral=piece, opportunity=deal, by=rep, helped=helped)

    draft = draft_brief([theme])

    assert "Heard 2 times on 2 deals. EUR 5,000 lost on 1 deal in the last 12 months." in draft
    assert "EUR 7,000 at stake on 1 open deal." in draft
    assert draft.endswith(
        "What reps say works:\n"
        "– Approved answer: It pays back\n"
        "– [name] got the five-year sum (answer accepted)\n"
        "– Sheet: helped on 1 of 2 answers"
    )


def test_an_empty_brief_starts_from_the_themes_and_nothing_is_saved_by_looking(row, rep, marketer, sign_in):
    place(make_objection("too dear", author=rep), row.themes.get())
    row.brief = ""
    row.save()
    page = sign_in(marketer).get(url(row))
    assert "Heard once" in page.context["form"]["brief"].value()
    assert "Nothing is saved yet." in page.text
    row.refresh_from_db()
    assert row.brief == ""


def test_what_the_themes_say_is_added_to_what_was_typed(row, rep, marketer, sign_in):
    place(make_objection("too dear", author=rep), row.themes.get())
    page = sign_in(marketer).post(url(row), {"brief": "My own words", "seen": "x", "prefill": "on"})
    assert page.context["form"]["brief"].value().startswith("My own words\n\nHeard once")
    assert page.context["form"]["seen"].value() == "x"
    row.refresh_from_db()
    assert row.brief == "First"


def test_it_is_saved_and_the_earlier_wording_kept(row, marketer, sign_in):
    client = sign_in(marketer)
    seen = client.get(url(row)).context["form"]["seen"].value()
    assert client.post(url(row), {"brief": "Second\r\nline", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert row.brief == "Second\nline"
    assert [each["text"] for each in client.get(url(row)).context["earlier"]] == ["First"]
    assert "changed the brief" in client.get(row.get_absolute_url()).text


def test_what_another_wrote_meanwhile_is_shown_and_not_written_over(row, marketer, leader, sign_in):
    client = sign_in(marketer)
    seen = client.get(url(row)).context["form"]["seen"].value()
    write_brief(request=row, brief="Theirs", seen=seen, by=leader)

    page = client.post(url(row), {"brief": "Mine", "seen": seen})

    assert page.status_code == 422
    assert "Lena Leader saved this while you wrote" in page.text
    assert "Theirs" in page.text
    assert page.context["form"]["brief"].value() == "Mine"
    row.refresh_from_db()
    assert row.brief == "Theirs"
    form = page.context["form"]
    assert client.post(url(row), {"brief": "Both", "seen": form["seen"].value()}).status_code == 302
    assert [each["text"] for each in client.get(url(row)).context["earlier"]] == ["Theirs", "First"]


def test_saving_the_same_again_changes_nothing_whatever_was_seen(row, marketer):
    write_brief(request=row, brief="First", seen="", by=marketer)
    assert row.history.count() == 1
    with pytest.raises(BriefChanged):
        write_brief(request=row, brief="Other", seen=brief_version("Another"), by=marketer)


def test_editing_the_facts_leaves_a_brief_written_meanwhile(row, marketer, leader, sign_in):
    client, edit = sign_in(marketer), reverse("objections:request_edit", args=[row.pk])
    assert "brief" not in client.get(edit).context["form"].fields


@pytest.mark.parametrize(
    ("role", "state", "status"),
    [
        ("rep", "new", 200),
        ("rep", "triaged", 403),
        ("other_rep", "triaged", 200),
        ("manager", "new", 403),
        ("marketer", "new", 200),
        ("leader", "triaged", 200),
    ],
)
def test_who_writes_it(request, row, other_rep, role, state, status, sign_in):
    row.state, row.co_owner = state, other_rep
    row.save()
    assert sign_in(request.getfixturevalue(role)).get(url(row)).status_code == status
