"""No voice is left behind in a theme that was merged."""

from django.urls import reverse

from objections.actions.merges import merge_themes, undo_merge
from objections.actions.placements import place_objection, take_out, undo_placement, undo_take_out
from objections.actions.splits import split_theme, undo_split
from objections.forms.objections import VoiceForm
from objections.models import Objection, Theme
from tests.factories import make_objection, make_opportunity, make_theme, place


def test_undoing_a_split_of_a_theme_merged_since_gives_the_voices_to_the_joint_one(rep, marketer):
    theme, joint, last = make_theme("Security"), make_theme("Trust"), make_theme("Risk")
    voice, later = make_objection(author=rep), make_objection("later", author=rep)
    first = place(voice, theme)
    split = split_theme(theme=theme, objections=[voice], name="No SOC 2", by=marketer)
    place(later, split.made)
    merge = merge_themes(into=joint, theme=theme, by=marketer)
    merge_themes(into=last, theme=joint, by=marketer)

    undo_split(split=split, by=marketer)

    assert (voice.placement.theme, later.placement.theme) == (last, last)
    undo_merge(merge=merge, by=marketer)
    assert voice.placement == first
    assert later.placement.theme == theme


def test_undoing_a_placement_follows_the_merge_of_the_theme_before(rep, marketer):
    theme, joint, voice = make_theme("Security"), make_theme("Trust"), make_objection(author=rep)
    place(voice, theme)
    placement = place_objection(objection=voice, theme=make_theme("Price"), by=marketer)
    merge_themes(into=joint, theme=theme, by=marketer)

    undo_placement(placement=placement, by=marketer)

    assert voice.placement.theme == joint


def test_putting_back_what_was_taken_out_follows_the_merge_too(rep, marketer):
    theme, joint, voice = make_theme("Security"), make_theme("Trust"), make_objection(author=rep)
    place(voice, theme)
    ended = take_out(objection=voice, by=marketer)
    merge_themes(into=joint, theme=theme, by=marketer)

    undo_take_out(placement=ended)

    assert voice.placement.theme == joint


def test_a_voice_is_not_logged_as_the_same_as_a_theme_that_is_gone(rep, sign_in, monkeypatch):
    theme = make_theme("Security")
    place(make_objection(author=rep), theme)
    gone_after_the_form(monkeypatch, theme)
    deal = make_opportunity(owner=rep)

    client = sign_in(rep)
    for url in (reverse("objections:objection_create"), reverse("objections:heard_create", args=[deal.pk])):
        data = {"text": "too risky", "weight": "concern", "kind": "objection", "heard_on": "2026-01-05"}
        page = client.post(url, data | {"same_as": theme.pk})
        assert page.status_code == 422
        assert "“Security” was merged or retired." in page.content.decode()
        assert "too risky" in page.content.decode()

    assert Objection.objects.count() == 1


def gone_after_the_form(monkeypatch, theme):
    """Whoever sends the form finds the theme active; the moment it was checked, another person has merged it."""
    check = VoiceForm.is_valid

    def is_valid(form):
        Theme.objects.filter(pk=theme.pk).update(state="active")
        valid = check(form)
        Theme.objects.filter(pk=theme.pk).update(state="merged")
        return valid

    monkeypatch.setattr(VoiceForm, "is_valid", is_valid)
