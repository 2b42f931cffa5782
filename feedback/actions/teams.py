from collections.abc import Iterable

from django.db import transaction

from feedback.kept import forget
from feedback.models import ExclusionRule, Team, User


class TeamRefused(ValueError):
    """What may not be done to a team; the message is for whoever tried."""


@transaction.atomic
def save_team(*, team: Team, joining: Iterable[User] = (), leaving: Iterable[User] = (), by: User) -> Team:
    """Saves name and manager, and who comes and goes. Nobody else is touched."""
    team._history_user = by
    team.save()
    _move(joining, None, team, by)
    _move(leaving, team, None, by)
    forget()
    return team


@transaction.atomic
def delete_team(*, team: Team, by: User) -> None:
    """Raises `TeamRefused` while somebody is in it, who can sign in or not, or an exclusion rule names it."""
    held = Team.objects.select_for_update().get(pk=team.pk)
    if held.members.exists():
        raise TeamRefused("Only a team without members can be deleted. Move them to another first.")
    if rule := ExclusionRule.objects.filter(team=held).first():
        raise TeamRefused(f"The exclusion rule “{rule}” names this team, so it stays. Rename it instead.")
    held._history_user = by
    held.delete()


def _move(people, out_of, into, by):
    """Puts people in a team; `out_of` leaves alone who has moved on meanwhile."""
    held = User.objects.select_for_update().filter(pk__in=[person.pk for person in people]).order_by("pk")
    for person in held.filter(team=out_of) if out_of else held:
        person.team, person._history_user = into, by
        person.save(update_fields=["team"])
