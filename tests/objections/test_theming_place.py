from django.utils import timezone

from feedback.jobs import queue_job, run_due_jobs
from feedback.models import Job
from objections.actions.placements import place_objection, take_out
from objections.models import Objection, Theme, Vector
from objections.theming import vectors
from objections.theming.vectors import encoder_name
from tests.factories import make_objection, make_theme

SECURITY = "they want a SOC 2 report before signing"
PRICE = "competitor is 30% cheaper than us"


def theme(slug):
    return Theme.objects.get(seed=slug)


def run_place(objection):
    queue_job(kind="place_objection", payload={"objection": objection.pk})
    run_due_jobs()
    assert Job.objects.first().state == "done"


def test_it_places_a_new_objection_in_the_seed_theme_it_belongs_to(rep):
    objection = make_objection(SECURITY, author=rep)

    run_place(objection)

    assert objection.placement.theme == theme("security-sign-off-missing")
    assert objection.placement.by is None
    assert 0 < objection.placement.confidence <= 1


def test_it_leaves_unthemed_what_fits_nowhere(rep):
    objection = make_objection("the weather was lovely and we talked about football", author=rep)

    run_place(objection)

    assert objection.placement is None
    assert objection.vector.encoder == encoder_name()


def test_it_never_moves_what_a_person_placed(rep, marketer):
    objection = make_objection(SECURITY, author=rep)
    chosen = make_theme("Odd one")
    place_objection(objection=objection, theme=chosen, by=marketer)

    run_place(objection)

    assert objection.placement.theme == chosen
    assert objection.placements.count() == 1
    assert Vector.objects.filter(objection=objection).exists()


def test_it_does_not_put_back_what_a_person_took_out(rep, marketer):
    objection = make_objection(SECURITY, author=rep)
    run_place(objection)
    take_out(objection=objection, by=marketer)

    run_place(objection)

    assert objection.placement is None


def test_it_places_once_however_often_it_runs(rep):
    objection = make_objection(SECURITY, author=rep)
    run_place(objection)
    run_place(objection)

    assert objection.placements.count() == 1
    assert Vector.objects.count() == 1


def test_it_moves_an_objection_whose_words_were_changed(rep):
    objection = make_objection(SECURITY, author=rep)
    run_place(objection)
    first = objection.vector.text_hash
    Objection.objects.filter(pk=objection.pk).update(text=PRICE)

    run_place(objection)

    objection.refresh_from_db()
    assert objection.placement.theme == theme("dearer-than-rival-quote")
    assert objection.placement.replaces.theme == theme("security-sign-off-missing")
    assert objection.vector.text_hash != first


def test_it_learns_from_what_people_placed(rep, marketer):
    parking = make_theme("No parking for our lorries", category="other")
    for text in ("our lorries find no parking at your depot", "where should the trucks park", "no truck parking"):
        place_objection(objection=read(make_objection(text, author=rep)), theme=parking, by=marketer)
    objection = make_objection("there is nowhere for a lorry to park", author=rep)

    run_place(objection)

    assert objection.placement.theme == parking


def read(objection):
    run_place(objection)
    return objection


def test_it_ends_quietly_for_a_withdrawn_a_wordless_and_a_vanished_objection(rep):
    withdrawn = make_objection(SECURITY, author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep)
    wordless = make_objection("", author=rep, is_same=True)
    vanished = make_objection(SECURITY, author=rep)
    number = vanished.pk
    vanished.delete()
    for pk in (withdrawn.pk, wordless.pk, number):
        queue_job(kind="place_objection", payload={"objection": pk})

    run_due_jobs()

    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert withdrawn.placement is None
    assert not Vector.objects.exists()


def test_it_does_not_place_in_a_retired_theme(rep):
    Theme.objects.filter(seed="security-sign-off-missing").update(state="retired")
    objection = make_objection(SECURITY, author=rep)

    run_place(objection)

    assert objection.placement is None or objection.placement.theme.seed != "security-sign-off-missing"


def test_what_an_earlier_encoder_read_is_read_again(rep):
    old = read(make_objection(PRICE, author=rep))
    Vector.objects.filter(objection=old).update(encoder="objections.minilm.v1", data=b"")

    queue_job(kind="renew_vectors", payload={}, by=None)
    run_due_jobs()

    old.refresh_from_db()
    assert old.vector.encoder == encoder_name()
    assert len(old.vector.data) > 0
    assert Job.objects.get(kind="renew_vectors").result == {"renewed": 1}


def test_another_lens_makes_another_encoder(monkeypatch):
    before = encoder_name()
    monkeypatch.setattr(vectors, "digest", lambda section: {"lens": "f" * 64}[section])
    assert encoder_name() != before
