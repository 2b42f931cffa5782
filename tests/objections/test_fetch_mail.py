"""Objections by mail: known people at their private address, whatever a mail looks like, and nothing lost."""

import logging
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError
from django.urls import reverse
from django.utils import timezone

from feedback.models import Notification, User
from objections.actions.inbound import renew_address
from objections.inbound import taking
from objections.inbound.mailboxes import MaildirBox
from objections.models import Objection
from objections.models.inbound import address_of
from tests.factories import make_lost, make_opportunity
from tests.imap import imap_server

BASE = "objections@loop.example.com"


@pytest.fixture
def box(tmp_path, settings):
    """A maildir: `box(mail)` puts a message in."""
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    settings.INBOUND_MAIL_URL = f"maildir://{tmp_path}"
    settings.INBOUND_MAIL_ADDRESS = BASE

    def put(message, name="1700000000.1.host"):
        (tmp_path / "new" / name).write_bytes(raw_of(message))

    put.path = tmp_path
    put.names = lambda *parts: sorted(file.name for file in tmp_path.joinpath(*parts).iterdir())
    put.waiting = lambda: put.names("new") + put.names("cur")
    return put


def raw_of(message):
    return message if isinstance(message, bytes) else message.as_bytes()


def mail(person, text="Too dear for what it does.", *, subject="A call", to=None, message_id="<1@mail>", **headers):
    message = EmailMessage()
    message["From"] = f'"{person.name}" <{person.email.upper()}>'
    message["To"] = to or address_of(person)
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def fetch():
    """What the command printed: outcome → count."""
    out = StringIO()
    try:
        call_command("fetch_mail", stdout=out)
    except CommandError as error:
        return {**counts(out), "error": str(error)}
    return counts(out)


def counts(out):
    pairs = (word.split("=") for word in out.getvalue().split())
    return {outcome: int(count) for outcome, count in pairs if int(count)}


def test_it_logs_what_a_known_person_wrote_and_tells_them(box, rep):
    box(mail(rep, "Too dear for what it does.\n\n-- \nRita\n"))
    assert fetch() == {"logged": 1}
    objection = Objection.objects.get()
    assert (objection.text, objection.author, objection.is_quote) == ("Too dear for what it does.", rep, False)
    told = Notification.objects.get(to=rep)
    assert told.title.startswith("Logged from your e-mail: on no deal")
    assert told.url == objection.get_absolute_url()
    assert box.waiting() == []
    assert box.names(".Logged", "cur") == ["1700000000.1.host:2,"]


def test_the_same_message_twice_makes_one_voice(box, rep):
    box(mail(rep), "a")
    box(mail(rep, "Other words under the same name"), "b")
    assert fetch() == {"logged": 1, "again": 1}
    box(mail(rep), "c")
    assert fetch() == {"again": 1}
    assert (Objection.objects.count(), Notification.objects.count()) == (1, 1)


def test_without_a_message_id_equal_bytes_are_the_same_message(box, rep):
    box(mail(rep, message_id=None), "a")
    box(mail(rep, message_id=None), "b")
    box(mail(rep, "Something else", message_id=None), "c")
    assert fetch() == {"logged": 2, "again": 1}


def test_html_only_is_read(box, rep):
    message = mail(rep)
    message.set_content("<p>Too <b>dear</b> &amp; slow</p><blockquote>We cannot pay</blockquote>", subtype="html")
    box(message)
    assert fetch() == {"logged": 1}
    assert Objection.objects.get().text == "Too dear & slow"


def test_plain_text_is_preferred_and_quotes_are_left_out(box, rep):
    message = mail(rep, "Too dear\n\nOn 27 Nov 2026, Bea Buyer <bea@buyer.example> wrote:\n> secret words\n")
    message.add_alternative("<p>Another wording</p>", subtype="html")
    box(message)
    fetch()
    assert Objection.objects.get().text == "Too dear"


def test_attachments_are_not_kept_and_named(box, rep):
    message = mail(rep)
    for name in ("offer.pdf", "ümläut.png", "c", "d", "e", "f", "g"):
        message.add_attachment(b"%PDF" * 100, maintype="application", subtype="pdf", filename=name)
    box(message)
    assert fetch() == {"logged": 1}
    assert "Not kept: offer.pdf, ümläut.png, c, d, e and 2 more." in Notification.objects.get().body


def test_a_forwarded_mail_alone_is_refused_in_words(box, rep):
    box(mail(rep, "---------- Forwarded message ---------\nFrom: Bea\n\nsecret words", subject="Fwd: Offer"))
    assert fetch() == {"refused": 1}
    told = Notification.objects.get()
    assert told.title == "Your e-mail was not logged: it has no words above what it quotes"
    assert "Fwd: Offer" in told.body
    assert (box.waiting(), box.names(".Refused", "cur")) == ([], ["1700000000.1.host:2,"])


