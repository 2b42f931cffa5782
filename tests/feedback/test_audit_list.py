import csv
import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from feedback.actions.meetings import close_meeting, reopen_meeting
from feedback.models import User
from objections.actions.content import move_request
from tests.factories import make_meeting, make_request, make_team, make_theme, make_user
from tests.feedback.exports import TEAMS, WON, bring_in, deals

URL, CSV = reverse("feedback:audit_list"), reverse("feedback:audit_export")


def change(row, by, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_user = by
    row.save()


def told(page):
    return [(entry.row, [(c.field, c.before, c.after) for c in entry.changes]) for entry in page.context["entries"]]


@pytest.fixture
def client(admin, sign_in):
    return sign_in(admin)


def test_it_says_who_changed_what_from_what_to_what(client, rep, admin):
    change(rep, admin, role="leader", team=make_team("South"), is_superuser=True)
    page = client.get(URL, {"kind": "person", "q": "rita"})
    newest = page.context["entries"][0]
    assert (newest.by, newest.row) == (admin, "Rita Rep")
    assert [(c.field, c.before, c.after) for c in newest.changes] == [
        ("Admin", "no", "yes"),
        ("Role", "Rep", "Leader"),
        ("Team", "North", "South"),
    ]
    assert "<b>" not in page.content.decode().split("Rita Rep")[1][:10]


def test_what_no_person_did_is_the_portals(client, company):
    make_user("Imported Ida")
    page = client.get(URL, {"by": "portal", "q": "ida"})
    assert [entry.by for entry in page.context["entries"]] == [None]
    assert b"The portal" in page.content


def test_it_tells_requests_by_edit_and_by_move(client, admin, marketer):
    request = make_request("A one-pager", by=marketer, themes=[make_theme("Too dear")])
    change(request, admin, title="Two pages")
    move_request(request=request, to="on hold", why="No budget", by=marketer)
    moved, renamed = told(client.get(URL, {"q": "pages"}))
    assert moved == ("Two pages", [("State", "New", "On hold"), ("Why", "", "No budget")])
    assert renamed == ("Two pages", [("Title", "A one-pager", "Two pages")])


def test_it_tells_of_meetings_closed_and_reopened(client, leader):
    meeting = make_meeting(date(2026, 9, 1), by=leader)
    close_meeting(meeting=meeting, by=leader)
    reopen_meeting(meeting=meeting, by=leader)
    page = client.get(URL, {"by": leader.pk})
    assert [e.deed for e in page.context["entries"]] == ["reopened, version 1", "closed, version 1"]


def test_it_keeps_the_name_of_what_was_deleted_and_links_to_it_no_more(client, admin):
    team = make_team("Gone")
    team.delete()
    entry = client.get(URL, {"kind": "team"}).context["entries"][0]
    assert (entry.row, entry.deed, entry.url, entry.changes) == ("Gone", "deleted", "", ())


def test_it_shows_the_days_asked_for_by_the_readers_clock(client, admin, rep):
    berlin = ZoneInfo("Europe/Berlin")
    User.objects.filter(pk=admin.pk).update(time_zone="Europe/Berlin")
    User.history.all().delete()
    for hour, role in ((23, "leader"), (1, "marketer")):
        day = 2 if hour == 1 else 1
        rep._history_date = datetime(2026, 3, day, hour, 30, tzinfo=berlin)
        change(rep, admin, role=role)
    shown = told(client.get(URL, {"first": "2026-03-02", "last": "2026-03-02", "kind": "person"}))
    assert shown == [("Rita Rep", [("Role", "Leader", "Marketer")])]


def test_it_pages_without_losing_or_repeating_an_entry(client, admin, company, monkeypatch):
    User.history.all().delete()
    moment = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("UTC"))
    for number in range(60):
        user = User(username=f"u{number}", name=f"Person {number}")
        user._history_date = moment  # all at one moment, as an import writes them
        user.save()
    seen, address = [], f"{URL}?kind=person"
    for _ in range(3):
        page = client.get(address)
        seen += [entry.row for entry in page.context["entries"]]
        if not page.context["following"]:
            break
        address = f"{URL}?kind=person&before={page.context['following'].replace('+', '%2B')}"
    assert sorted(seen) == sorted(f"Person {number}" for number in range(60))


