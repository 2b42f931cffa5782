"""A buyer who is named is not read by marketers, wherever words come out; whoever logged them reads them."""

import csv
import json
from datetime import date

import pytest
from django.urls import reverse

from feedback.actions.meetings import close_meeting
from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job, Notification, Pack
from feedback.models.masked import BEING_READ
from objections.actions.objections import change_objection, log_objection
from objections.briefs import draft_brief
from objections.models import Mention, Objection
from objections.theming.reading import read_words
from tests.factories import (
    make_competitor,
    make_lost,
    make_meeting,
    make_objection,
    make_opportunity,
    make_product,
    make_review,
    make_theme,
    place,
)
from tests.scene import make_scene
from tests.test_access import PAGES, ROLES, address
from tests.test_api_access import API

SECRETS = ["Quimberly", "dorothea", "d.quim@", "555123"]
NAMED = "spoke to Dorothea Quimberly (d.quim@acme.com, +49 40 555123 99): far too dear"
MASKED = "spoke to [name] ([e-mail], [phone]): far too dear"


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def secrets_in(text):
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin, settings, tmp_path):
    """One row of everything, with a buyer named in every objection and review."""
    settings.MEDIA_ROOT = tmp_path
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    scene.account, scene.competitor, scene.product = scene.open.account, make_competitor(), make_product()
    scene.draft.delete()
    scene.draft = scene.review
    Objection.objects.update(text=NAMED, raised_by="Dorothea Quimberly", answer_used="Told Dorothea Quimberly so")
    scene.review.would_have_changed = scene.review.other_reason = NAMED
    scene.review.save()
    pile = make_objection(NAMED, author=rep, is_quote=True, masked=None)
    scene.proposal.kind, scene.proposal.name = "new", "Dear"
    scene.proposal.save()
    scene.proposal.objections.add(scene.objection, pile)
    scene.meeting.opportunities.add(scene.review.opportunity)
    return scene


def addresses(scene):
    """Every page and every answer of the API that is read, whoever may; and a few with a choice made."""
    for name, (needs, method, *_) in {**PAGES, **API}.items():
        if method == "get":
            yield address(name, scene, needs)
    yield f"{reverse('objections:request_create')}?theme={scene.theme.pk}"
    yield f"{reverse('feedback:review_detail', args=[scene.review.pk])}"
    yield f"/api/v1/reviews/{scene.review.pk}/"
    yield f"/api/v1/objections/{scene.objection.pk}/"
    yield f"{reverse('feedback:opportunity_detail', args=[scene.open.pk])}"
    yield f"{reverse('feedback:opportunity_detail', args=[scene.review.opportunity_id])}"
    for section in ("themes", "deals"):
        yield f"{reverse('feedback:meeting_run', args=[scene.meeting.pk])}?section={section}"


def told(scene, client):
    """{address: what it tells of the buyer}"""
    found = {}
    for url in addresses(scene):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(url, headers=headers)
            if answer.status_code == 200 and (secrets := secrets_in(text_of(answer))):
                found[url] = secrets
    return found


@pytest.mark.parametrize("is_read", [True, False], ids=["read", "waiting to be read"])
def test_a_marketer_reads_of_no_buyer_anywhere(is_read, scene, marketer, sign_in):
    if is_read:
        read_words(list(Objection.objects.all()))
        read_words([scene.review])
    assert told(scene, sign_in(marketer)) == {}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "marketer"])
def test_everybody_else_reads_what_was_said(role, scene, request, sign_in):
    read_words(list(Objection.objects.all()))
    client = sign_in(request.getfixturevalue(role))
    for url in (
        reverse("objections:objection_list"),
        reverse("objections:objection_export"),
        reverse("objections:objection_detail", args=[scene.objection.pk]),
        reverse("objections:theme_detail", args=[scene.theme.pk]),
        reverse("objections:theme_unthemed"),
        reverse("feedback:opportunity_detail", args=[scene.open.pk]),
        reverse("feedback:review_detail", args=[scene.review.pk]),
        "/api/v1/objections/",
        "/api/v1/reviews/",
    ):
        assert secrets_in(text_of(client.get(url))) == SECRETS, url


def test_a_marketer_reads_what_they_logged_themselves(marketer, sign_in):
    voice = make_objection(NAMED, author=marketer, raised_by="Dorothea Quimberly", masked=None)
    client = sign_in(marketer)
    for url in (reverse("objections:objection_list"), voice.get_absolute_url(), f"/api/v1/objections/{voice.pk}/"):
        assert "Dorothea Quimberly" in text_of(client.get(url))
    assert client.get("/api/v1/objections/?q=quimberly").json()["results"]