def test_too_many_words_are_refused_in_words(box, rep):
    box(mail(rep, "dear " * 500))
    assert fetch() == {"refused": 1}
    assert Notification.objects.get().title == "Your e-mail was not logged: it is longer than 2,000 letters"
    assert not Objection.objects.exists()


@pytest.mark.parametrize("many", [300_000, 5_000_000])
def test_a_huge_body_is_refused_in_words_and_not_parsed(many, box, rep, monkeypatch):
    box(mail(rep, "x" * 70 + "\n" + ("y" * 70 + "\n") * (many // 71)))
    if many > 4_000_000:
        monkeypatch.setattr(taking, "content_of", lambda raw: pytest.fail("it was parsed"))
    assert fetch() == {"refused": 1}
    words = "it is larger than 5 MB" if many > 4_000_000 else "it is longer than 2,000 letters"
    assert Notification.objects.get().title == f"Your e-mail was not logged: {words}"
    assert not Objection.objects.exists()


def test_an_unknown_sender_is_refused_and_nobody_is_told(box, rep, capsys):
    message = mail(rep, "secret words")
    message.replace_header("From", "Somebody <somebody@elsewhere.example>")
    box(message)
    assert fetch() == {"unknown": 1}
    assert (Objection.objects.count(), Notification.objects.count()) == (0, 0)
    assert box.names(".Refused", "cur") == ["1700000000.1.host:2,"]
    assert "secret" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "{0}, somebody@elsewhere.example",
        '"{0}" <somebody@elsewhere.example>',
        "somebody@elsewhere.example ({0})",
        "<>",
    ],
)
def test_a_sender_that_is_not_one_known_person_is_unknown(sender, box, rep):
    raw = mail(rep).as_bytes()
    head, body = raw.split(b"\n", 1)
    box(f"From: {sender.format(rep.email)}\n".encode() + body)
    assert fetch() == {"unknown": 1}


def test_somebody_deactivated_is_unknown(box, rep):
    box(mail(rep))
    User.objects.update(is_active=False)
    assert fetch() == {"unknown": 1}
    assert not Notification.objects.exists()


def test_a_known_sender_without_their_private_address_is_refused_and_told_once_a_day(box, rep, other_rep):
    for number, to in enumerate([BASE, "objections+guess@loop.example.com", address_of(other_rep)]):
        box(mail(rep, to=to, message_id=f"<{number}@mail>"), str(number))
    assert fetch() == {"unknown": 3}
    told = Notification.objects.get()
    assert (told.to, told.url) == (rep, reverse("objections:mail_address"))
    assert not Objection.objects.exists()


def test_a_renewed_address_ends_the_old_one(box, rep):
    before = address_of(rep)
    renew_address(person=rep)
    rep = User.objects.get(pk=rep.pk)
    assert before != address_of(rep)
    box(mail(rep, to=before), "a")
    box(mail(rep, message_id="<2@mail>"), "b")
    assert fetch() == {"unknown": 1, "logged": 1}


def test_the_address_may_stand_in_copy_or_in_what_the_server_added_and_in_any_case(box, rep):
    address = address_of(rep)
    box(mail(rep, to="colleague@example.com", Cc=f"Log <{address.upper()}>"), "a")
    box(mail(rep, to="colleague@example.com", Delivered_To=address, message_id="<2@mail>"), "b")
    assert fetch() == {"logged": 2}


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"List_Id": "<all.example.com>"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_machine_sent_is_dropped_without_an_answer(headers, box, rep):
    box(mail(rep, **headers))
    assert fetch() == {"automatic": 1}
    assert (Objection.objects.count(), Notification.objects.count()) == (0, 0)


def test_a_persons_mail_that_says_it_was_not_sent_by_a_machine_is_logged(box, rep):
    box(mail(rep, Auto_Submitted="no"))
    assert fetch() == {"logged": 1}


@pytest.mark.parametrize(
    ("subject", "is_named"),
    [
        ("#{deal.pk}", True),
        ("Re: AW: Deal #{deal.pk}", True),
        ("Northwind · Renewal #{deal.pk}", True),
        ("Call with northwind #{deal.pk}", True),
        ("northwind", True),
        ("Fwd: Northwind · Renewal", True),
        ("RENEWAL", True),
        ("Ticket #{deal.pk}", False),
        ("#999999", False),
        ("Widgets", False),
        ("Call with Northwind", False),
        ("", False),
    ],
)
def test_the_subject_names_the_deal_only_when_that_is_certain(subject, is_named, rep):
    deal = make_opportunity("Renewal", account="Northwind", owner=rep)
    for _ in range(2):
        make_opportunity("Widgets", account="Acme", owner=rep)
    assert (taking.deal_named(subject.format(deal=deal), rep) == deal) is is_named


def test_it_is_heard_on_the_deal_as_it_stood(box, rep):
    deal = make_lost("Renewal", account="Northwind", owner=rep)
    box(mail(rep, subject=f"#{deal.pk}"))
    fetch()
    objection = Objection.objects.get()
    assert (objection.opportunity, objection.outcome_when_heard) == (deal, "lost")
    assert Notification.objects.get().title == "Logged from your e-mail: Northwind · Renewal"


def test_it_was_heard_on_the_day_it_was_sent_unless_the_clock_is_wrong(box, rep):
    now = timezone.now()
    for number, moment in enumerate([now - timedelta(days=2), now + timedelta(days=2), now - timedelta(days=400)]):
        box(mail(rep, Date=format_datetime(moment), message_id=f"<{number}@mail>"), str(number))
    box(mail(rep, Date="tomorrow", message_id="<9@mail>"), "9")
    assert fetch() == {"logged": 4}
    days = [(timezone.localdate() - objection.heard_on).days for objection in Objection.objects.order_by("logged_at")]
    assert days == [2, 0, 0, 0]


@pytest.mark.parametrize("error", [OperationalError("gone"), OperationalError("database is locked")])
def test_nothing_is_lost_while_the_database_is_down(error, box, rep, monkeypatch):
    box(mail(rep), "a")
    box(mail(rep, message_id="<2@mail>"), "b")

    def down(**fields):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(taking, "log_objection", down)
        told = fetch()
    assert told == {"error": "The database is away. What is not logged yet stays in the mailbox."}
    assert box.waiting() == ["a", "b"]
    assert fetch() == {"logged": 2}


def test_a_message_logged_and_not_moved_is_not_logged_again(box, rep, monkeypatch):
    box(mail(rep))
    with monkeypatch.context() as broken:
        broken.setattr("objections.inbound.mailboxes.MaildirBox.move", lambda *args: (_ for _ in ()).throw(OSError()))
        assert fetch()["error"] == "The mailbox on disk cannot be used (OSError)."
    assert box.waiting() == ["1700000000.1.host"]
    assert fetch() == {"again": 1}
    assert Objection.objects.count() == 1


def test_two_that_read_one_mailbox_at_once_log_each_message_once(box, rep, monkeypatch):
    box(mail(rep), "a")
    box(mail(rep, message_id="<2@mail>"), "b")
    read = MaildirBox.read

    def moved_meanwhile(self, key, most):
        if key.name == "a":
            key.rename(box.path / "tmp" / "a")
        return read(self, key, most)

    monkeypatch.setattr(MaildirBox, "read", moved_meanwhile)
    assert fetch() == {"logged": 1}


@pytest.mark.parametrize("error", [kind("secret words") for kind in (DataError, ValueError, RecursionError)])
def test_one_message_it_stumbles_over_stays_and_holds_up_no_other(error, box, rep, monkeypatch, caplog):
    box(mail(rep, "The bad one"), "a")
    box(mail(rep, "The good one", message_id="<2@mail>"), "b")
    log_objection = taking.log_objection

    def stumble(*, objection, by):
        if objection.text == "The bad one":
            raise error
        return log_objection(objection=objection, by=by)

    with caplog.at_level(logging.INFO):
        monkeypatch.setattr(taking, "log_objection", stumble)
        told = fetch()
    assert told == {
        "logged": 1,
        "error": "1 stay in the mailbox: the portal stumbled over them. The log says where.",
    }
    assert (box.waiting(), Objection.objects.get().text) == (["a"], "The good one")
    assert "secret" not in "".join(str(record.__dict__) for record in caplog.records)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\1\2",
        b"no header at all",
        b"From: =?utf-8?q?=00?=\nTo: <<>>\n\nx",
        b"From: a@b (" + b"(" * 5000 + b"\n\nx",
        b"Content-Type: multipart/mixed; boundary=\n\n--\n",
        "From: Rita <rita@exämple.com>\nSubject: \udcff\n\nx".encode("utf-8", "surrogateescape"),
    ],
)
def test_what_is_hardly_a_mail_is_moved_aside(raw, box, rep):
    box(raw, "a")
    box(mail(rep), "b")
    found = fetch()
    assert found.pop("logged") == 1
    assert sum(found.values()) == 1
    assert "error" not in found
    assert box.waiting() == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain; charset=no-such-set", "Too dear für uns".encode()),
        ("text/plain; charset=iso-8859-1", "Too dear für uns".encode("latin-1")),
        ('text/plain; charset="utf-8"', "Too dear für uns".encode()),
        ("text/plain", b"Too dear f\xfcr uns"),
        ("text/plain; charset=utf-8", b"Too dear f\0r uns"),
    ],
)
def test_any_character_set_can_be_read(content_type, body, box, rep):
    head = f"From: {rep.email}\nTo: {address_of(rep)}\nContent-Type: {content_type}\n"
    box(head.encode() + b"Content-Transfer-Encoding: 8bit\n\n" + body)
    assert fetch() == {"logged": 1}
    assert Objection.objects.get().text.startswith("Too dear f")


