"""Objections heard where there is no network: kept in the browser, logged once, as the person who heard them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from objections.models import Objection
from tests.factories import make_opportunity

pytestmark = pytest.mark.browser
KEPT = "Kept in this browser"


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent:')).length")


def tell(page):
    return page.get_by_role("status", name="Messages")


@pytest.fixture
def open_app(open_as):
    """As `open_as`, with the service worker at work."""

    def opened(user):
        page = open_as(user, service_workers="allow")
        page.goto("/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()  # its static files pass through the worker now
        page.wait_for_load_state("networkidle")
        return page

    return opened


def test_an_objection_is_kept_offline_and_logged_on_return(open_as, rep, faults):
    page = open_as(rep)
    page.goto(reverse("objections:objection_create"))
    faults.away = True
    page.context.set_offline(True)
    page.get_by_label("What did they say?").fill("no SOC 2")
    page.get_by_label("Blocker").check(force=True)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Log it").click()
    expect(tell(page)).to_contain_text(KEPT)
    expect(page.get_by_label("What did they say?")).to_have_value("")
    assert not Objection.objects.exists()
    page.context.set_offline(False)
    expect(tell(page)).to_contain_text("Logged: “no SOC 2”.")
    objection = Objection.objects.get()
    assert (objection.text, objection.weight, objection.author) == ("no SOC 2", "blocker", rep)
    assert kept(page) == 0


def test_it_is_logged_on_its_deal(open_as, rep, faults):
    deal = make_opportunity(owner=rep)
    page = open_as(rep)
    page.goto(deal.get_absolute_url())
    faults.away = True
    page.context.set_offline(True)
    page.get_by_label("What did they say?").fill("too dear")
    page.locator("#objections").get_by_role("button", name="Log it").click()
    expect(tell(page)).to_contain_text(KEPT)
    page.context.set_offline(False)
    expect(tell(page)).to_contain_text("Logged: “too dear”.")
    assert Objection.objects.get().opportunity == deal


def test_an_answer_that_was_lost_on_the_way_back_logs_nothing_twice(open_as, rep, faults):
    page = open_as(rep)
    page.goto(reverse("objections:objection_create"))
    faults.away = True
    page.context.set_offline(True)
    page.get_by_label("What did they say?").fill("no SOC 2")
    page.get_by_role("button", name="Log it").click()
    expect(tell(page)).to_contain_text(KEPT)

    def log_and_say_nothing(route):
        route.fetch()
        route.abort()

    page.route("**/api/v1/objections/", log_and_say_nothing)
    with page.expect_event("requestfailed"):
        page.context.set_offline(False)
    assert Objection.objects.count() == 1
    assert kept(page) == 1
    page.unroute("**/api/v1/objections/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(tell(page)).to_contain_text("Logged: “no SOC 2”.")
    assert Objection.objects.count() == 1
    assert kept(page) == 0


def test_a_page_that_cannot_be_reached_still_takes_an_objection(open_app, rep, faults):
    page = open_app(rep)
    faults.away = True
    page.context.set_offline(True)
    page.goto(reverse("objections:objection_list"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The portal cannot be reached")
    page.get_by_label("Heard an objection meanwhile?").fill("heard in the lift")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("status")).to_contain_text(KEPT)
    page.context.set_offline(False)
    page.goto("/")
    expect(tell(page)).to_contain_text("Logged: “heard in the lift”.")
    assert Objection.objects.get().author == rep


def test_a_form_sent_into_nothing_is_kept(open_app, rep, faults):
    """The browser thinks it is online, and the portal is gone."""
    page = open_app(rep)
    page.goto(reverse("objections:objection_create"))
    page.get_by_label("What did they say?").fill("sent into nothing")
    faults.away = True
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => true })")
    page.context.set_offline(True)
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The portal cannot be reached")
    page.context.set_offline(False)
    page.goto("/")
    expect(tell(page)).to_contain_text("Logged: “sent into nothing”.")
    assert Objection.objects.count() == 1


def test_a_form_that_was_answered_logs_nothing_twice_and_is_not_told_twice(open_as, rep):
    page = open_as(rep)
    page.goto(reverse("objections:objection_create"))
    page.get_by_label("What did they say?").fill("no SOC 2")
    page.get_by_role("button", name="Log it").click()
    expect(tell(page)).to_contain_text("Logged. Thank you.")
    page.wait_for_load_state("networkidle")
    expect(tell(page)).not_to_contain_text("Logged: ")
    assert (kept(page), Objection.objects.count()) == (0, 1)


def test_what_another_app_shares_is_in_the_form(open_app, rep):
    page = open_app(rep)
    page.evaluate(
        """() => {
          const form = document.createElement("form");
          form.action = "/objections/new/?shared=1";
          form.method = "post";
          form.enctype = "multipart/form-data";
          const field = document.createElement("input");
          field.name = "text";
          field.value = "they want a SOC 2 report";
          form.append(field);
          document.body.append(form);
          form.submit();
        }"""
    )
    expect(page.get_by_label("What did they say?")).to_have_value("they want a SOC 2 report")
    assert "SOC" not in page.url
