"""A curator decides what the builder proposed, and may take the decision back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from feedback.figures import forget_figures
from feedback.models import Category, User
from objections.actions.merges import merge_themes, undo_merge
from objections.actions.moving import NameTaken, free_name, hold_themes, hold_voices, save_theme
from objections.actions.placements import ThemeGone, end_placement, guessed, require_active, revive
from objections.actions.splits import NothingToSplit, split_theme, undo_split
from objections.actions.themes import restore_theme, retire_theme
from objections.models import Build, Merge, Objection, Placement, Proposal, Theme
from objections.models.proposals import ProposalKind
from objections.models.themes import State


class OutOfDate(ValueError):
    """What was proposed can no longer be done; the proposal is marked so."""


class MovedOn(ValueError):
    """What accepting did cannot be taken back, because somebody built on it since."""


def accept_proposal(*, proposal: Proposal, by: User, name: str = "", category: Category | None = None) -> Proposal:
    """Does what was proposed, under another name if one is given; `category` is needed for a new theme.

    Objections that were withdrawn, or placed by a person in the meantime, are left where they are. A decided proposal
    is given back as it is. Raises OutOfDate when nothing is left to do.
    """
    try:
        with transaction.atomic():
            proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
            if proposal.state != "open":
                return proposal
            decide(proposal, "accepted", by=by)
            _ACCEPT[proposal.kind](proposal, by, name or proposal.name, category)
            return proposal
    except (ThemeGone, NothingToSplit) as why:
        Proposal.objects.open().filter(pk=proposal.pk).update(state="stale", gone=str(why)[:200])
        raise OutOfDate(f"This proposal is out of date. {why}") from why


@dataclass(frozen=True)
class Accepted:
    """What came of accepting many: those accepted, and those that could not be any more, each with why."""

    proposals: tuple[Proposal, ...]
    refused: tuple[tuple[Proposal, str], ...]


def accept_many(*, proposals: Iterable[Proposal], by: User, categories: Mapping[int, Category]) -> Accepted:
    """Accepts each as a deed of its own, to be undone by itself; `categories` by proposal id, for new themes.

    What voices are moved into comes before what makes themes one. One that cannot be accepted stops no other.
    """
    accepted, refused = [], []
    for proposal in sorted(proposals, key=lambda proposal: (_IN_TURN.index(proposal.kind), proposal.pk)):
        try:
            accepted.append(accept_proposal(proposal=proposal, by=by, category=categories.get(proposal.pk)))
        except (OutOfDate, NameTaken) as why:
            refused.append((proposal, str(why)))
    return Accepted(tuple(accepted), tuple(refused))


@transaction.atomic
def reject_proposal(*, proposal: Proposal, by: User) -> Proposal:
    """Nothing is changed but the proposal. A decided one is given back as it is."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == "open":
        decide(proposal, "rejected", by=by)
    return proposal


@transaction.atomic
def undo_decision(*, proposal: Proposal, by: User) -> Proposal:
    """Takes back what accepting did and opens the proposal again; it is out of date if a later build ended.

    Raises MovedOn when others went on from there, and changes nothing.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == "accepted":
        _UNDO[proposal.kind](proposal, by)
    if proposal.state in ("accepted", "rejected"):
        newer = Build.objects.ended().filter(pk__gt=proposal.build_id).exists()
        proposal.state = "stale" if newer else "open"
        proposal.decided_by = proposal.decided_at = None
        proposal.save()
    return proposal


def decide(proposal: Proposal, state: str, *, by: User) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def movable(proposal: Proposal):
    """The proposal's objections that are not withdrawn and that no person has placed."""
    by_people = Placement.objects.live().by_people().filter(objection__in=proposal.objections.all())
    return proposal.objections.live().exclude(pk__in=by_people.values("objection"))


def _held(proposal: Proposal) -> list[Objection]:
    """What is movable now and, until the transaction ends, stays so. Raises NothingToSplit when nothing is."""
    hold_voices(proposal.objections.order_by().values("pk"))
    voices = list(movable(proposal))
    if not voices:
        raise NothingToSplit("Its objections were withdrawn or placed by somebody since.")
    return voices


def _accept_new(proposal, by, name, category):
    voices = _held(proposal)
    theme = Theme(name=free_name(name), category=category, made_by=by)
    save_theme(theme, by=by)
    proposal.theme = theme
    proposal.save(update_fields=["theme"])
    _put(proposal, voices, by)


