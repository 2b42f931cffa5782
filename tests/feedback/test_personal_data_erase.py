"""Erasing takes the words out of every text, earlier wording, import and closed meeting, and nothing else."""

import io
import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.core.management import call_command
from django.db.models import JSONField, TextField
from django.db.models.fields import CharField
from django.urls import reverse

from feedback.actions.feeds import open_feed
from feedback.actions.meetings import close_meeting, write_note
from feedback.actions.personal_data import LastAdmin, erase_person, erase_words
from feedback.actions.tokens import make_token, revoke_token
from feedback.importing.people import People
from feedback.importing.remarks import Remarks
from feedback.models import (
    CalendarFeed,
    Delivery,
    Erasure,
    Import,
    ImportChange,
    Notification,
    Pack,
    SavedFilter,
    Team,
    Token,
    User,
)
from feedback.packs import differences
from feedback.personal_data import everything_of, found, holdings
from feedback.redaction import REMOVED, Redaction
from feedback.webhooks.formats import body_of
from objections.actions.objections import change_objection
from objections.models import Vector
from objections.theming.vectors import store_vector, stored_vectors, vectors_of
from tests.factories import (
    make_lost,
    make_meeting,
    make_objection,
    make_review,
    make_team,
    make_theme,
    make_webhook,
    place,
)

# Text that nobody writes freely about people: codes, names of things, addresses within the portal, hashes.
NO_PERSON = {
    "Presumption": {"words"},  # a hash of them
    "Segment": {"value"},
    "Account": {"name", "key"},
    "Product": {"name", "key", "series"},
    "Competitor": {"name", "key"},
    "CompetitorMerge": {"moved"},  # numbers of rows
    "ExclusionRule": {"lead_source", "stage"},
    "Definition": {"slug", "title", "text", "formula"},
    "DefinitionProposal": {"slug"},
    "Decision": {"aim", "aim_then"},  # a figure's key, and what it said
    "Becoming": {"kind"},
    "Destination": {"code", "label", "description"},
    "Reason": {"code", "label", "description"},
    "Category": {"code", "label"},
    "Company": {"name", "currency", "time_zone", "colour"},
    "CalendarFeed": {"token_hash"},
    "DigestChoice": {"weekdays"},
    "Token": {"start", "token_hash", "scopes"},
    "SavedFilter": {"list", "name", "query"},  # deleted whole by saved_filters_with
    "FirstRun": {"token_hash"},
    "Invitation": {"token_hash"},
    "Invite": {"uid"},
    "Holiday": {"name"},
    "Team": {"name"},  # erase_person renames those called after somebody
    "Source": {"name"},
    "User": {"username", "email", "name", "crm_id", "password", "time_zone"},  # erase_person empties them
    "Erasure": {"keys", "removed", "why"},
    "Retention": {"kind"},
    "Session": {"session_key", "session_data", "device"},  # end with the person
    "Tries": {"key"},
    "Pack": {"content", "html", "checksum"},  # cleaned by feedback.packs.without_words
    "Opportunity": {"external_id", "stage", "currency", "lead_source"},
    "SectionNote": {"section"},
    "AgendaSection": {"key"},
    "PreparedSection": {"section", "data"},  # forgotten whole when words are taken out, see feedback.figures
    "Notification": {"key", "url", "kind"},
    "NotificationChoice": {"kind"},
    "Endpoint": {"name", "host", "sealed_url", "sealed_secret", "events"},
    "Delivery": {"key", "event_id", "event"},
    "Job": {"kind", "payload", "note", "result", "error"},
    "Import": {"source", "column_map"},
    "ImportFile": {"name"},
    "ImportRemark": {"file", "column"},
    "ImportChange": {"model"},
    # `masked` is made of the words and made anew when some are taken out.
    "Objection": {"stage", "masked", "read_by", "language"},
    "Review": {"masked", "read_by"},
    "Vector": {"encoder", "text_hash"},
    "Meaning": {"encoder", "text_hash"},
    "Exemplar": {"encoder"},
    "TwoInOne": {"masked", "read_by"},
    "Usage": {"masked", "read_by"},
    "Comment": {"masked", "read_by"},
    "Noted": {"column", "text_hash", "spans"},  # where words stand, not the words
    "Learning": {"encoder", "placements", "curve"},
    "Map": {"drawn_from"},
    "Build": {"stands_on", "phases"},
    "Theme": {"seed"},
    "CollateralStage": {"name"},
    "Verdict": {"figures"},
    "ShareLink": {"key"},
}


def test_every_text_column_is_looked_at_or_known_to_name_nobody():
    forgotten = {}
    for model in [*apps.get_app_config("feedback").get_models(), *apps.get_app_config("objections").get_models()]:
        columns = {
            column.name
            for column in model._meta.concrete_fields
            if isinstance(column, CharField | TextField | JSONField) and not column.choices
        } - {"history_change_reason", "outcome_when_heard"}
        looked_at = set(holdings[model].words) if model in holdings else set()
        left = columns - looked_at - NO_PERSON.get(model.__name__.removeprefix("Historical"), set())
        if left:
            forgotten[model.__name__] = left
    assert forgotten == {}


