from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from feedback.models.accounts import Account
from feedback.models.people import Company, User


class ExclusionRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        from feedback.permissions import can_read_settings

        return self if can_read_settings(user) else self.none()

    def for_list(self):
        """With everything its conditions and state show."""
        return self.select_related("source", "product", "segment", "team", "by", "started_by", "ended_by")

    def drafts(self):
        return self.filter(started_at=None)

    def in_force(self):
        return self.filter(started_at__isnull=False, ended_at=None)


class ExclusionRule(models.Model):
    """Leaves lost deals that meet all its conditions out of the owed reviews, or (`reminders_only`) out of reminders.

    A draft may be changed; once started it holds as it is until it is ended, so that it always says what held when.
    `amount_below` is in the company's currency. `closed_from` is the day from which on it is active: deals closed
    before it are not touched, and neither are the figures of past months.
    """

    reason = models.CharField(max_length=300)
    reminders_only = models.BooleanField(default=False)
    source = models.ForeignKey("feedback.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lead_source = models.CharField(max_length=80, blank=True)
    product = models.ForeignKey("feedback.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey("feedback.Segment", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("feedback.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=80, blank=True)
    amount_below = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    closed_from = models.DateField(null=True, blank=True)
    closed_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    started_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = ExclusionRuleQuerySet.as_manager()

    CONDITIONS = {
        "source": "Deals from",
        "lead_source": "Lead source",
        "product": "Product",
        "segment": "Segment",
        "team": "Owner’s team",
        "stage": "Stage at the end",
        "amount_below": "Amount below",
        "closed_from": "Closed on or after",
        "closed_before": "Closed before",
    }

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_rule_has_reason"),
            models.CheckConstraint(
                condition=Q(source__isnull=False)
                | Q(product__isnull=False)
                | Q(segment__isnull=False)
                | Q(team__isnull=False)
                | ~Q(lead_source="")
                | ~Q(stage="")
                | Q(amount_below__isnull=False)
                | Q(closed_before__isnull=False),
                name="exclusion_rule_has_condition",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, started_by=None) | Q(started_at__isnull=False, started_by__isnull=False),
                name="exclusion_rule_started_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, started_at__isnull=False),
                name="exclusion_rule_ended_by_and_at",
            ),
        ]

    def __str__(self):
        return self.reason

    def get_absolute_url(self):
        return reverse("feedback:exclusion_rule_detail", args=[self.pk])

    @property
    def is_draft(self):
        return self.started_at is None

    @property
    def is_in_force(self):
        return self.started_at is not None and self.ended_at is None

    @property
    def leaving_out(self) -> Q:
        """A condition on deals: that they meet all of this rule's; one left open is met by all.

        An amount that is not known, or in another currency than the company's, is below nothing.
        """
        return Q(**{lookup: value for lookup, value in self._lookups() if value not in (None, "")}) & self._below()

    def _lookups(self):
        """(what a deal is asked for, what it has to be) of each condition but the amount; none where it is left open"""
        yield "source", self.source_id
        yield "product", self.product_id
        yield "stage", self.stage
        yield "lead_source", self.lead_source
        yield "closed_on__gte", self.closed_from
        yield "closed_on__lt", self.closed_before
        yield "owner__in", self.team_id and User.objects.filter(team=self.team_id).order_by().values("pk")
        inside = Account.segments.through.objects.filter(segment=self.segment_id)
        yield "account__in", self.segment_id and inside.values("account")

    def _below(self) -> Q:
        if self.amount_below is None:
            return Q()
        below = Q(amount__lt=self.amount_below) | Q(amount=None, amount_estimate__lt=self.amount_below)
        return below & Q(currency=Company.agreed().currency)

    @property
    def conditions(self):
        """(what, value) of each condition that is set; all must be met."""
        found = [(label, getattr(self, name)) for name, label in self.CONDITIONS.items()]
        return [(label, value) for label, value in found if value not in (None, "")]
