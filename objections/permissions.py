"""Who may do what with objections, themes, content requests and collateral."""

from feedback.models import User
from feedback.permissions import is_leader, is_marketer
from objections.models import ContentRequest, Objection, Placement


def can_log(user: User) -> bool:
    return user.is_authenticated


def can_see_logger(user: User, objection: Objection) -> bool:
    """Who logged an objection is kept from marketers and from other reps."""
    return is_leader(user) or objection.author_id == user.pk or user.manages(objection.author)


def can_edit_objection(user: User, objection: Objection) -> bool:
    """One's own, and a managed team's; never a withdrawn one."""
    own = objection.author_id == user.pk or user.manages(objection.author) or user.is_superuser
    return own and objection.withdrawn_at is None


def can_restore_objection(user: User, objection: Objection) -> bool:
    """Whose it is, and who withdrew it: what one takes away one can bring back."""
    own = user.pk in (objection.author_id, objection.withdrawn_by_id) or user.is_superuser
    return own and objection.withdrawn_at is not None


def can_curate(user: User) -> bool:
    """Name, merge, split, retire themes; place objections; decide proposals; approve answers."""
    return is_leader(user) or is_marketer(user)


def can_split_objection(user: User, objection: Objection) -> bool:
    """Say whether a note holds two objections: whoever may edit it, and curators."""
    return can_edit_objection(user, objection) or (can_curate(user) and objection.withdrawn_at is None)


def can_say_same(user: User, objection: Objection) -> bool:
    """Say that an objection is the same as a theme: whoever may edit it, and curators."""
    return can_split_objection(user, objection)


def can_undo_placement(user: User, placement: Placement) -> bool:
    """Curators, and whoever said it of an objection that is theirs to edit."""
    return can_curate(user) or (placement.by_id == user.pk and can_edit_objection(user, placement.objection))


def can_ask_for_content(user: User) -> bool:
    return user.is_authenticated


def can_move_requests(user: User) -> bool:
    return is_leader(user) or is_marketer(user)


def can_edit_request(user: User, request: ContentRequest) -> bool:
    """Those who run the queue, and whoever asked, until it is triaged."""
    return can_move_requests(user) or (request.by_id == user.pk and request.state == "new")


def can_publish(user: User) -> bool:
    return is_leader(user) or is_marketer(user)


def can_record_usage(user: User) -> bool:
    return not is_marketer(user)