def _accept_move(proposal, by, name, category):
    require_active(proposal.theme)
    _put(proposal, _held(proposal), by)


def _accept_merge(proposal, by, name, category):
    require_active(proposal.theme, proposal.into)
    proposal.merge = merge_themes(into=proposal.into, theme=proposal.theme, by=by)
    proposal.save(update_fields=["merge"])


def _accept_split(proposal, by, name, category):
    require_active(proposal.theme)
    voices, name = _held(proposal), free_name(name)
    proposal.split = split_theme(theme=proposal.theme, objections=voices, name=name, by=by, category=category)
    proposal.save(update_fields=["split"])


def _accept_rename(proposal, by, name, category):
    (theme,) = require_active(proposal.theme)
    proposal.was, proposal.name = theme.name, free_name(name, besides=theme)
    proposal.save(update_fields=["was", "name"])
    theme.name = proposal.name
    save_theme(theme, by=by)


def _accept_retire(proposal, by, name, category):
    require_active(proposal.theme)
    retire_theme(theme=proposal.theme, by=by)


def _put(proposal: Proposal, voices: list[Objection], by: User) -> None:
    forget_figures()
    before = {live.objection_id: live for live in Placement.objects.live().filter(objection__in=voices)}
    guess = guessed(proposal.theme, [proposal.theme_id] if proposal.kind == ProposalKind.MOVE else [])
    for live in before.values():
        end_placement(live, by=by)
    Placement.objects.bulk_create(
        [
            Placement(
                objection=voice, theme=proposal.theme, by=by, proposal=proposal, replaces=before.get(voice.pk), **guess
            )
            for voice in voices
        ]
    )


def _take_back(proposal, by):
    """Voices go back to where they stood, unless a person moved them on."""
    hold_themes()
    merge = Merge.objects.filter(theme=proposal.theme, undone_at=None).select_related("theme", "into").first()
    if merge:
        raise MovedOn(f"“{merge.theme}” was merged into “{merge.into}” since. Undo that merge first.")
    forget_figures()
    hold_voices(proposal.placements.order_by().values("objection"))
    live = list(proposal.placements.live().select_related("replaces__theme"))
    Placement.objects.filter(pk__in=[placement.pk for placement in live]).update(undone_at=timezone.now())
    for placement in live:
        revive(placement.replaces)


def _undo_new(proposal, by):
    """A theme that this leaves empty is retired."""
    _take_back(proposal, by)
    theme = Theme.objects.get(pk=proposal.theme_id)
    if theme.is_active and not theme.placements.live().exists():
        theme.state = State.RETIRED
        save_theme(theme, by=by)


def _undo_merge(proposal, by):
    undo_merge(merge=proposal.merge, by=by)


def _undo_split(proposal, by):
    undo_split(split=proposal.split, by=by)


def _undo_rename(proposal, by):
    theme = hold_themes(proposal.theme_id)[proposal.theme_id]
    if theme.name != proposal.name:
        raise MovedOn(f"“{proposal.name}” was renamed to “{theme.name}” since.")
    theme.name = free_name(proposal.was, besides=theme)
    save_theme(theme, by=by)


def _undo_retire(proposal, by):
    theme = hold_themes(proposal.theme_id)[proposal.theme_id]
    since = theme.history.filter(history_date__gte=proposal.decided_at)
    if not theme.is_active and since.filter(state=State.ACTIVE).exists():
        raise MovedOn(f"“{theme}” was in use again and then {theme.get_state_display().lower()} by somebody since.")
    restore_theme(theme=theme, by=by)


_ACCEPT = {
    ProposalKind.NEW: _accept_new,
    ProposalKind.MOVE: _accept_move,
    ProposalKind.MERGE: _accept_merge,
    ProposalKind.SPLIT: _accept_split,
    ProposalKind.RENAME: _accept_rename,
    ProposalKind.RETIRE: _accept_retire,
}
_UNDO = {
    ProposalKind.NEW: _undo_new,
    ProposalKind.MOVE: _take_back,
    ProposalKind.MERGE: _undo_merge,
    ProposalKind.SPLIT: _undo_split,
    ProposalKind.RENAME: _undo_rename,
    ProposalKind.RETIRE: _undo_retire,
}
_IN_TURN = (
    ProposalKind.NEW,
    ProposalKind.MOVE,
    ProposalKind.SPLIT,
    ProposalKind.RENAME,
    ProposalKind.MERGE,
    ProposalKind.RETIRE,
)
