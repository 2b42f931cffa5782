from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html

CHOICES = [("", "Nobody"), (1, "One <b>"), ("Two & more", [("2", "Two"), ("3", "Three")])]


def test_a_select_says_what_djangos_own_says():
    for widget, chosen in ((forms.Select(choices=CHOICES), 1), (forms.SelectMultiple(choices=CHOICES), ["1", "3"])):
        ours, djangos = (
            widget.render("who", chosen, {"id": "who", "required": True}, renderer)
            for renderer in (get_default_renderer(), DjangoTemplates())
        )
        assert parse_html(ours) == parse_html(djangos)
        assert "selected" in ours
        assert "&lt;b&gt;" in ours