# Who leads a team, asked for work, or closed: deeds of the company.
NOT_THEIRS = ("Team", "Job", "Build", "Pack", "Erasure")


def test_every_column_that_names_a_user_is_exported():
    forgotten = {}
    for model in [*apps.get_app_config("feedback").get_models(), *apps.get_app_config("objections").get_models()]:
        columns = {column.name for column in model._meta.concrete_fields if column.related_model is User}
        if model.__name__.startswith("Historical") or model.__name__ in NOT_THEIRS:
            continue
        left = columns - (set(holdings[model].people) if model in holdings else set())
        if left:
            forgotten[model.__name__] = left
    assert forgotten == {}


@pytest.fixture
def anna(rep, leader):
    """Rows in which a buyer called Anna Meier is named, a closed meeting among them."""
    deal = make_lost("Forklifts for Anna Meier", account="Hansa", closed_on=date(2026, 3, 10), owner=rep)
    make_review(deal, author=rep, would_have_changed="Had Anna Meier seen it")
    voice = make_objection("Anna Meier: too dear", author=rep, opportunity=deal, heard_on=date(2026, 3, 9))
    voice.text = "anna meier says it is too dear"
    change_objection(objection=voice, by=rep)
    place(voice, make_theme("Dear"), by=leader)
    meeting = make_meeting(date(2026, 3, 1), by=leader, facilitator=leader)
    meeting.opportunities.add(deal)
    write_note(meeting=meeting, section="reasons", text="Ask Anna Meier", by=leader)
    close_meeting(meeting=meeting, by=leader)
    voice.refresh_from_db()
    return voice


def meeting_packs():
    return Pack.objects.select_related("meeting")


def everything_written():
    call_command("dumpdata", "feedback", "objections", stdout=(out := io.StringIO()))
    return json.dumps(json.loads(out.getvalue()), ensure_ascii=False)


def test_it_leaves_the_words_nowhere_in_the_database(anna, admin):
    assert "Anna Meier" in everything_written()
    erasure = erase_words(redaction=Redaction(["Anna Meier"]), why="Ticket 7", by=admin)
    assert "meier" not in everything_written().lower()
    assert erasure.removed["Objections"] == 1
    assert erasure.removed["Closed meetings"] == 1
    assert erasure.removed["Earlier versions of objections"] == 2


def test_a_closed_meeting_verifies_afterwards_and_names_what_was_removed(anna, admin, leader, sign_in):
    (pack,) = meeting_packs()
    before = json.loads(pack.content)
    erase_words(redaction=Redaction(["Anna Meier"]), why="Ticket 7", by=admin)
    pack.refresh_from_db()
    after = json.loads(pack.content)
    assert differences(pack) == []
    assert REMOVED in pack.html
    (removal,) = after["removals"]
    assert "section reasons" in removal["parts"]
    assert removal["checksum_before"] != pack.checksum
    assert [each["key"] for each in after["sections"]] == [each["key"] for each in before["sections"]]
    page = sign_in(leader).get(pack.meeting.get_absolute_url()).content.decode()
    assert "Words that identify a person were removed" in page
    pack.content = pack.content.replace('"parts":["', '"parts":["meeting","', 1)
    assert "removals" in differences(pack)


def test_the_vector_follows_the_new_words_and_the_theme_stays(anna, admin):
    store_vector(anna, vectors_of([anna])[0])
    erase_words(redaction=Redaction(["Anna Meier"]), why="Ticket 7", by=admin)
    anna.refresh_from_db()
    assert anna.text == f"{REMOVED} says it is too dear"
    assert anna.placement.theme.name == "Dear"
    assert anna.pk in stored_vectors([anna])
    assert Vector.objects.count() == 1


def test_the_undo_ledger_of_an_import_is_cleaned_too(anna, admin, leader):
    change = ImportChange.objects.create(
        parent=Import.objects.create(source="crm"), model="opportunity", row_id=1, after={"name": "Für Jörg Müller"}
    )
    erase_words(redaction=Redaction(["jörg müller"]), why="Ticket 7", by=admin)
    change.refresh_from_db()
    assert change.after == {"name": f"Für {REMOVED}"}


def test_a_webhook_that_waits_says_what_is_left(admin):
    content = {
        "words": "“Ask Anna Meier” is approved.",
        "path": "/themes/7/",
        "data": {"theme": {"name": "Anna Meier"}},
    }
    made = {"key": "k", "event_id": "msg_1", "event": "answer.approved", "content": content}
    delivery = Delivery.objects.create(endpoint=make_webhook(by=admin), **made)
    attempt = delivery.attempts.create(status=400, milliseconds=1, words="No such thing: anna meier")
    removed = erase_words(redaction=Redaction(["Anna Meier"]), why="Ticket 7", by=admin).removed
    assert removed == {"Deliveries": 1, "Attempts": 1}
    delivery.refresh_from_db()
    attempt.refresh_from_db()
    assert attempt.words == f"No such thing: {REMOVED}"
    said = json.loads(body_of("json", delivery.event, delivery.at, delivery.content))["data"]
    assert said["text"] == f"“Ask {REMOVED}” is approved."
    assert said["theme"] == {"name": REMOVED}
    assert said["url"].endswith("/themes/7/")