def test_it_says_what_is_missing(box, settings, db):
    settings.INBOUND_MAIL_URL = f"maildir://{box.path}/nowhere"
    assert "is no maildir" in fetch()["error"]
    settings.INBOUND_MAIL_URL = ""
    assert "names no mailbox" in fetch()["error"]


def test_it_takes_no_folder_of_mail_it_has_not_been_given(box, rep):
    box(mail(rep))
    (box.path / "tmp" / "half-written").write_bytes(b"x")
    fetch()
    assert box.names("tmp") == ["half-written"]


def test_the_page_shows_the_private_address_and_gives_another(box, rep, other_rep, sign_in):
    client = sign_in(rep)
    url = reverse("objections:mail_address")
    before = address_of(rep)
    assert before.encode() in client.get(url).content
    assert before.encode() in client.get(reverse("feedback:profile")).content
    assert before.encode() not in sign_in(other_rep).get(url).content
    client.post(reverse("objections:mail_address_renew"))
    assert before.encode() not in client.get(url).content


def test_without_a_mailbox_the_pages_offer_none(rep, sign_in):
    client = sign_in(rep)
    assert b"No mailbox yet" in client.get(reverse("objections:mail_address")).content
    for name in ("feedback:profile", "objections:objection_create"):
        assert reverse("objections:mail_address").encode() not in client.get(reverse(name)).content


