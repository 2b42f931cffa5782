"""People named in a comment: `@jonas.reuter` or `@Jonas Reuter` as typed, `@[7]` as kept, a marked name as shown."""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from feedback.models import User

_KEPT = re.compile(r"@\[(\d{1,18})\]")
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_GOES_ON = re.compile(r"[\w-]|[.@]\w")  # after a name: then it was another, longer one


def as_kept(typed: str) -> tuple[str, list[int]]:
    """The words with `@[id]` for every active person named in them, and the ids; a name of nobody, or of two, stays."""
    if "@" not in typed:
        return typed, []
    handles, kept, named, end = _handles(), [], {}, 0
    for at in _AT.finditer(typed):
        found = _longest(typed, at.end(), handles)
        if found and at.start() >= end:
            length, pk = found
            kept += [typed[end : at.start()], f"@[{pk}]"]
            named[pk], end = True, at.end() + length
    return "".join([*kept, typed[end:]]), list(named)


def as_typed(kept: str, people: Iterable[User]) -> str:
    """The words as their author would type them again."""
    handles = {person.pk: handle_of(person) for person in people}
    return _KEPT.sub(lambda found: f"@{handles.get(int(found[1]), found[1])}", kept)


def as_said(kept: str, people: Iterable[User]) -> str:
    """The words with names, without markup."""
    names = {person.pk: str(person) for person in people}
    return _KEPT.sub(lambda found: f"@{names[int(found[1])]}" if int(found[1]) in names else found[0], kept)


def as_shown(kept: str, people: Iterable[User]) -> SafeString:
    """The words as HTML, escaped, each person in them a marked name."""
    names, pieces, end = {person.pk: str(person) for person in people}, [], 0
    for found in _KEPT.finditer(kept):
        if int(found[1]) in names:
            pieces.append(conditional_escape(kept[end : found.start()]))
            pieces.append(format_html('<b class="mention">@{}</b>', names[int(found[1])]))
            end = found.end()
    return mark_safe("".join([*pieces, conditional_escape(kept[end:])]))  # noqa: S308  every piece is escaped


def handle_of(person: User) -> str:
    """What to type after the @: the name before the @ of their address."""
    return person.username.partition("@")[0]


def _handles():
    """Lower-case handle, username and name → the id of the one active person who is called so."""
    handles, taken = {}, set()
    for person in User.objects.filter(is_active=True).only("pk", "username", "name"):
        for called in {handle_of(person), person.username, person.name}:
            key = " ".join(called.casefold().split())
            if handles.setdefault(key, person.pk) != person.pk:
                taken.add(key)
    return {key: pk for key, pk in handles.items() if key and key not in taken}


def _longest(typed, start, handles):
    """(letters, id) of the longest handle that stands there as a whole."""
    words = typed[start : start + 200]
    found = [
        (len(key), pk)
        for key, pk in handles.items()
        if words[: len(key)].casefold() == key and not _GOES_ON.match(words[len(key) :])
    ]
    return max(found, default=None)
