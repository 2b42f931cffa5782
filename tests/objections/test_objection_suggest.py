import logging
from datetime import date
from threading import Event

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.actions.personal_data import erase_words
from feedback.jobs import run_due_jobs
from feedback.models import Job
from feedback.redaction import Redaction
from objections import suggestions
from objections.actions.collateral import record_usage
from objections.actions.objections import withdraw_objection
from objections.actions.placements import place_objection, take_out
from objections.actions.themes import retire_theme
from objections.models import Answer, Objection, Theme
from objections.theming import matching, vectors, warm
from objections.theming.vectors import store_vectors, vectors_of
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_theme,
    make_won,
    place,
)

URL = reverse("objections:objection_suggest")
SECURITY = "they want a SOC 2 report before signing"
NAMED = "Dorothea Quimberly of their IT wants a SOC 2 report"


@pytest.fixture
def security(company):
    warm()
    return Theme.objects.get(seed="security-sign-off-missing")


def heard(text, theme, *, author, **fields):
    """A voice that was read and placed."""
    voice = make_objection(text, author=author, **fields)
    store_vectors([(voice.pk, voice.text, vectors_of([voice])[0])])
    place(voice, theme)
    return voice


def asked(client, text=SECURITY):
    answer = client.post(URL, {"text": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_theme_answer_collateral_and_the_two_nearest_quotes(security, rep, other_rep, marketer, sign_in):
    Answer.objects.create(theme=security, text="Our report is ready", approved_by=marketer, approved_at=timezone.now())
    piece = make_collateral("Security pack", owner=marketer, themes=[security])
    for deal in (make_won(), make_lost(), make_opportunity()):
        record_usage(collateral=piece, opportunity=deal, by=rep)
    deal = make_opportunity(account="Hansa")
    heard("no SOC 2 report, no signature", security, author=rep, opportunity=deal, heard_on=date(2026, 3, 4))
    heard("legal asks for ISO 27001 papers", security, author=rep)
    heard("SOC 2 report first, then they sign", security, author=rep)

    shown = asked(sign_in(other_rep))

    assert str(security) in shown
    assert "heard 3 times" in shown
    assert "Our report is ready" in shown
    assert "Security pack" in shown
    assert "used on 3 deals, won 1 of 2 closed" in shown
    assert "no SOC 2 report, no signature" in shown
    assert "Hansa, <time" in shown
    assert "4 Mar 2026" in shown
    assert "SOC 2 report first, then they sign" in shown
    assert "ISO 27001 papers" not in shown
    assert "Approved answer shown." in shown


def test_it_offers_the_piece_used_on_most_won_deals_and_no_draft(security, rep, marketer, sign_in):
    for title, deals in (("Much used", [make_lost("a"), make_lost("b")]), ("Winner", [make_won()])):
        piece = make_collateral(title, owner=marketer, themes=[security])
        for deal in deals:
            record_usage(collateral=piece, opportunity=deal, by=rep)
    make_collateral("Draft", owner=marketer, themes=[security], published=False)

    shown = asked(sign_in(rep))

    assert "Winner" in shown
    assert "Much used" not in shown
    assert "Draft" not in shown


def test_it_says_what_there_is_not(security, rep, marketer, sign_in):
    assert "No approved answer yet, and nothing to send." in asked(sign_in(rep))
    make_collateral("Security pack", owner=marketer, themes=[security])
    assert "no record yet" in asked(sign_in(rep))


@pytest.mark.parametrize(
    "text", ["the weather was lovely, really", "quiz zebra lunch umbrella", "安全性报告在签署之前 需要", "?? !!"]
)
def test_nothing_likely_is_said_in_one_quiet_line(text, security, rep, sign_in):
    shown = asked(sign_in(rep), text)
    assert "Nothing like it yet. Log it and it will be looked at." in shown
    assert "role=" not in shown


@pytest.mark.parametrize("text", ["", "   ", "security", "\x00", "\ud83d"])
def test_less_than_two_words_ask_for_nothing(text, security, rep, sign_in, monkeypatch):
    monkeypatch.setattr(vectors.nlp, "encode", None)
    assert "As you type" in asked(sign_in(rep), text.encode("utf-8", "replace"))


def test_a_very_long_text_is_known_by_its_beginning(security, rep, sign_in):
    assert asked(sign_in(rep), f"{SECURITY} {'and so on ' * 3300}").count("As you type") == 0
    shown = asked(sign_in(rep), f"{SECURITY}. " * 1300)
    assert str(security) in shown


def test_text_is_escaped(security, rep, sign_in):
    heard("no SOC 2 report <script>alert(1)</script>", security, author=rep)
    Theme.objects.filter(pk=security.pk).update(name='<img src=x onerror="alert(1)">')
    shown = asked(sign_in(rep), f"{SECURITY} <b>now</b>")
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "<b>now" not in shown
    assert "&lt;script&gt;" in shown


def test_a_marketer_reads_only_quotes_that_name_nobody_and_were_read(security, rep, marketer, sign_in):
    """What is near is near to the words as they were said, names and all."""
    voice = heard(NAMED, security, author=rep, masked="[name] of their IT wants a SOC 2 report")
    heard("Dorothea says SOC 2 first", security, author=rep, masked=None)
    heard("a SOC 2 report before they sign", security, author=rep)

    shown = asked(sign_in(marketer))

    assert "a SOC 2 report before they sign" in shown
    assert "[name]" not in shown
    assert "Dorothea" not in shown
    assert "Being read" not in shown
    assert NAMED in asked(sign_in(rep))
    Objection.objects.filter(pk=voice.pk).update(text="Dorothea again")
    assert "Dorothea" not in asked(sign_in(marketer))


def test_withdrawn_erased_and_moved_quotes_are_not_shown_by_an_index_that_knows_them_still(
    security, rep, marketer, admin, sign_in, monkeypatch
):
    withdrawn = heard("SOC 2 report is a must, withdrawn", security, author=rep)
    heard("Quimberly wants a SOC 2 report", security, author=rep)
    moved = heard("SOC 2 report before signing, elsewhere", security, author=rep)
    heard("they ask for a SOC 2 report, kept", security, author=rep)
    monkeypatch.setattr(suggestions, "QUOTES", 9)
    assert all(words in asked(sign_in(rep)) for words in ("withdrawn", "Quimberly", "elsewhere"))
    monkeypatch.setattr(matching, "_beside", lambda work: matching._renewing.release())  # it stays as it is

    withdraw_objection(objection=withdrawn, by=rep)
    take_out(objection=moved, by=marketer)
    erase_words(redaction=Redaction(["Quimberly"]), why="asked for", by=admin)

    shown = asked(sign_in(rep))
    assert "withdrawn" not in shown
    assert "elsewhere" not in shown
    assert "Quimberly" not in shown
    assert "kept" in shown


def test_a_retired_theme_is_not_shown_by_an_index_that_knows_it_still(security, leader, rep, sign_in, monkeypatch):
    assert str(security) in asked(sign_in(rep))
    monkeypatch.setattr(matching, "_beside", lambda work: matching._renewing.release())
    retire_theme(theme=security, by=leader)
    assert str(security) not in asked(sign_in(rep))


def test_the_same_words_are_quoted_once(security, rep, sign_in):
    for _ in range(3):
        heard("no SOC 2 report, no signature", security, author=rep)
    assert asked(sign_in(rep)).count("no SOC 2 report, no signature") == 1


def test_it_takes_a_fixed_number_of_queries(security, rep, marketer, sign_in, django_assert_max_num_queries):
    client = sign_in(rep)
    for number in range(12):
        heard(f"SOC 2 report for the {number}th time", security, author=rep, opportunity=make_opportunity())
        piece = make_collateral(f"Pack {number}", owner=marketer, themes=[security])
        record_usage(collateral=piece, opportunity=make_won(), by=rep)
    asked(client)  # the index looks at the rows, which a thread does
    with django_assert_max_num_queries(12):
        asked(client)


def test_the_words_are_read_once_and_kept_as_a_vector_only(security, rep, sign_in, monkeypatch):
    asked(sign_in(rep))
    monkeypatch.setattr(vectors.nlp, "encode", None)
    assert str(security) in asked(sign_in(rep), f"  {SECURITY}\n")
    assert SECURITY not in repr(vectors._lately.keys())


def test_it_keeps_a_few_vectors(monkeypatch):
    monkeypatch.setattr(vectors, "LATELY", 2)
    vectors._lately.clear()
    for text in ("one", "two", "one", "three"):
        vectors.vector_of(text)
    assert [key[1] for key in vectors._lately] == [vectors.text_hash("one"), vectors.text_hash("three")]


def test_it_logs_and_saves_nothing(security, rep, sign_in, caplog):
    caplog.set_level(logging.DEBUG)
    asked(sign_in(rep))
    assert not Objection.objects.exists()
    assert not Job.objects.exists()
    said = [record for record in caplog.records if record.name != "django.db.backends"]  # speaks with DEBUG only
    assert "SOC 2" not in "".join(f"{record.msg}{record.args}" for record in said)


def test_it_takes_posts_with_a_token_only(security, rep, sign_in):
    assert sign_in(rep).get(URL).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(rep)
    assert strict.post(URL, {"text": SECURITY}).status_code == 403
    assert sign_in(None).post(URL, {"text": SECURITY}).status_code == 302


def test_who_types_never_waits_for_a_newer_index(security, rep, other_rep, monkeypatch):
    before = matching.index_at_hand()
    begun, works = Event(), []

    def beside(work):
        works.append(work)
        begun.set()

    monkeypatch.setattr(matching, "_beside", beside)
    monkeypatch.setattr(matching, "_looked_at", float("-inf"))
    heard("SOC 2 again", security, author=rep)
    place_objection(objection=heard("SOC 2 report, please", security, author=rep), theme=security, by=rep)

    assert matching.index_at_hand() is before
    assert begun.is_set()
    monkeypatch.setattr(matching, "_looked_at", float("-inf"))
    assert matching.index_at_hand() is before
    assert len(works) == 1  # one at a time

    works[0]()
    assert matching.index_at_hand() is not before


def test_what_was_suggested_is_logged_with_the_words_and_remembered_as_a_guess(security, rep, sign_in):
    other = make_theme("Too slow", category="product")
    fields = {"text": SECURITY, "weight": "concern", "kind": "objection", "heard_on": date.today(), "same_as": ""}
    sign_in(rep).post(
        reverse("objections:objection_create"), fields | {"same": security.pk, "guesses": [other.pk, security.pk]}
    )

    voice = Objection.objects.get()
    assert (voice.text, voice.is_same) == (SECURITY, False)
    placement = voice.placement
    assert (placement.theme, placement.by, placement.guess, placement.guess_rank) == (security, rep, other, 2)
    run_due_jobs()
    voice.refresh_from_db()
    assert voice.is_read  # so that it teaches, and is a quote itself
    assert voice.placement == placement


def test_the_panel_of_a_deal_says_what_was_logged_and_how_to_undo_it(security, rep, sign_in):
    deal = make_opportunity(owner=rep)
    page = sign_in(rep).post(
        reverse("objections:heard_create", args=[deal.pk]),
        {"text": SECURITY, "weight": "concern", "same": security.pk},
        headers={"HX-Request": "true"},
    )
    voice = Objection.objects.get()
    assert f"Logged as the same as “{security}”." in page.content.decode()
    assert reverse("objections:objection_withdraw", args=[voice.pk]) in page.content.decode()


def test_a_theme_gone_meanwhile_is_said_and_nothing_typed_is_lost(security, rep, leader, sign_in):
    retire_theme(theme=security, by=leader)
    deal = make_opportunity(owner=rep)
    page = sign_in(rep).post(
        reverse("objections:heard_create", args=[deal.pk]), {"text": SECURITY, "weight": "blocker", "same": security.pk}
    )
    assert page.status_code == 422
    assert "That theme was merged or retired meanwhile" in page.content.decode()
    assert SECURITY in page.content.decode()


def test_without_javascript_the_same_is_on_the_page_of_the_saved_objection(security, rep, marketer, sign_in):
    Answer.objects.create(theme=security, text="Our report is ready", approved_by=marketer, approved_at=timezone.now())
    heard("no SOC 2 report, no signature", security, author=rep)
    voice = make_objection(SECURITY, author=rep)
    client = sign_in(rep)

    page = client.get(voice.get_absolute_url()).content.decode()

    assert "What others heard, and what works" in page
    assert "Our report is ready" in page
    assert "no SOC 2 report, no signature" in page
    url = reverse("objections:objection_same", args=[voice.pk])
    assert url in page
    client.post(url, {"theme": security.pk, "guesses": [security.pk]})
    assert (voice.placement.theme, voice.placement.by, voice.placement.guess_rank) == (security, rep, 1)
    page = client.get(voice.get_absolute_url()).content.decode()
    assert url not in page
    assert "Our report is ready" in page
    client.post(reverse("objections:placement_undo", args=[voice.placement.pk]))
    assert voice.placement is None


def test_a_voice_does_not_quote_itself(security, rep, sign_in):
    voice = heard(SECURITY, security, author=rep)
    page = sign_in(rep).get(voice.get_absolute_url()).content.decode()
    works = page[page.index("works-head") : page.index("<h2>History")]
    assert SECURITY not in works


def test_a_wordless_and_a_foreign_voice_have_a_page(security, rep, sign_in):
    same = make_objection("", author=rep, is_same=True)
    place(same, security)
    foreign = make_objection("das ist uns zu teuer", author=rep, language="de")
    for voice in (same, foreign):
        assert sign_in(rep).get(voice.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("rep", 302), ("other_rep", 403), ("marketer", 302), ("leader", 302)])
def test_who_may_say_that_it_is_the_same(who, status, security, rep, sign_in, request):
    voice = make_objection(SECURITY, author=rep)
    url = reverse("objections:objection_same", args=[voice.pk])
    answer = sign_in(request.getfixturevalue(who)).post(url, {"theme": security.pk})
    assert answer.status_code == status
    assert (voice.placement is not None) == (status == 302)


@pytest.mark.parametrize("theme", ["", "0", "x", "99999999999999999999"])
def test_no_such_theme_changes_nothing(theme, rep, sign_in):
    voice = make_objection(SECURITY, author=rep)
    sign_in(rep).post(reverse("objections:objection_same", args=[voice.pk]), {"theme": theme, "guesses": ["y"]})
    assert voice.placement is None


def test_one_undoes_ones_own_placement_and_no_other(security, rep, other_rep, marketer, sign_in):
    voice = make_objection(SECURITY, author=rep)
    by_marketer = place_objection(objection=voice, theme=security, by=marketer)
    undo = reverse("objections:placement_undo", args=[by_marketer.pk])
    assert sign_in(rep).post(undo).status_code == 403
    assert sign_in(other_rep).post(undo).status_code == 403
    assert sign_in(marketer).post(undo).status_code == 302
