import re

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.personal_data import erase_words
from feedback.home import search
from feedback.jobs import run_due_jobs
from feedback.models import Job
from feedback.redaction import Redaction
from objections import search as finding
from objections.actions.answers import approve_answer, undo_answer
from objections.actions.collateral import change_collateral, make_collateral, retire_collateral
from objections.actions.objections import withdraw_objection
from objections.actions.themes import retire_theme
from objections.models import Answer, Collateral, Meaning, Objection, Theme
from objections.search import find_answers, find_collateral, find_objections, find_themes, fused
from objections.theming import meanings, vectors, warm
from objections.theming.vectors import store_vectors, vectors_of
from tests import factories
from tests.factories import make_objection, make_opportunity, make_theme, place

CERTIFIED = "Our information security is certified, and the auditor's report is yours to read."
LEARN = "pickers will never learn it"
MEANT = "the picker cannot be taught this"  # not all of whose words it has


@pytest.fixture(autouse=True)
def _warm(company):
    warm()


def read_all():
    meanings.renew_meanings(lambda *how_far: None)


def labels(hits):
    return [hit.label for hit in hits]


def where(hits):
    return {hit.label: hit.where for hit in hits}


def voice(text, author, theme=None, **fields):
    """One that was read; in a theme, or waiting for one."""
    row = make_objection(text, author=author, **fields)
    store_vectors([(row.pk, row.text, vectors_of([row])[0])])
    if theme:
        place(row, theme)
    return row


def test_orders_are_merged_by_rank_and_of_equals_the_first_order_wins():
    assert fused([1, 2, 3], [3, 4]) == [3, 1, 2, 4]
    assert fused([], [5]) == [5]
    assert fused([1], [2]) == [1, 2]


def test_collateral_is_found_by_title_use_theme_and_meaning(rep, marketer):
    theme = make_theme("Gates are too narrow")
    for title, summary, themes in (
        ("Proof of ISO 27001", "", []),
        ("One page", "for those who ask for proof first", []),
        ("Narrow ones", "how to fit through", [theme]),
        ("Information security overview", "Certificates and data protection in one document.", []),
    ):
        factories.make_collateral(title, owner=marketer, summary=summary, themes=themes)
    read_all()
    assert where(find_collateral(rep, "proof", 6)) == {"Proof of ISO 27001": "in the title", "One page": "in its use"}
    assert where(find_collateral(rep, "gates", 6))["Narrow ones"] == "by its theme"
    found = find_collateral(rep, "is our data safe with you, cyber risk", 6)
    assert found[0].label == "Information security overview"
    assert found[0].where == "by meaning"


def test_drafts_are_found_by_those_who_publish_only_and_retired_ones_by_all(rep, marketer):
    factories.make_collateral("Security draft", owner=marketer, published=False)
    piece = factories.make_collateral("Security pack", owner=marketer)
    retire_collateral(collateral=piece, by=marketer)
    read_all()
    for words in ("security", "protection against attackers"):
        assert "Security draft" not in labels(find_collateral(rep, words, 6))
    assert set(labels(find_collateral(marketer, "security", 6))) == {"Security draft", "Security pack"}
    assert find_collateral(rep, "security", 6)[0].detail == "Pricing sheet, retired"


def test_answers_in_force_are_found_by_words_and_meaning(rep, marketer):
    theme, gone = make_theme("No certificate"), make_theme("Gone")
    approve_answer(theme=theme, text="Old words on certification", by=marketer)
    approve_answer(theme=theme, text=CERTIFIED, by=marketer)
    approve_answer(theme=gone, text="The auditor of a retired theme", by=marketer)
    retire_theme(theme=gone, by=marketer)
    run_due_jobs()
    assert where(find_answers(rep, "auditor", 6)) == {CERTIFIED: "in its words"}
    assert where(find_answers(rep, "do you have ISO 27001 for data protection", 6)) == {CERTIFIED: "by meaning"}
    hit = find_answers(rep, "auditor", 6)[0]
    assert (hit.detail, hit.url) == ("No certificate", theme.get_absolute_url())

    undo_answer(theme=theme, answer=theme.answers.get(retired_at=None).pk)
    run_due_jobs()
    assert where(find_answers(rep, "is there a certificate", 6)) == {"Old words on certification": "by meaning"}


