"""What a mail leads to, and what a mailbox brings to the pages: read by axe, and used by keyboard and finger."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.digest_mail import off_url
from feedback.models import DigestChoice, Opportunity
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser


def test_axe_and_layout_find_nothing_on_them(scene, rep, settings, open_as):
    settings.INBOUND_MAIL_URL, settings.INBOUND_MAIL_ADDRESS = "maildir:///nowhere", "objections@example.com"
    pages = {
        "profile": reverse("feedback:profile"),
        "by mail": reverse("objections:mail_address"),
        "log one": reverse("objections:objection_create"),
        "coverage": reverse("feedback:review_coverage"),
        "owed": reverse("feedback:review_owed"),
        "not now": reverse("feedback:opportunity_snooze", args=[scene.owed.pk]),
        "switch off": urlsplit(off_url(rep)).path,
    }
    found = findings(open_as(rep), pages)
    assert not found, "\n".join(found)


def test_the_digest_is_switched_off_signed_out_and_on_again_in_the_profile(rep, open_as):
    stranger = open_as(None)
    stranger.goto(urlsplit(off_url(rep)).path)
    stranger.get_by_role("button", name="Switch it off").click()
    expect(stranger.get_by_role("heading", name="The digest is off")).to_be_visible()
    assert not DigestChoice.objects.get(person=rep).is_on

    page = open_as(rep)
    page.goto(reverse("feedback:profile"))
    digest = page.locator("#digest")
    digest.get_by_label("Send me a digest").check()
    digest.get_by_label("Fri").check()
    digest.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Digest saved.")).to_be_visible()
    choice = DigestChoice.objects.get(person=rep)
    assert (choice.is_on, choice.weekdays) == (True, "04")


def test_a_review_is_put_off_and_the_toast_takes_it_back(scene, rep, open_as):
    deal = scene.draft.opportunity
    page = open_as(rep)
    page.goto(reverse("feedback:review_owed"))
    page.get_by_role("link", name=f"Not now: {deal}").click()
    page.get_by_role("button", name="Next Monday").click()
    expect(page.get_by_text("Nobody is reminded of it before")).to_be_visible()
    assert Opportunity.objects.awake().filter(pk=deal.pk).count() == 0
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The review is back among those you are reminded of.")).to_be_visible()
    assert Opportunity.objects.awake().filter(pk=deal.pk).count() == 1
