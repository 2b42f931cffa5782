from django.db import transaction
from django.utils import timezone

from feedback.kept import forget
from feedback.models import ExclusionRule, User


@transaction.atomic
def make_rule(*, rule: ExclusionRule, by: User) -> ExclusionRule:
    """Saves a draft: it leaves nothing out before it is started."""
    rule.by = by
    rule.save()
    return rule


@transaction.atomic
def change_rule(*, rule: ExclusionRule, fields: list[str]) -> bool:
    """Saves a changed draft; whether it still was one."""
    if not ExclusionRule.objects.drafts().select_for_update().filter(pk=rule.pk).exists():
        return False
    rule.save(update_fields=fields)
    return True


@transaction.atomic
def start_rule(*, rule: ExclusionRule, by: User) -> None:
    """From now on it leaves deals out; twice is harmless."""
    ExclusionRule.objects.drafts().filter(pk=rule.pk).update(started_by=by, started_at=timezone.now())
    forget()


@transaction.atomic
def end_rule(*, rule: ExclusionRule, by: User) -> None:
    """The deals it left out owe a review again; twice is harmless."""
    ExclusionRule.objects.in_force().filter(pk=rule.pk).update(ended_by=by, ended_at=timezone.now())
    forget()


@transaction.atomic
def delete_rule(*, rule: ExclusionRule) -> bool:
    """Takes a draft away; whether it still was one. A rule that ever held stays as a record."""
    return bool(ExclusionRule.objects.drafts().filter(pk=rule.pk).delete()[0])
