"""Answers to one question that cross: from two devices, or from one that was away. Which stands, what is offered?

The newer stands, by when it was typed; the other is offered, so that nothing typed is lost.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model
from django.utils.formats import date_format

from feedback.models import Review


@dataclass(frozen=True)
class Saved:
    """What saving a question's answers came to: `stands` is False when newer ones were there and stay. `other` are the
    answers that gave way, field → text or texts, None when there are none."""

    review: Review
    stands: bool = True
    other: dict | None = None


def answers_of(form) -> dict:
    """What a form of one question answers, comparable: what was given if it is bound and valid, else what is saved."""
    if form.is_bound:
        return {name: _plain(form.cleaned_data.get(name)) for name in form.fields}
    return {name: _plain(form.get_initial_for_field(field, name)) for name, field in form.fields.items()}


def version_of(form) -> str:
    """Names what is saved of a question, so that who saves it later can say what they had seen."""
    saved = type(form)(instance=form.instance)
    digest = hashlib.sha256(json.dumps(answers_of(saved), sort_keys=True).encode()).hexdigest()
    return f"{form.instance.pk or 0}-{digest[:16]}"


def is_of_another_review(seen: str, review: Review) -> bool:
    """Whether it was read off the review that the deal had before it was reopened."""
    return seen.partition("-")[0] not in ("0", str(review.pk))


def changed_since(review: Review, question: type, moment: datetime) -> bool:
    """Whether the answers to the question are others now than they were at that moment."""
    then = review.history.filter(history_date__lte=moment).first()
    now = review.history.first()
    return _recorded(then, question) != _recorded(now, question)


def in_words(form) -> str:
    """The answers of a valid form in a line, as its fields would show them."""
    said = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value is True:
            said.append(str(field.label or name))
        elif isinstance(value, date):
            said.append(date_format(value, "F Y"))
        elif choices := dict(getattr(field, "choices", ()) if isinstance(value, str) else ()):
            said.append(str(choices.get(value, value)))
        elif isinstance(value, Iterable) and not isinstance(value, str):
            said += map(str, value)
        elif value:
            said.append(str(value))
    return " · ".join(filter(None, said))


def _plain(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.strftime("%Y-%m")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sorted(_plain(each) for each in value)
    return str(value)


def _recorded(version, question):
    """What the history holds of a question's columns and lists; blank before there was a review."""
    columns = {name: _plain(getattr(version, name, None)) for name in question.columns}
    lists = {name: _listed(version, name) for name in question.lists}
    return columns | lists


def _listed(version, name):
    if version is None:
        return []
    column = Review._meta.get_field(name).m2m_reverse_field_name()
    return sorted(getattr(version, name).values_list(f"{column}_id", flat=True))
