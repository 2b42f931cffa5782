"""Links and forms of a page as a browser without JavaScript sees them."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit


@dataclass
class Form:
    """`fields` are (name, value) pairs as they would be sent untouched; `files` the names of its file fields."""

    action: str
    method: str
    fields: list = field(default_factory=list)
    files: list = field(default_factory=list)
    names: set = field(default_factory=set)  # of all fields, those that send nothing untouched included
    kinds: dict = field(default_factory=dict)  # name → type of input, "select" or "textarea"
    choices: dict = field(default_factory=dict)  # name → the first value there is to choose
    buttons: list = field(default_factory=list)  # (name, value) of those that say something

    def filled(self, **answers):
        """What is sent once these fields are filled in; a list stands for several values of one name."""
        assert set(answers) <= self.names, f"{self.action} does not ask {set(answers) - self.names}"
        sent = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        return sent | answers


class Page(HTMLParser):
    """`links` are addresses, `named` the words of each, `forms` are `Form`s; all absolute to the page's own address."""

    def __init__(self, url, html):
        super().__init__()
        self.url, self.links, self.forms = url, [], []
        self.named = {}
        self._form = self._select = self._area = self._link = None
        self._options = []
        self.feed(html)
        self.close()

    def form(self, *names):
        """The first form that has fields of these names."""
        found = [form for form in self.forms if form.names >= set(names)]
        assert found, f"{self.url} has no form with {names}: {[(form.action, form.names) for form in self.forms]}"
        return found[0]

    def form_to(self, path):
        """The form that posts to this path, or None."""
        return next((form for form in self.forms if urlsplit(form.action).path == path), None)

    def link(self, words):
        """The address of the first link that says these words."""
        return next(url for text, url in self.named.items() if words in text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.url, given["href"]))
            self._link = ""
        for name in ("hx-get", "hx-post"):
            if tag != "form" and given.get(name):
                self.links.append(urljoin(self.url, given[name]))
        if tag == "form":
            action = urljoin(self.url, given.get("action") or self.url)
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            getattr(self, f"_start_{tag}", lambda given: None)(given)

    def _start_input(self, given):
        name, kind = given.get("name"), given.get("type", "text")
        if not name or kind == "submit":
            return
        self._form.names.add(name)
        self._form.kinds[name] = kind
        if kind == "file":
            self._form.files.append(name)
        elif kind not in ("checkbox", "radio"):
            self._form.fields.append((name, given.get("value") or ""))
        else:
            self._choose(name, given.get("value", "on"))
            if "checked" in given:
                self._form.fields.append((name, given.get("value", "on")))

    def _choose(self, name, value):
        if value:
            self._form.choices.setdefault(name, value)

    def _start_button(self, given):
        if given.get("formaction"):
            self.forms.append(replace(self._form, action=urljoin(self.url, given["formaction"]), buttons=[]))
        elif given.get("name"):
            self._form.buttons.append((given["name"], given.get("value") or ""))
            self._form.names.add(given["name"])

    def _start_textarea(self, given):
        self._area, self._words = given.get("name"), ""

    def _start_select(self, given):
        self._select, self._options, self._several = given.get("name"), [], "multiple" in given

    def _start_option(self, given):
        self._options.append((given.get("value", ""), "selected" in given))

    def handle_data(self, data):
        if self._link is not None:
            self._link += data
        if self._area is not None:
            self._words += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.named.setdefault(self._link, self.links[-1])
            self._link = None
        elif tag == "textarea" and self._area is not None:
            self._form.names.add(self._area)
            self._form.kinds[self._area] = "textarea"
            self._form.fields.append((self._area, self._words.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select is not None and self._form is not None:
            self._form.names.add(self._select)
            self._form.kinds[self._select] = "select"
            for value, _ in self._options:
                self._choose(self._select, value)
            chosen = [value for value, selected in self._options if selected]
            if not chosen and self._options and not self._several:
                chosen = [self._options[0][0]]
            self._form.fields += [(self._select, value) for value in chosen]
            self._select = None
