"""Who may do what with objections, themes, content requests and collateral."""

from feedback.models import User
from feedback.permissions import is_leader, is_marketer
from objections.models import Comment, ContentRequest, Objection, Placement, ShareLink


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
    """Name, merge, split, retire, pin, route themes; place objections; decide proposals; approve answers."""
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


def can_move_request(user: User, request: ContentRequest) -> bool:
    """The predicate of most moves of `workflow`."""
    return can_move_requests(user)


def can_ask_for_changes(user: User, request: ContentRequest) -> bool:
    """In review: those who run the queue, and the sales co-owner, who checks that it fits."""
    return can_move_requests(user) or request.co_owner_id == user.pk


def can_sign_off(user: User, request: ContentRequest) -> bool:
    """The sales co-owner; where there is none, those who run the queue."""
    return request.co_owner_id == user.pk if request.co_owner_id else can_move_requests(user)


def can_comment(user: User) -> bool:
    return user.is_authenticated


def can_edit_comment(user: User, comment: Comment) -> bool:
    """One's own, while it stands."""
    return comment.author_id == user.pk and comment.withdrawn_at is None


def can_withdraw_comment(user: User, comment: Comment) -> bool:
    """One's own; admins take away what must not stand here."""
    return (comment.author_id == user.pk or user.is_superuser) and comment.withdrawn_at is None


def can_restore_comment(user: User, comment: Comment) -> bool:
    """Whoever withdrew it: what an admin took away stays away."""
    return comment.withdrawn_by_id == user.pk and comment.withdrawn_at is not None


def can_check_off(user: User, request: ContentRequest) -> bool:
    """Keep the checklist: those who run the queue, and the sales co-owner."""
    return can_ask_for_changes(user, request)


def can_write_brief(user: User, request: ContentRequest) -> bool:
    """Those who run the queue, the sales co-owner, and whoever asked, until it is triaged."""
    return can_edit_request(user, request) or request.co_owner_id == user.pk


def can_join(user: User, request: ContentRequest) -> bool:
    """Whoever may ask for content, while it is still to be done."""
    return can_ask_for_content(user) and request.is_unfinished


def can_edit_request(user: User, request: ContentRequest) -> bool:
    """Those who run the queue, and whoever asked, until it is triaged."""
    return can_move_requests(user) or (request.by_id == user.pk and request.state == "new")


def can_publish(user: User) -> bool:
    return is_leader(user) or is_marketer(user)


def can_record_usage(user: User) -> bool:
    return not is_marketer(user)


def can_share(user: User) -> bool:
    """Make a link by which a buyer opens what is published."""
    return user.is_authenticated


def can_end_share_link(user: User, link: ShareLink) -> bool:
    """One's own, and any for those who publish."""
    return link.by_id == user.pk or can_publish(user)
