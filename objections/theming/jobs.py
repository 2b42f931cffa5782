"""Background work on themes. Each job fetches by id, reckons outside a transaction, and writes once."""

from contextlib import contextmanager

from feedback.actions.notifications import notify
from feedback.jobs import JobRefused, Run, runs
from feedback.metrics import number_of
from objections.models import Build, Objection
from objections.theming.building import keep, propose
from objections.theming.placing import place_by_model
from objections.theming.vectors import encode_exemplars


@runs("place_objection")
def place_objection(run: Run) -> None:
    """Payload `{"objection": id}`: puts a new or reworded objection in the theme it belongs to, or leaves it unthemed.

    A withdrawn or vanished objection, and a voice without words, end the job quietly.
    """
    objection = Objection.objects.live().exclude(text="").filter(pk=run.payload["objection"]).first()
    if objection is None:
        with run.finish():
            return
    with _encoder_at_hand():
        encode_exemplars()
        place = place_by_model(objection)
    with run.finish():
        run.result = {"theme": place()}


@runs("build_themes")
def build_themes(run: Run) -> None:
    """Proposes changes to the themes and replaces the proposals still open. Nothing but proposals is changed."""
    build = Build.objects.get(job=run.job)
    with _encoder_at_hand():
        objections_read, proposals = propose(run.progress)
    with run.finish():
        keep(build, objections_read, proposals)
        run.result = {"proposals": len(proposals), "objections": objections_read}
        title = f"Themes are built: {number_of(len(proposals), 'proposal')} to decide"
        notify(users=[build.by], key=f"build-{build.pk}", title=title, url=build.get_absolute_url())


@contextmanager
def _encoder_at_hand():
    """Without its weights no attempt can succeed; the job then says how to install them."""
    from objections.nlp.vectors import EncoderMismatch, EncoderMissing

    try:
        yield
    except (EncoderMissing, EncoderMismatch) as why:
        raise JobRefused(str(why)) from why
