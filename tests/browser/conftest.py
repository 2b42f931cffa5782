"""Pages in Debian's chromium: who opens them, what no page may do, and the two ways to be signed in."""

import atexit
import os
import re
import shutil
import warnings

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, expect

from tests.browser.pages import add_states
from tests.scene import make_scene

# Playwright keeps an event loop in the thread of the tests, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Under pytest-xdist the plugin's folder of artefacts is left to the end of the process, which warns of it.
atexit.register(
    warnings.filterwarnings, "ignore", "Implicitly cleaning up <TemporaryDirectory '.*playwright-", ResourceWarning
)

expect.set_options(timeout=20_000)  # ms; what is slow on a busy machine is not wrong

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only the live server has an address. Aborting by `route` would do as well, and turn the browser's cache off.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
DESK = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items):
    """Without a browser these tests are skipped, and say so."""
    if CHROMIUM and os.access(CHROMIUM, os.X_OK):
        return
    reason = "no chromium: install Debian's package, or name the program in CHROMIUM"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_server):
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "en-GB",
        "reduced_motion": "reduce",
    }


def _once_loaded(name):
    """What a test sees of a page may be there before its scripts are; a person is not that fast. So the hands of tests
    wait until the page they are on has loaded, which they need not say at each link they follow."""
    act = getattr(Locator, name)

    def wrapped(self, *args, **options):
        self.page.wait_for_load_state()
        return act(self, *args, **options)

    setattr(Locator, name, wrapped)


for name in ("check", "click", "fill", "press", "select_option", "set_input_files", "tap", "uncheck"):
    _once_loaded(name)


class Faults:
    """What went wrong in any page of a test: requests that would have left the server, scripts that stopped, errors in
    the console. There the browser tells of broken rules of the CSP, and of answers from 400 on: a test that is after
    one of those adds it to `meant`, one that takes the network away sets `away`. A request that a later one replaced is
    no fault."""

    def __init__(self, url: str):
        self.seen: list[str] = []
        self.meant: set[int] = set()
        self.away = False
        self._url = url

    def watch(self, context) -> None:
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.seen.append(f"script stopped: {error.error}"))

    def _asked(self, request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", "blob:")):
            self.seen.append(f"left the server: {request.url}")

    def _said(self, message) -> None:
        if re.match(r"htmx:(sendAbort|afterRequest), ", message.text):
            return
        if self.away and re.search("^htmx:sendError, |net::ERR_", message.text):
            return
        status = re.search(r"(?:responded with a status of|Response Status Error Code) (\d+)", message.text)
        if message.type == "error" and not (status and int(status[1]) in self.meant):
            self.seen.append(f"console: {message.text} ({message.location['url']})")


@pytest.fixture
def faults(live_server):
    faults = Faults(live_server.url)
    yield faults
    assert not faults.seen, "\n".join(faults.seen)


@pytest.fixture
def new_context(new_context, faults):
    """As pytest-playwright's, so that `page` and `context` are watched as well."""

    def watched(**options):
        # A service worker would keep what it answers from the `route` of a test.
        context = new_context(**{"viewport": DESK, "service_workers": "block", **options})
        context.set_default_timeout(20_000)
        faults.watch(context)
        return context

    return watched


@pytest.fixture
def open_as(new_context, live_server):
    """`open_as(user)` gives a page of a browser of their own, signed in; options go to the browser's context."""

    def page_of(user, **options):
        context = new_context(**options)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return context.new_page()

    return page_of


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin):
    """A row of everything, in the states that pages show."""
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    add_states(scene, rep=rep, leader=leader)
    return scene
