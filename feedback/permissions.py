"""Who may do what with deals, reviews, meetings and imports: the only place of this app that compares roles.

What somebody may not see is left out by `visible_to` (404); what they may see but not do is refused here (403).
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied

from feedback.models import Action, Decision, Meeting, Opportunity, Review, SavedFilter, Team, User
from feedback.models.people import Role


def require(allowed: bool) -> None:
    """Answers 403 unless `allowed`."""
    if not allowed:
        raise PermissionDenied


def is_leader(user: User) -> bool:
    return user.is_superuser or user.role == Role.LEADER


def is_marketer(user: User) -> bool:
    return user.role == Role.MARKETER and not user.is_superuser


def is_rep(user: User) -> bool:
    return user.role == Role.REP and not user.is_superuser


def is_team_manager(user: User) -> bool:
    """A rep or leader who manages a team."""
    return Team.objects.managed_by(user).exists()


def can_read_buyers(user: User) -> bool:
    """Names, e-mail addresses and phone numbers of buyers; marketers read them masked, but for their own words."""
    return getattr(user, "is_authenticated", False) and not is_marketer(user)


def can_use_password(user: User) -> bool:
    """Where the company's provider is the way in, a password is left to admins, for the day it fails."""
    return user.is_superuser or not (settings.OIDC_ONLY and settings.OIDC_ISSUER_URL)


def can_make_opportunity(user: User) -> bool:
    return not is_marketer(user)


def can_edit_opportunity(user: User, opportunity: Opportunity) -> bool:
    return is_leader(user) or opportunity.owner_id == user.pk or user.manages(opportunity.owner)


def can_write_review(user: User, opportunity: Opportunity) -> bool:
    """Own ones, and a managed team's owed ones."""
    reviewer = opportunity.reviewer
    return (
        user.is_superuser
        or (reviewer is not None and (reviewer.pk == user.pk or user.manages(reviewer)))
        or user.manages(opportunity.owner)
    )


def can_reassign_review(user: User, opportunity: Opportunity) -> bool:
    return is_leader(user) or user.manages(opportunity.owner)


def can_exclude(user: User, opportunity: Opportunity) -> bool:
    """Whoever owes the review may say why none is due, and so may those who lead them."""
    return can_reassign_review(user, opportunity) or can_write_review(user, opportunity)


def can_see_author(user: User, review: Review) -> bool:
    """Reviews are read without their author's name by marketers and by other reps."""
    return is_leader(user) or review.author_id == user.pk or user.manages(review.author)


def can_snooze(user: User, opportunity: Opportunity) -> bool:
    """Whoever may write the review may say that it has to wait."""
    return can_write_review(user, opportunity)


def can_read_coverage(user: User) -> bool:
    """Reps their own, managers their team's by person, whoever leads that of all teams."""
    return not is_marketer(user)


def can_read_coverage_of_teams(user: User) -> bool:
    return is_leader(user)


def can_hand_out_reviews(user: User) -> bool:
    """Whoever leads looks after the owed reviews that fall to nobody."""
    return is_leader(user)


def can_prepare_meetings(user: User) -> bool:
    return is_leader(user) or is_marketer(user)


def can_delete_meeting(user: User, meeting: Meeting) -> bool:
    """As long as nothing hangs on it: no closed version, decision or action, and no review coded again for it."""
    hang_on_it = meeting.packs, meeting.decisions, meeting.actions, meeting.second_codings
    return is_leader(user) and not any(rows.exists() for rows in hang_on_it)


def can_close_meeting(user: User, meeting: Meeting) -> bool:
    return is_leader(user) and not meeting.is_closed


def can_reopen_meeting(user: User, meeting: Meeting) -> bool:
    return is_leader(user) and meeting.is_closed


def can_write_in_meeting(user: User, meeting: Meeting) -> bool:
    return can_prepare_meetings(user) and not meeting.is_closed


def can_save_agenda(user: User) -> bool:
    """Make an agenda the one that new meetings start from."""
    return is_leader(user)


def can_code_again(user: User) -> bool:
    """Code reviews of a meeting's sample a second time, those of others only: see `samples.waiting_for`."""
    return can_prepare_meetings(user)


def can_end_action(user: User, action: Action) -> bool:
    """Whoever promised it, and those who run the meetings."""
    return action.owner_id == user.pk or can_prepare_meetings(user)


def can_link_promise(user: User, promise: Action | Decision) -> bool:
    """Say what an action or a decision became: whoever promised it, and those who run the meetings."""
    return promise.owner_id == user.pk or can_prepare_meetings(user)


def can_judge_decision(user: User) -> bool:
    """Say whether a decision was kept."""
    return can_prepare_meetings(user)


def can_send_summary(user: User) -> bool:
    return can_prepare_meetings(user)


def can_propose_definition(user: User) -> bool:
    return can_prepare_meetings(user)


def can_decide_definition(user: User) -> bool:
    """Take a new wording of a definition, or leave it as it is."""
    return is_leader(user)


def can_share_filters(user: User) -> bool:
    return is_leader(user) or is_marketer(user)


def can_edit_filter(user: User, saved: SavedFilter) -> bool:
    """One's own; admins tidy up what is shared."""
    return saved.owner_id == user.pk or user.is_superuser


def can_import(user: User) -> bool:
    return user.is_superuser


def can_read_imports(user: User) -> bool:
    return is_leader(user)


def can_administer(user: User) -> bool:
    """People, teams and what the company settles for itself."""
    return user.is_superuser


def can_read_settings(user: User) -> bool:
    """Leaders read how the portal is set up, who may do what in it, and who changed that."""
    return is_leader(user)


def can_erase(user: User) -> bool:
    """Look for personal data, erase it, and say how long things are kept."""
    return user.is_superuser


def can_export_person(user: User, person: User) -> bool:
    """Everybody may have what is kept of themselves; an admin gives it to those who cannot sign in."""
    return user.pk == person.pk or user.is_superuser