def test_it_is_masked_in_place(rep, marketer, sign_in):
    voice = make_objection(
        NAMED, author=rep, raised_by="Dorothea Quimberly", answer_used="Told Dorothea so", masked=None
    )
    client = sign_in(marketer)
    assert client.get(f"/api/v1/objections/{voice.pk}/").json()["text"] == BEING_READ
    assert BEING_READ in text_of(client.get(voice.get_absolute_url()))
    read_words([voice])
    row = client.get(f"/api/v1/objections/{voice.pk}/").json()
    assert (row["text"], row["raised_by"], row["answer_used"]) == (MASKED, "[name]", "Told [name] so")
    lines = list(
        csv.DictReader(text_of(client.get(reverse("objections:objection_export"))).lstrip("\ufeff").splitlines())
    )
    assert [(line["Objection"], line["Raised by"]) for line in lines] == [(MASKED, "[name]")]


@pytest.mark.parametrize("words", ["quimberly", "d.quim@acme.com", "555123", "Dorothea Quimberly"])
def test_searching_for_masked_words_finds_them_for_those_only_who_read_them(words, rep, marketer, leader, sign_in):
    voice = make_objection(NAMED, author=rep, masked=None)
    read_words([voice])
    for user, found in ((rep, 1), (leader, 1), (marketer, 0)):
        client = sign_in(user)
        assert len(client.get("/api/v1/objections/", {"q": words}).json()["results"]) == found
        page = text_of(client.get(reverse("objections:objection_list"), {"q": words}))
        assert (voice.get_absolute_url() in page) == bool(found)
        hits = text_of(client.get(reverse("feedback:search"), {"q": words}))
        assert (voice.get_absolute_url() in hits) == bool(found)
    assert sign_in(marketer).get("/api/v1/objections/", {"q": "far too dear"}).json()["results"]


def test_words_that_were_changed_are_closed_until_they_are_read_again(rep, marketer, sign_in):
    voice = make_objection("too dear", author=rep, masked=None)
    read_words([voice])
    client, url = sign_in(marketer), f"/api/v1/objections/{voice.pk}/"
    assert client.get(url).json()["text"] == "too dear"
    voice.text = NAMED
    change_objection(objection=voice, by=rep)
    assert client.get(url).json()["text"] == BEING_READ
    run_due_jobs()
    assert client.get(url).json()["text"] == MASKED


def test_words_written_past_every_action_are_closed_too(rep, marketer, sign_in):
    voice = make_objection("too dear", author=rep)
    Objection.objects.filter(pk=voice.pk).update(text=NAMED)
    assert sign_in(marketer).get(f"/api/v1/objections/{voice.pk}/").json()["text"] == BEING_READ


@pytest.mark.parametrize("changed", ["raised_by", "answer_used"])
def test_what_is_typed_beside_the_words_is_read_again_as_well(changed, rep, marketer, sign_in):
    voice = make_objection("too dear", author=rep)
    setattr(voice, changed, "Dorothea Quimberly")
    change_objection(objection=voice, by=rep)
    run_due_jobs()
    assert sign_in(marketer).get(f"/api/v1/objections/{voice.pk}/").json()[changed] == "[name]"


def test_a_new_voice_is_read_by_the_job_that_places_it(rep):
    voice = log_objection(objection=Objection(text=NAMED), by=rep)
    run_due_jobs()
    voice.refresh_from_db()
    assert (voice.words(), voice.language) == (MASKED, "en")


def test_a_voice_that_is_the_same_as_a_theme_is_read_when_it_has_words(rep):
    theme = make_theme()
    place(make_objection(author=rep), theme)
    log_objection(objection=Objection(text="", is_same=True), by=rep, same_as=theme)
    assert not Job.objects.exists()
    voice = log_objection(objection=Objection(text="", is_same=True, raised_by="Jane Doe"), by=rep, same_as=theme)
    run_due_jobs()
    voice.refresh_from_db()
    assert (voice.words(), voice.words("raised_by")) == ("", "[name]")


def test_masking_waits_for_no_encoder(rep, monkeypatch):
    from objections.nlp.vectors import EncoderMissing
    from objections.theming import jobs

    def missing():
        raise EncoderMissing("not installed")

    monkeypatch.setattr(jobs, "encode_exemplars", missing)
    voice = log_objection(objection=Objection(text=NAMED), by=rep)
    run_due_jobs()
    voice.refresh_from_db()
    assert (Job.objects.get().state, voice.words()) == ("failed", MASKED)


def test_what_changed_while_it_was_read_stays_closed(rep):
    voice = make_objection("too dear", author=rep, masked=None)
    Objection.objects.filter(pk=voice.pk).update(text=NAMED)
    read_words([voice])
    voice.refresh_from_db()
    assert (voice.masked, voice.words()) == (None, BEING_READ)


