import subprocess
import sys
from pathlib import Path

import pytest

from objections.actions.merges import merge_themes
from objections.actions.placements import place_objection
from objections.actions.themes import retire_theme
from objections.models import Exemplar, Theme
from objections.nlp.lens import width
from objections.theming import nearest_themes, suggest_for, suggest_themes, warm
from objections.theming.matching import current_index
from objections.theming.vectors import encoder_name, store_vectors, vectors_of
from tests.factories import make_objection, make_theme

ROOT = Path(__file__).resolve().parents[2]
SECURITY = "they want a SOC 2 report before signing"


@pytest.fixture
def _warm(company):
    warm()


@pytest.mark.usefixtures("_warm")
def test_it_suggests_the_likeliest_themes_first():
    suggestions = suggest_themes(SECURITY)

    assert suggestions[0].theme.seed == "security-sign-off-missing"
    assert suggestions[0].is_sure
    assert [s.confidence for s in suggestions] == sorted((s.confidence for s in suggestions), reverse=True)
    assert len(suggestions) == 3


def test_it_suggests_nothing_for_no_words_or_while_no_theme_has_an_example(company):
    assert suggest_themes("   ") == []
    assert suggest_themes(SECURITY) == []


@pytest.mark.usefixtures("_warm")
def test_it_notices_what_changed_and_only_then_builds_anew(marketer, rep):
    before = current_index()
    assert current_index() is before

    parking = make_theme("No parking")
    voice = make_objection("no parking for our trucks", author=rep)
    store_vectors([(voice.pk, voice.text, vectors_of([voice])[0])])
    place_objection(objection=voice, theme=parking, by=marketer)
    assert current_index() is not before
    assert suggest_themes("no parking for our trucks")[0].theme == parking

    retire_theme(theme=parking, by=marketer)
    assert parking not in [suggestion.theme for suggestion in suggest_themes("no parking for our trucks")]


@pytest.mark.usefixtures("_warm")
def test_exemplars_of_a_merged_theme_speak_for_the_joint_one(marketer):
    security, joint = Theme.objects.get(seed="security-sign-off-missing"), make_theme("Trust", category="trust")
    merge_themes(into=joint, theme=security, by=marketer)

    assert suggest_themes(SECURITY)[0].theme == joint


@pytest.mark.usefixtures("_warm")
def test_rows_are_matched_by_their_words_and_groups_by_their_middle(rep):
    voices = [make_objection(SECURITY, author=rep), make_objection("rival quote is 30% cheaper than ours", author=rep)]

    rows = suggest_for(voices)

    assert [row[0].theme.seed for row in rows] == ["security-sign-off-missing", "dearer-than-rival-quote"]
    assert [theme.seed for theme in nearest_themes([[voices[0]], [voices[1]]])] == [r[0].theme.seed for r in rows]
    assert suggest_for([]) == []
    assert nearest_themes([[]]) == [None]


def test_a_vector_of_other_words_is_not_used(company, rep):
    voice = make_objection(SECURITY, author=rep)
    store_vectors([(voice.pk, "other words", vectors_of([voice])[0] * 0)])

    found = vectors_of([voice])[0][:-1]  # a unit vector of the encoder, one of the lens, and how odd it is
    assert abs(float((found**2).sum()) - 2) < 1e-5


def test_exemplars_are_encoded_once(company):
    warm()
    exemplar = Exemplar.objects.first()
    assert exemplar.encoder == encoder_name()
    assert len(exemplar.data) == 4 * width()


@pytest.mark.usefixtures("_warm")
def test_the_index_in_memory_is_kept_for_a_few_counts(rep, django_assert_num_queries):
    suggest_themes(SECURITY)

    with django_assert_num_queries(8):  # and one for the themes suggested
        suggest_themes(SECURITY)


@pytest.mark.parametrize("heavy", ["spacy", "sklearn", "sknetwork"])
def test_the_web_process_does_not_load_what_only_builds_need(heavy):
    # What warms up beside it is waited for: a thread that still says why there is no database may not be cut off.
    code = (
        "import sys, threading, config.wsgi; from django.urls import reverse; reverse('objections:theme_list'); "
        "[each.join() for each in threading.enumerate() if each.name == 'warm']; "
        f"sys.exit({heavy!r} in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "only-for-tests", "PATH": ""}

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