def test_themes_are_found_by_name_definition_and_what_was_heard_in_them(rep, marketer):
    learning = make_theme("Not for our people", definition="Fear of gadgets on the shop floor.")
    for text in (LEARN, "pickers are afraid of the tablet", "the pickers want paper and a pen"):
        voice(text, rep, learning)
    assert where(find_themes(rep, "people", 6))["Not for our people"] == "in its name"
    assert where(find_themes(rep, "gadgets", 6))["Not for our people"] == "in its definition"
    found = where(find_themes(rep, MEANT, 6))
    assert found["Not for our people"] == "by meaning"
    retire_theme(theme=learning, by=marketer)
    assert "Not for our people" not in labels(find_themes(rep, MEANT, 6))


@pytest.mark.parametrize("is_placed", [True, False])
def test_objections_are_found_by_words_deal_and_meaning_in_a_theme_or_waiting(is_placed, rep, other_rep):
    theme = make_theme("Not for our people") if is_placed else None
    deal = make_opportunity("Racks", account="Hansa")
    voice(LEARN, rep, theme, opportunity=deal)
    assert where(find_objections(other_rep, "never learn", 6)) == {LEARN: "in their words"}
    assert where(find_objections(other_rep, "learn pickers", 6)) == {LEARN: "in their words"}
    assert where(find_objections(other_rep, "hansa", 6)) == {LEARN: "by deal or account"}
    found = find_objections(other_rep, MEANT, 6)
    assert where(found) == {LEARN: "by meaning"}
    assert found[0].detail == "Hansa"


def test_what_is_found_by_both_comes_first(rep):
    theme = make_theme("Not for our people")
    voice("training", rep, theme, opportunity=make_opportunity("Training of workers", account="A"))
    both = voice("workers fear the training", rep, theme)
    voice("their staff will never be able to learn such a system", rep, theme)
    assert labels(find_objections(rep, "training workers", 6))[0] == str(both)


def test_withdrawn_and_reworded_objections_are_not_found_by_what_they_meant(rep):
    theme = make_theme("Not for our people")
    gone, changed = voice(LEARN, rep, theme), voice(f"{LEARN}, ever", rep, theme)
    withdraw_objection(objection=gone, by=rep)
    type(changed).objects.filter(pk=changed.pk).update(text="the gate is too narrow")
    assert find_objections(rep, MEANT, 6) == []


NAMED = "Dorothea Quimberly says pickers will never learn it"
HIDDEN = "[name] says pickers will never learn it"


def test_a_marketer_finds_masked_words_only_and_never_by_the_meaning_of_what_is_masked(rep, marketer):
    theme = make_theme("Not for our people")
    voice(NAMED, rep, theme, masked=HIDDEN)
    voice("Dorothea thinks pickers will never learn", rep, theme, masked=None)
    plain = voice(LEARN, rep, theme)

    for words in ("Quimberly", "Dorothea", "Dorothea Quimberly", f"{NAMED} ever", MEANT, "dorothea pickers"):
        shown = find_objections(marketer, words, 6)
        assert not [label for label in labels(shown) if label != str(plain)], words
        assert "Dorothea" not in str(shown)
    assert labels(find_objections(marketer, MEANT, 6)) == [LEARN]
    assert set(labels(find_objections(marketer, "pickers will never", 6))) == {HIDDEN, LEARN}
    assert set(labels(find_objections(rep, "Dorothea Quimberly", 6))) >= {NAMED}


def test_who_logged_it_finds_their_own_words(marketer):
    voice(NAMED, marketer, make_theme("Not for our people"), masked=HIDDEN)
    assert labels(find_objections(marketer, "Quimberly", 6)) == [NAMED]
    assert labels(find_objections(marketer, MEANT, 6)) == [NAMED]


def test_erased_words_are_forgotten_in_what_they_meant_too(rep, marketer, admin):
    piece = factories.make_collateral("How Dorothea Quimberly trains her pickers", owner=marketer)
    theme = make_theme("Not for our people")
    answer = approve_answer(theme=theme, text="Dorothea Quimberly trained hers in a day", by=marketer)
    run_due_jobs()
    read_all()
    before = dict(Meaning.objects.values_list("text_hash", "pk"))
    assert len(before) == 2

    erase_words(redaction=Redaction(["Dorothea Quimberly"]), why="Asked to", by=admin)
    assert not Meaning.objects.exists()
    run_due_jobs()

    assert not before.keys() & set(Meaning.objects.values_list("text_hash", flat=True))
    assert Meaning.objects.filter(collateral=piece).exists()
    assert Meaning.objects.filter(answer=answer).exists()
    assert find_answers(rep, "Quimberly", 6) == find_collateral(rep, "Quimberly", 6) == []