def test_an_upgraded_portal_reads_what_it_held_before_and_again_when_its_lists_change(rep, sign_in):
    voice = make_objection(NAMED, author=rep, masked=None)
    review = make_review(make_lost(owner=rep), author=rep, would_have_changed=NAMED, masked=None)
    make_objection("", author=rep, is_same=True, masked=None)

    def read_all():
        Job.objects.all().delete()
        queue_job(kind="read_all_words")
        run_due_jobs()
        return Job.objects.get().result

    assert read_all() == {"read": 2}
    voice.refresh_from_db()
    review.refresh_from_db()
    assert (voice.words(), review.words("would_have_changed")) == (MASKED, MASKED)
    assert read_all() == {"read": 0}
    make_competitor("Acme Rival")
    assert read_all() == {"read": 2}


def test_a_pack_masks_for_everybody_and_quotes_nothing_that_waits(rep, leader):
    day = date(2026, 3, 10)
    theme = make_theme("Dear")
    for words in (NAMED, "Bianca Unread said so"):
        deal = make_lost(closed_on=day, owner=rep)
        voice = make_objection(words, author=rep, opportunity=deal, heard_on=day, masked=None, raised_by="Jane Doe")
        place(voice, theme)
        review = make_review(deal, author=rep, would_have_changed=words, masked=None)
        if words == NAMED:
            read_words([voice])
            read_words([review])
    close_meeting(meeting=make_meeting(date(2026, 3, 1), by=leader, facilitator=leader), by=leader)
    pack = Pack.objects.get()
    signed = json.dumps(pack.content, default=str) + pack.html
    assert secrets_in(signed) == []
    assert "Bianca" not in signed
    assert signed.count("far too dear") >= 2


def test_a_brief_is_drafted_without_buyers(rep):
    theme = make_theme("Dear")
    voice, unread = (
        make_objection(words, author=rep, masked=None, raised_by="Jane Doe") for words in (NAMED, "Bianca said")
    )
    for each in (voice, unread):
        place(each, theme)
    read_words([voice])
    brief = draft_brief([theme])
    assert MASKED in brief
    assert secrets_in(brief + str(unread)) == []
    assert "Bianca" not in brief


def test_whoever_logged_it_is_told_in_their_own_words(rep, marketer, scene):
    from objections.actions.telling import tell_of_publication

    tell_of_publication(scene.publication)
    assert secrets_in(Notification.objects.filter(to=rep).latest("pk").body)
    assert secrets_in("".join(Notification.objects.filter(to=marketer).values_list("body", flat=True))) == []


def test_a_review_that_is_corrected_is_read_again(rep, marketer, sign_in):
    deal = make_lost(owner=rep)
    review = make_review(deal, author=rep)
    sign_in(rep).post(reverse("feedback:review_answer", args=[deal.pk, "change"]), {"would_have_changed": NAMED})
    page = reverse("feedback:review_detail", args=[review.pk])
    assert BEING_READ in text_of(sign_in(marketer).get(page))
    run_due_jobs()
    assert MASKED in text_of(sign_in(marketer).get(page))
    assert NAMED in text_of(sign_in(rep).get(page))


def test_saving_an_answer_without_words_reads_nothing_again(rep, sign_in):
    deal = make_lost(owner=rep)
    make_review(deal, author=rep)
    sign_in(rep).post(reverse("feedback:review_answer", args=[deal.pk, "change"]), {"would_have_changed": ""})
    assert not Job.objects.exists()


def test_what_the_words_name_is_marked_and_made_anew_with_them(rep):
    rival, product = make_competitor("Stacklane"), make_product("Palletry One")
    voice = make_objection("staklane is at 80k, Palletry One needs ISO27001 by March 2027", author=rep, masked=None)
    read_words([voice])
    marked = [(m.kind, m.text, str(m)) for m in voice.mentions.select_related("competitor", "product")]
    assert marked == [
        ("competitor", "staklane", "Stacklane"),
        ("price", "80k", "80k"),
        ("product", "Palletry One", "Palletry One"),
        ("certification", "ISO27001", "ISO 27001"),
        ("date", "March 2027", "March 2027"),
    ]
    assert {m.competitor or m.product for m in voice.mentions.all()} == {rival, product, None}
    voice.text = "too dear"
    change_objection(objection=voice, by=rep)
    read_words([Objection.objects.get(pk=voice.pk)])
    assert not Mention.objects.exists()


def test_a_deal_may_be_named_like_a_person(rep, marketer, sign_in):
    """Deals and accounts are no buyers: their names are read by all, also within words."""
    deal = make_opportunity("Renewal", account="Anna Maier Holding", owner=rep)
    voice = make_objection("Anna Maier Holding says no", author=rep, opportunity=deal, masked=None)
    read_words([voice])
    assert sign_in(marketer).get(f"/api/v1/objections/{voice.pk}/").json()["text"] == "Anna Maier Holding says no"
