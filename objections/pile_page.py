"""What the page of the pile shows: an offer, what is left, and how well the machine guesses by now."""

from django.utils import timezone

from feedback.models import User
from objections.forms.pile import NewThemeForm
from objections.forms.themes import PlaceForm
from objections.metrics import guessed
from objections.models import Build, Objection, Placement, Presumption, Proposal, Refusal, Sorting, TwoInOne
from objections.theming.pile import next_offer
from objections.theming.suggested import fits_none, suggested_theme


def pile_page(user: User, skipped, *, form: NewThemeForm | None = None, problem: str = "") -> dict:
    """The template's context. `form` is a new theme that was refused, `problem` why something else was."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = Objection.objects.in_pile().count()
    offer = next_offer(user.pk, frozenset(skipped)) if waiting else None
    done = done_since(today)
    return {
        "offer": offer,
        "waiting": waiting,
        "presumed": Presumption.objects.standing().count() if waiting else 0,
        "done": done,
        "whole": waiting + done,
        "skipped": len(skipped),
        "aside": Objection.objects.set_aside().count(),
        "last": Sorting.objects.live().filter(by=user, at__gte=today).first(),
        "own": guessed(user),
        "everybodys": guessed(),
        "problem": problem,
        **(_of_offer(offer, form) if offer else _of_none()),
    }


def done_since(moment) -> int:
    """Objections that people placed from the pile or set aside since then, and did not take back."""
    since = {"sorting__at__gte": moment, "sorting__undone_at": None}
    return Placement.objects.filter(**since).count() + Refusal.objects.of_all().filter(**since).count()


def _of_offer(offer, form):
    first = offer.objections[0]
    if form is None:
        name, category = suggested_theme(first)
        category = category or (offer.themes[0].category if offer.themes else None)
        form = NewThemeForm(initial={"name": name, "category": category})
    if offer.is_group:
        return {"new_theme": form}
    two = TwoInOne.objects.open().filter(objection=first).first()
    presumption = Presumption.objects.filter(objection=first).first() if offer.stands else None
    place = PlaceForm(auto_id="pile-%s")
    return {
        "new_theme": form,
        "objection": first,
        "place": place,
        "two": two,
        "presumption": presumption,
        "fits_none": bool(offer.themes) and not offer.stands and fits_none(first),
    }


def _of_none():
    return {"proposals": Proposal.objects.open().count(), "build": Build.objects.unfinished().first()}