def test_vectors_are_made_by_the_worker_once_for_each_wording(rep, marketer):
    piece = make_collateral(collateral=Collateral(title="Racks", type="pricing sheet"), themes=[], by=marketer)
    theme = make_theme("Too dear")
    answer = approve_answer(theme=theme, text=CERTIFIED, by=marketer)
    assert not Meaning.objects.exists()
    assert Job.objects.filter(kind="renew_meanings").count() == 2
    run_due_jobs()
    first = Meaning.objects.get(collateral=piece)
    assert Meaning.objects.count() == 2

    piece.title = "Carts"
    change_collateral(collateral=piece, themes=[], by=marketer)
    run_due_jobs()
    again = Meaning.objects.get(collateral=piece)
    assert (again.pk, again.text_hash != first.text_hash) == (first.pk, True)

    undo_answer(theme=theme, answer=answer.pk)
    assert not Meaning.objects.filter(answer__isnull=False).exists()
    read_all()
    assert Meaning.objects.get().at == again.at


@pytest.mark.parametrize(
    "words",
    [
        "x",
        "x" * 200,
        "pickers " * 25,
        "🙂🙂 🚚",
        "هم لا يستطيعون التعلم",
        "安全性报告",
        "\ud83d x",
        "%",
        "_ _",
        "?? !!",
        "\x00\x00ab",
        "a b c d e f g h i",
    ],
)
def test_it_bears_any_words(words, rep, marketer, sign_in):
    voice("pickers 🙂🙂 🚚", rep)
    for user in (rep, marketer):
        page = sign_in(user).get(reverse("feedback:search"), {"q": words.encode("utf-8", "replace")})
        assert page.status_code == 200


@pytest.mark.parametrize("words", ["🙂🙂 🚚", "هم لا يستطيعون", "42", "a1"])
def test_what_the_encoder_cannot_read_is_not_given_to_it(words, rep, monkeypatch):
    monkeypatch.setattr(vectors.nlp, "encode", None)
    voices = make_objection(f"they said {words} again", author=rep)
    assert labels(find_objections(rep, words, 6)) == [str(voices)]


def test_without_the_encoder_words_are_found(rep, monkeypatch):
    from objections.nlp.vectors import EncoderMissing

    def missing(*args):
        raise EncoderMissing("not installed")

    monkeypatch.setattr(finding, "vector_of", missing)
    make_objection(LEARN, author=rep)
    assert labels(find_objections(rep, "learn", 6)) == [LEARN]
    assert find_objections(rep, MEANT, 6) == []


def test_the_page_says_where_it_matched_and_escapes_it(rep, marketer, sign_in):
    voice("<img src=x onerror=alert(1)> pickers will never learn", rep, make_theme("Not <b>for</b> people"))
    page = sign_in(rep).get(reverse("feedback:search"), {"q": "will never learn"}).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "in their words" in page
    page = sign_in(rep).get(reverse("feedback:search"), {"q": MEANT}).content.decode()
    assert "by meaning" in page


def test_the_cost_does_not_grow_with_what_is_found_and_the_words_are_read_once(
    rep, marketer, monkeypatch, django_assert_max_num_queries
):
    theme = Theme.objects.active().first()
    for n in range(20):
        voice(f"security report {n} please", rep, theme, opportunity=make_opportunity(account=f"Security {n}"))
        factories.make_collateral(f"Security pack {n}", owner=marketer, themes=[theme])
        Answer.objects.create(
            theme=make_theme(f"Security {n}"), text=f"Security {n}", approved_by=marketer, approved_at=timezone.now()
        )
    read_all()
    search(rep, "warm up", 6)
    asked = []
    encode = vectors.nlp.encode
    monkeypatch.setattr(vectors.nlp, "encode", lambda texts, **rest: asked.append(texts) or encode(texts, **rest))
    with django_assert_max_num_queries(40):
        found = dict(search(rep, "security report certificate", 6))
    assert asked == [["security report certificate"]]
    assert {len(hits) for hits in found.values()} <= set(range(1, 7))
    assert len(found["Objections"]) == 6


def test_what_was_typed_can_be_logged_from_where_it_was_looked_for(rep, sign_in):
    client = sign_in(rep)
    page = client.get(reverse("feedback:search"), {"q": "no <b>SOC 2</b>"}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "Log “no &lt;b&gt;SOC 2&lt;/b&gt;” as an objection" in text
    client.post(
        reverse("objections:objection_create"),
        dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)) | {"text": "no SOC 2"},
    )
    assert Objection.objects.get().text == "no SOC 2"
    assert b"as an objection" not in client.get(reverse("feedback:search"), {"q": "no"}).content