@pytest.mark.parametrize(
    "query",
    [
        {"first": "yesterday"},
        {"by": "nobody"},
        {"kind": "secret"},
        {"before": "x~y~z"},
        {"before": "2026-01-01T00:00:00~person~1"},
        {"before": f"2026-01-01T00:00:00+00:00~person~{2**70}"},
        {"q": "\x00'; DROP"},
        {"last": "9999-12-31"},
    ],
)
def test_it_bears_any_question(query, client, rep):
    assert client.get(URL, query).status_code == 200
    assert client.get(CSV, query).status_code == 200


def test_it_costs_the_same_number_of_queries_for_many_entries(client, admin, company, django_assert_max_num_queries):
    for number in range(60):
        change(make_user(f"Person {number}", team=make_team(f"Team {number}")), admin, role="leader")
        make_theme(f"Theme {number}")
    with django_assert_max_num_queries(60):
        assert len(client.get(URL).context["entries"]) == 50


def test_the_export_has_a_line_for_each_field_and_calculates_nothing(client, rep, admin):
    User.history.all().delete()
    change(rep, admin, name="=SUM(A1)", role="leader")
    text = client.get(CSV, {"kind": "person"}).getvalue().decode("utf-8-sig")
    heads, *lines = csv.reader(io.StringIO(text, newline=""))
    assert heads == ["at", "by", "kind", "row", "deed", "field", "from", "to"]
    assert [line[1:] for line in lines] == [
        ["Ada Admin", "Person", "'=SUM(A1)", "changed", "Name", "Rita Rep", "'=SUM(A1)"],
        ["Ada Admin", "Person", "'=SUM(A1)", "changed", "Role", "Rep", "Leader"],
    ]


def test_the_export_reads_every_part(client, company, monkeypatch):
    User.history.all().delete()
    for number in range(7):
        make_user(f"Person {number}")
    monkeypatch.setattr("feedback.audit.all_entries.__defaults__", (3,))
    text = client.get(CSV, {"kind": "person"}).getvalue().decode()
    assert all(f"Person {number}" in text for number in range(7))


def test_a_text_that_looks_like_markup_stays_a_text(client, rep, admin):
    change(rep, admin, name="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in client.get(URL).content


def test_what_an_import_did_to_people_and_teams_is_the_portals(client, company, admin):
    bring_in(deals(WON), TEAMS, by=admin)
    people = client.get(URL, {"kind": "person", "by": "portal"}).context["entries"]
    assert {entry.row for entry in people} >= {"Moses Frase", "Dustin Brinkmann"}
    moved = [told for entry in people if entry.row == "Moses Frase" for told in entry.changes if told.field == "Team"]
    assert [(change.before, change.after) for change in moved] == [("", "Dustin Brinkmann's team")]
    assert [entry.row for entry in client.get(URL, {"kind": "team"}).context["entries"]] == ["Dustin Brinkmann's team"]


def test_what_is_gone_is_told_without_a_link(client, admin):
    team = make_team("Short-lived")
    there, gone = reverse("feedback:team_edit", args=[team.pk]), ("team", "Short-lived")
    assert there in client.get(URL, {"kind": gone[0], "q": gone[1]}).content.decode()
    team.delete()
    page = client.get(URL, {"kind": gone[0], "q": gone[1]})
    assert len(page.context["entries"]) == 2
    assert there not in page.content.decode()


def test_it_leads_leaders_to_no_form_that_only_admins_may_open(client, leader, sign_in, rep, company, admin):
    change(rep.team, admin, name="Northern")
    change(company, admin, name="Palletry Ltd")

    def leads(reader, kind):
        return {entry.url for entry in reader.get(URL, {"kind": kind}).context["entries"]} - {""}

    forms = {"team": reverse("feedback:team_edit", args=[rep.team_id]), "company": reverse("feedback:company")}
    for kind, form in forms.items():
        assert form in leads(client, kind)
        assert leads(sign_in(leader), kind) == set()
