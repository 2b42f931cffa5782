"""Somebody at a browser of a real portal, who presses the button again when no answer came."""

from urllib.parse import urljoin

import httpx
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.portal import pause
from tests.reading import Page

PATIENCE = 60  # tries, half a second apart


class Person:
    """Signed in as `user`. `sending()` is called before each request goes out."""

    def __init__(self, portal, user, sending=lambda: None):
        client = Client()
        client.force_login(user)
        assert SESSION_KEY in client.session
        cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        self.http = httpx.Client(base_url=portal.address, cookies=cookies, timeout=60)
        self.sending = sending

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.http.close()

    def page(self, url):
        """The page and its HTML at `url`, asked for until it comes."""
        for _ in range(PATIENCE):
            answer = self._ask("GET", url)
            if answer is not None:
                assert answer.status_code == 200, f"GET {url} gave {answer.status_code}"
                return Page(str(answer.url), answer.text), answer.text
        raise AssertionError(f"{url} never came")

    def send(self, form, *, files=None, done=None, **answers):
        """Sends a form until it is acknowledged; gives where it led.

        Where sending twice would do it twice, `done` looks first whether the lost try arrived, as a person would.
        """
        sent = form.filled(**answers)
        for _ in range(PATIENCE):
            answer = self._ask("POST", form.action, data=sent, files=files)
            if answer is not None and answer.status_code == 422 and done and done():
                return None  # the lost try was still at work when it was looked for, and is there now
            if answer is not None:
                assert answer.status_code in (200, 302), f"POST {form.action} gave {answer.status_code}: {answer.text}"
                return urljoin(form.action, answer.headers.get("Location", ""))
            if done and done():
                return None
        raise AssertionError(f"{form.action} was never acknowledged")

    def reads(self, words, url):
        """Whether the page at `url` says these words."""
        return words in self.page(url)[1]

    def finds(self, words, url):
        """Whether a link there says these words; a search page repeats what was asked, but leads to nothing."""
        return any(words in named for named in self.page(url)[0].named)

    def _ask(self, method, url, **content):
        """The answer, or None when none came or the portal says it failed."""
        self.sending()
        try:
            answer = self.http.request(method, url, follow_redirects=method == "GET", **content)
        except httpx.TransportError:
            answer = None
        if answer is None or answer.status_code >= 500:
            pause(0.5)
            return None
        return answer
