from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback.models import Opportunity, User
from objections.actions.collateral import PublishRefused, record_usage
from objections.models import Collateral, Opens, Publication, ShareLink, Usage
from objections.models.sharing import WORKS_FOR


@transaction.atomic
def share_collateral(
    *, collateral: Collateral, by: User, opportunity: Opportunity | None = None, works_for: timedelta = WORKS_FOR
) -> ShareLink:
    """A link for a buyer to what is published. Made for a deal, it notes that `by` used the piece there, once.

    Asked again while the one before works, it gives that one, and lets it work at least as long. Raises
    `PublishRefused` for what is not published.
    """
    Collateral.objects.select_for_update().get(pk=collateral.pk)
    if not Publication.objects.live().filter(collateral=collateral).exists():
        raise PublishRefused("It is not published, so there is nothing to share.")
    until = timezone.now() + works_for
    link = ShareLink.objects.working().filter(collateral=collateral, by=by, opportunity=opportunity).first()
    if link:
        link.expires_at = max(link.expires_at, until)
        link.save(update_fields=["expires_at"])
        return link
    link = ShareLink(collateral=collateral, by=by, opportunity=opportunity, expires_at=until)
    if opportunity:
        was_noted = Usage.objects.filter(collateral=collateral, opportunity=opportunity, by=by).exists()
        usage = record_usage(collateral=collateral, opportunity=opportunity, by=by)
        link.usage = None if was_noted else usage
    link.save()
    return link


@transaction.atomic
def end_share_link(*, link: ShareLink, by: User) -> ShareLink:
    """It opens nothing from now on. If nobody opened it, the use it noted goes too, unless it was said how it went."""
    link = ShareLink.objects.select_for_update(of=["self"]).get(pk=link.pk)
    if link.revoked_at:
        return link
    link.revoked_at, link.revoked_by = timezone.now(), by
    if link.usage_id and not link.days.exists():
        Usage.objects.filter(pk=link.usage_id, helped="").delete()
        link.usage = Usage.objects.filter(pk=link.usage_id).first()
    link.save(update_fields=["revoked_at", "revoked_by", "usage"])
    return link


@transaction.atomic
def restore_share_link(*, link: ShareLink) -> ShareLink:
    """Undoes ending it: it works again until it expires, and what it noted is noted again."""
    link = ShareLink.objects.select_for_update(of=["self"]).get(pk=link.pk)
    if link.revoked_at is None:
        return link
    link.revoked_at = link.revoked_by = None
    if link.opportunity:
        usage = record_usage(collateral=link.collateral, opportunity=link.opportunity, by=link.by)
        link.usage = link.usage or usage
    link.save(update_fields=["revoked_at", "revoked_by", "usage"])
    return link


@transaction.atomic
def count_open(*, link: ShareLink, day: date) -> None:
    """A number for the day, and nothing of who it was."""
    opens, _ = Opens.objects.get_or_create(link=link, day=day)
    Opens.objects.filter(pk=opens.pk).update(count=F("count") + 1)
