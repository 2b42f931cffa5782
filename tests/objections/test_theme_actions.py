from objections.actions.themes import change_theme, make_theme, restore_theme, retire_theme
from objections.models import Theme
from tests.factories import make_objection, place
from tests.factories import make_theme as theme_row


def test_making_a_theme_says_who(company, marketer):
    theme = make_theme(theme=Theme(name="New", category=theme_row().category), by=marketer)

    assert theme.made_by == marketer
    assert theme.history.get().history_user == marketer


def test_changing_a_theme_keeps_its_past_and_who(company, marketer):
    theme = theme_row("Too dear")
    theme.name, theme.owner = "Dearer than Acme", "pricing"

    change_theme(theme=theme, by=marketer)
    change_theme(theme=theme, by=marketer)

    assert [(row.name, row.history_user) for row in theme.history.all()] == [
        ("Dearer than Acme", marketer),
        ("Too dear", None),
    ]


def test_a_retired_theme_keeps_its_voices_and_comes_back(rep, marketer):
    theme = theme_row("Too dear")
    voice = make_objection(author=rep)
    place(voice, theme)

    retire_theme(theme=theme, by=marketer)
    retire_theme(theme=theme, by=marketer)
    assert Theme.objects.get(pk=theme.pk).state == "retired"
    theme_row("Too dear")
    restore_theme(theme=theme, by=marketer)

    theme.refresh_from_db()
    assert (theme.state, theme.name) == ("active", "Too dear (2)")
    assert voice.placement.theme == theme


def test_restoring_does_not_undo_a_merge(company, marketer):
    theme = theme_row(state="merged")

    restore_theme(theme=theme, by=marketer)

    theme.refresh_from_db()
    assert theme.state == "merged"


def test_changing_a_theme_that_was_retired_meanwhile_does_not_bring_it_back(company, marketer):
    theme = theme_row("Too dear")
    retire_theme(theme=theme, by=marketer)
    theme.name = "Dearer"

    change_theme(theme=theme, by=marketer)

    theme.refresh_from_db()
    assert (theme.name, theme.state) == ("Dearer", "retired")
