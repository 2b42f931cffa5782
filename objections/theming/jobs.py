"""Background work on themes. Each job fetches by id, reckons outside a transaction, and writes once."""

from contextlib import contextmanager

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.jobs import JobRefused, Run, queue_job, runs
from feedback.masking import words_changed
from feedback.metrics import number_of
from feedback.models import Review
from objections.actions.alarms import tell_of_alarms
from objections.models import Build, Objection
from objections.theming import drift, meanings
from objections.theming.building import Phases, keep, propose, skip
from objections.theming.grounds import doubtable_names, grounds, idle_themes
from objections.theming.learning import learn
from objections.theming.mapping import draw
from objections.theming.noted import find_in_notes, may_be_offered
from objections.theming.placing import place_by_model
from objections.theming.presuming import KIND, is_due, presume
from objections.theming.reading import READ, is_placeable, read_outdated, read_words
from objections.theming.remembering import same_grounds
from objections.theming.twos import look_for_two, not_looked_at
from objections.theming.vectors import CHUNK, encode_exemplars, renew_outdated


@runs("place_objection")
def place_objection(run: Run) -> None:
    """Payload `{"objection": id}`: puts a new or reworded objection in the theme it belongs to, or leaves it unthemed.

    Its words are read first. A withdrawn or vanished objection, a voice without words, and one in a language that the
    encoder does not know end the job quietly.
    """
    objection = Objection.objects.live().filter(pk=run.payload["objection"]).first()
    if objection:
        read_words([objection])
        objection.refresh_from_db()
    if objection is None or not objection.text or not is_placeable(objection):
        with run.finish():
            return
    with _encoder_at_hand():
        encode_exemplars()
        place, keep_two = place_by_model(objection), look_for_two(objection)
    with run.finish():
        run.result = {"theme": place()}
        keep_two()


@runs("seek_twos", daily=True)
def seek_twos(run: Run) -> None:
    """Looks for two objections in notes that came in otherwise than one by one, or before the portal could."""
    waiting = not_looked_at()
    with _encoder_at_hand():
        for start in range(0, len(waiting), CHUNK):
            run.progress(start, len(waiting), "looking for two objections in one")
            rows = Objection.objects.filter(pk__in=waiting[start : start + CHUNK]).order_by("pk")
            found = [look_for_two(row) for row in rows]
            with transaction.atomic():
                for keep_two in found:
                    keep_two()
    with run.finish():
        run.result = {"read": len(waiting)}


@runs("read_words")
def read_changed(run: Run) -> None:
    """Payload `{"model": "review", "rows": [id, …]}`: reads the words of these rows. Vanished ones are left out."""
    model = next(model for model in READ if model._meta.model_name == run.payload["model"])
    rows = list(model.objects.filter(pk__in=run.payload["rows"]))
    read_words(rows)
    with run.finish():
        run.result = {"read": len(rows)}
        if model is Review and (wordy := [row.pk for row in rows if may_be_offered(row)]):
            queue_job(kind="look_in_notes", payload={"reviews": wordy})


@runs("look_in_notes")
def look_in_notes(run: Run) -> None:
    """Payload `{"reviews": [id, …]}`: looks for objections in what these reviews say, to be offered."""
    reviews = list(Review.objects.live().filter(pk__in=run.payload["reviews"]))
    with _encoder_at_hand():
        encode_exemplars()
        keep = find_in_notes(reviews)
    with run.finish():
        keep()


@runs("read_all_words", daily=True)
def read_all(run: Run) -> None:
    """What nobody has read yet, and what was read before the rules or the company's lists changed."""
    read = read_outdated(run.progress)
    with run.finish():
        run.result = {"read": read}


def read_soon(sender, rows, **kwargs) -> None:
    """Queues the reading of rows whose words changed, apart from what else is done with them."""
    queue_job(kind="read_words", payload={"model": sender._meta.model_name, "rows": [row.pk for row in rows]})


words_changed.connect(read_soon, dispatch_uid="words_are_read")


@runs("renew_vectors", daily=True)
def renew_vectors(run: Run) -> None:
    """After an upgrade: what an earlier encoder read is read again, so that what people placed teaches the new one."""
    with _encoder_at_hand():
        renewed = encode_exemplars() + renew_outdated(run.progress)
    with run.finish():
        run.result = {"renewed": renewed}


@runs("renew_meanings", daily=True)
def renew_meanings(run: Run) -> None:
    """What collateral and answers mean, for who looks for them; after a change, and for what came in otherwise."""
    with _encoder_at_hand():
        renewed = meanings.renew_meanings(run.progress)
    with run.finish():
        run.result = {"renewed": renewed}


@runs("watch_collateral", daily=True)
def watch_collateral(run: Run) -> None:
    """Compares what is heard since a piece was published with what it answers, and tells owners what to look at."""
    keep = drift.look(run.progress)
    with run.finish():
        judged = keep()
        run.result = {"judged": judged, "alarms": tell_of_alarms(now=timezone.now())}


@runs("learn_from_placements", daily=True)
def learn_from_placements(run: Run) -> None:
    """Lets what people placed teach the matcher; what does no better on placements held out is not used."""
    keep = learn()
    with run.finish():
        learning = keep()
        run.result = {"asked": learning.asked if learning else 0, "used": bool(learning and learning.is_used)}


@runs(KIND, whenever=is_due)
def presume_themes(run: Run) -> None:
    """Reckons anew where what waits on the pile likely belongs."""
    with _encoder_at_hand():
        encode_exemplars()
        keep = presume()
    with run.finish():
        run.result = keep()


@runs("draw_map", daily=True)
def draw_map(run: Run) -> None:
    """Lays out the newest objections by likeness. Drawn again only when what is on the map changed."""
    keep = draw()
    with run.finish():
        drawn = keep()
        run.result = {"objections": drawn.points.count() if drawn else 0}
        if run.job.by and drawn:
            key, url = f"map-{run.job.pk}", reverse("objections:map")
            notify(users=[run.job.by], kind="work", key=key, title="The map is drawn", url=url)


@runs("build_themes")
def build_themes(run: Run) -> None:
    """Proposes changes to the themes and replaces the proposals still open. Nothing but proposals is changed.

    Where nothing it would read has changed since the last build, nothing is read, and the proposals stand.
    """
    build = Build.objects.get(job=run.job)
    stands_on = grounds(idle_themes(), doubtable_names())
    same = same_grounds(stands_on)
    if same:
        with run.finish():
            skip(build, same)
            run.result = {"proposals": 0, "objections": 0}
            _tell(build, "Nothing has changed since the themes were last built: the proposals stand")
        return
    phases = Phases(run.progress)
    with _encoder_at_hand():
        found = propose(phases)
    with run.finish():
        keep(build, found, stands_on=stands_on, phases=phases.close())
        queue_job(kind="draw_map")  # what the build has read is to be on it
        run.result = {"proposals": len(found.rows), "objections": found.objections_read}
        _tell(build, f"Themes are built: {number_of(len(found.rows), 'proposal')} to decide")


def _tell(build: Build, title: str) -> None:
    notify(users=[build.by], kind="work", key=f"build-{build.pk}", title=title, url=build.get_absolute_url())


@contextmanager
def _encoder_at_hand():
    """Without its weights no attempt can succeed; the job then says how to install them."""
    from objections.nlp.lens import LensMismatch
    from objections.nlp.vectors import EncoderMismatch, EncoderMissing

    try:
        yield
    except (EncoderMissing, EncoderMismatch, LensMismatch) as why:
        raise JobRefused(str(why)) from why