def test_a_person_is_erased_and_what_they_wrote_stays(rep, manager, admin, leader, sign_in):
    deal = make_lost("Forklifts", owner=rep)
    review = make_review(deal, author=rep, would_have_changed="Rita Rep should have called")
    Notification.objects.create(to=rep, key="k", title="Live", url="/")
    theirs = sign_in(rep)
    team = make_team("Rita Rep's team", manager=rep)
    team.manager = None
    team.save()
    erase_person(person=rep, why="Left", by=admin)
    rep.refresh_from_db()
    review.refresh_from_db()
    assert (rep.name, rep.username, rep.email, rep.crm_id) == (f"Former colleague {rep.pk}", f"erased-{rep.pk}", "", "")
    assert not rep.is_active
    assert not Team.objects.filter(name__contains="Rita").exists()
    assert "Rita" not in str(list(Team.history.values())) + str(list(User.history.values()))
    assert not rep.has_usable_password()
    assert review.author == rep
    assert review.would_have_changed == f"{REMOVED} should have called"
    assert not Notification.objects.filter(to=rep).exists()
    assert theirs.get(reverse("feedback:home")).status_code == 302
    assert deal.owner.team.manager == manager


def test_everything_a_person_could_come_in_with_goes_with_them(rep, other_rep, admin, client):
    _, key = make_token(user=rep, name="Sync", scopes=["read"], days=30)
    kept, _ = make_token(user=other_rep, name="Asked for by Rita Rep", scopes=["read"], days=30)
    revoke_token(token=kept, by=rep)
    feed = reverse("feedback:feed", args=[open_feed(user=rep)])
    TOTP.activate(rep, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(rep)
    SocialAccount.objects.create(user=rep, provider="company", uid="rita")
    EmailAddress.objects.create(user=rep, email="rita@palletry.example")
    SavedFilter.objects.create(owner=rep, list="deals", name="Mine", query="outcome=lost")
    erase_person(person=rep, why="Left", by=admin)
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert client.get(feed).status_code == 404
    for model, column in (
        (Token, "user"),
        (CalendarFeed, "user"),
        (Authenticator, "user"),
        (SocialAccount, "user"),
        (EmailAddress, "user"),
        (SavedFilter, "owner"),
    ):
        assert not model.objects.filter(**{column: rep}).exists(), model
    kept.refresh_from_db()
    assert (kept.name, kept.revoked_by) == (f"Asked for by {REMOVED}", rep)


def test_saved_filters_with_the_words_are_deleted_and_others_stay(rep, other_rep, admin):
    made = [
        SavedFilter.objects.create(owner=owner, list="deals", name=name, query=query)
        for owner, name, query in (
            (rep, "anna meier", "outcome=lost"),
            (rep, "Anna Meier", "outcome=won"),
            (other_rep, "Hansa", "q=Anna+Meier&outcome=lost"),
            (other_rep, "Lost", "outcome=lost"),
        )
    ]
    redaction = Redaction(["Anna Meier"])
    assert [(place.title, place.count) for place in found(redaction)] == [("Saved filters", 3)]
    assert erase_words(redaction=redaction, why="Ticket 7", by=admin).removed == {"Saved filters": 3}
    assert list(SavedFilter.objects.all()) == made[3:]


def test_an_export_holds_no_key(rep, sign_in):
    session = sign_in(rep).session.session_key
    token, _ = make_token(user=rep, name="Sync", scopes=["read"], days=30)
    open_feed(user=rep)
    everything = everything_of(rep)
    assert {"Sessions", "Calendar feeds", "Tokens"} <= set(everything)
    written = json.dumps(everything, default=str)
    assert "Sync" in written
    for key in (session, token.token_hash, CalendarFeed.objects.get().token_hash):
        assert key not in written


def test_the_next_import_finds_the_erased_person_and_no_new_one(rep, admin):
    User.objects.filter(pk=rep.pk).update(crm_id="rrep")
    rep.refresh_from_db()
    erase_person(person=rep, why="Left", by=admin)
    people = People(Remarks())
    assert people.met("RREP", None, "owner") == rep
    assert people.met("rita rep", None, "owner") == rep
    assert people.made == []
    assert "rita" not in json.dumps(Erasure.objects.get().keys)


def test_erasing_twice_changes_nothing(rep, admin):
    first = erase_person(person=rep, why="Left", by=admin)
    assert erase_person(person=rep, why="Again", by=admin) == first


def test_the_last_admin_stays(admin, leader):
    with pytest.raises(LastAdmin):
        erase_person(person=admin, why="Left", by=leader)
    admin.refresh_from_db()
    assert admin.is_active