@pytest.fixture
def imap(settings):
    def start(*messages, **options):
        settings.INBOUND_MAIL_ADDRESS = BASE
        return imap_server(*map(raw_of, messages), **options)

    return start


def fetch_from(server, settings):
    settings.INBOUND_MAIL_URL = server.url
    return fetch()


@pytest.mark.parametrize("capabilities", ["UIDPLUS MOVE", "UIDPLUS", ""])
@pytest.mark.parametrize("under_inbox", [False, True])
def test_it_reads_an_imap_folder_and_moves_what_it_dealt_with(capabilities, under_inbox, imap, rep, settings):
    settings.INBOUND_MAIL_URL = "imap://127.0.0.1"  # so that people have an address
    settings.INBOUND_MAIL_ADDRESS = BASE
    known, strange = mail(rep), mail(rep, to=BASE, message_id="<2@mail>")
    with imap(known, strange, capabilities=capabilities, under_inbox=under_inbox) as server:
        assert fetch_from(server, settings) == {"logged": 1, "unknown": 1}
        prefix = "INBOX." if under_inbox else ""
        moved = {name: sorted(server.folders[prefix + name]) for name in ("Logged", "Refused")}
        assert moved == {"Logged": [7], "Refused": [8]}
        assert set(server.folders["INBOX"]) == (set() if "UIDPLUS" in capabilities else server.deleted)
        assert fetch_from(server, settings) == {}
    assert Objection.objects.count() == 1


def test_of_a_huge_mail_on_imap_only_the_head_is_asked_for(imap, rep, settings):
    settings.INBOUND_MAIL_URL = "imap://127.0.0.1"
    settings.INBOUND_MAIL_ADDRESS = BASE
    with imap(mail(rep, ("y" * 70 + "\n") * 75_000)) as server:
        assert fetch_from(server, settings) == {"refused": 1}
        assert server.read == {7: 65_536}
        assert list(server.folders["Refused"]) == [7]


@pytest.mark.parametrize("step", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE"])
def test_a_mail_server_that_hangs_up_loses_nothing(step, imap, rep, settings):
    settings.INBOUND_MAIL_URL = "imap://127.0.0.1"
    settings.INBOUND_MAIL_ADDRESS = BASE
    with imap(mail(rep), hang_up_at={step}) as server:
        told = fetch_from(server, settings)
        assert "The mailbox on 127.0.0.1 cannot be used" in told["error"]
        server.hang_up_at = ()
        assert set(fetch_from(server, settings)) == {"again" if step == "UID MOVE" else "logged"}
    assert Objection.objects.count() == 1


def test_a_wrong_password_is_not_printed(imap, settings, db):
    with imap() as server:
        settings.INBOUND_MAIL_URL = server.url.replace("pass%20word", "wr0ng")
        told = fetch()
    assert "cannot be used" in told["error"]
    assert "wr0ng" not in told["error"]


def test_nobody_listening_is_said(settings, db):
    settings.INBOUND_MAIL_URL = "imaps://a:b@127.0.0.1:1/"
    assert fetch()["error"] == "The mailbox on 127.0.0.1 cannot be used (ConnectionRefusedError)."
