from datetime import date
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from feedback.business_days import add_business_days, last_day_due_before
from feedback.kept import once
from feedback.models.accounts import Account
from feedback.models.assignments import Assignment
from feedback.models.exclusion_rules import ExclusionRule
from feedback.models.exclusions import Exclusion
from feedback.models.people import Company, Role, Team, User
from feedback.models.snoozes import Snooze


class Source(models.Model):
    """A system deals come from. `reviews_from` is its cut-off: deals lost earlier owe no review."""

    PORTAL = "portal"

    name = models.CharField(max_length=80, unique=True)
    reviews_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Outcome(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class OpportunityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads all deals, amounts included."""
        return self.all() if user.is_authenticated else self.none()

    def matching(self, words):
        """Deals whose name, account or CRM id has these words.

        Accounts are looked through by themselves: joined to each of many thousand deals it takes four times as long.
        """
        named = Account.objects.filter(name__icontains=words).order_by().values("pk")
        theirs = self.model.objects.filter(account__in=named).order_by().values("pk")
        own = self.model.objects.filter(Q(name__icontains=words) | Q(external_id__iexact=words)).order_by()
        return self.filter(pk__in=own.values("pk").union(theirs))

    def open_first(self):
        """Open deals, newest first, then closed ones from the latest; alike on both databases."""
        return self.order_by(F("closed_on").desc(nulls_first=True), "-id")

    def open(self):
        return self.filter(outcome=Outcome.OPEN)

    def won(self):
        return self.filter(outcome=Outcome.WON)

    def lost(self):
        return self.filter(outcome=Outcome.LOST)

    def closed(self):
        return self.exclude(outcome=Outcome.OPEN)

    def closed_between(self, period):
        """Closed on a day of `period`: (first day, last day), both included."""
        first, last = period
        return self.filter(closed_on__gte=first, closed_on__lte=last)

    def in_currency(self, code):
        """Deals that may be summed: those in the company's currency."""
        return self.filter(currency=code)

    def with_value(self):
        """Adds `value`: the amount, else the estimate, else null."""
        return self.annotate(value=Coalesce("amount", "amount_estimate"))

    def total_value(self):
        """Decimal sum of amounts, estimates where the amount is unknown; 0 when there are none."""
        return self.aggregate(total=Sum(Coalesce("amount", "amount_estimate")))["total"] or 0

    def reviewed(self):
        """Deals with a live, submitted review of the way they closed."""
        return self.filter(
            Q(_submitted_review("loss"), outcome=Outcome.LOST) | Q(_submitted_review("win"), outcome=Outcome.WON)
        )

    def counted_for_reviews(self):
        """Lost deals a review is asked for: after the source's cut-off and excluded neither by somebody nor by rule."""
        return self.lost().filter(_after_cut_off(), _not_excluded())

    def with_what_leaves_out(self):
        """Adds `after_cut_off`, `by_somebody` and `by_rule`, each worked out once.

        A review of a lost deal is asked for if it closed after the cut-off and neither leaves it out: see
        `counted_for_reviews`.
        """
        return self.annotate(
            after_cut_off=_whether(_after_cut_off()),
            by_somebody=_whether(_excluded_by_somebody()),
            by_rule=_whether(_excluded_by_rule()),
        )

    def met_by(self, rule):
        """Deals that this exclusion rule leaves out, whether it is in force or not."""
        return self.filter(rule.leaving_out)

    def to_remind(self):
        """Without those left out of reminders, by somebody or by rule, and those put off until a later day."""
        left_out = Exclusion.objects.live().filter(opportunity=OuterRef("pk"), reminders_only=True)
        return self.awake().exclude(Exists(left_out)).exclude(_excluded_by_rule(reminders_only=True))

    def awake(self):
        """Without those whose review is put off until a later day."""
        return self.exclude(Exists(_asleep()))

    def with_snooze(self):
        """Adds `snoozed_until`: the day until which the review is put off, or null."""
        return self.annotate(snoozed_until=Subquery(_asleep().values("until")[:1]))

    def owing_review(self):
        """Lost deals that owe a review now. Derived from the deals themselves, so no way of losing one slips past."""
        return self.counted_for_reviews().exclude(_submitted_review("loss"))

    def overdue(self, today: date):
        return self.filter(closed_on__lte=last_day_due_before(today, Company.agreed().review_days))

    def for_reviewer(self, user):
        """Deals whose review falls to `user`: handed to them, else theirs, else an inactive member's of their team."""
        inactive = Q(is_active=False, team__in=Team.objects.managed_by(user))
        own = once(f"own-{user.pk}", lambda: _ids(Q(pk=user.pk, is_active=True) | inactive))
        return self._falling_to(handed=Q(to=user), owners=own)

    def belonging_to(self, user):
        """Deals whose review is this person's, who may be gone: handed to them, else theirs and handed to nobody."""
        return self.filter(Exists(_handed().filter(to=user)) | (~Exists(_handed()) & Q(owner=user)))

    def for_manager(self, user):
        """Deals whose review falls to `user` or to a member of a team they manage."""
        managed = Team.objects.managed_by(user)
        teams = once(f"teams-{user.pk}", lambda: _ids(Q(pk=user.pk, is_active=True) | Q(team__in=managed)))
        return self._falling_to(handed=Q(to=user) | Q(to__team__in=managed), owners=teams)

    def for_nobody(self):
        """Deals whose review falls to nobody who can sign in: the complement of `for_reviewer` over all such people."""
        manager = Q(team__manager__is_active=True) & (
            ~Q(team__manager__role=Role.MARKETER) | Q(team__manager__is_superuser=True)
        )
        somebodys = Q(owner__in=User.objects.filter(Q(is_active=True) | manager).order_by().values("pk"))
        return self.filter(Exists(_handed().filter(to__is_active=False)) | (~Exists(_handed()) & ~somebodys))

    def writable_by(self, user):
        """Deals whose review `user` may write; as `permissions.can_write_review`, for those who are no admins."""
        team = self.model.objects.filter(owner__team__in=Team.objects.managed_by(user)).order_by()
        falling = self.model.objects.for_manager(user).order_by()
        return self.filter(pk__in=falling.values("pk").union(team.values("pk")))

    def _falling_to(self, *, handed, owners):
        """Deals handed to the one, and those not handed on of the others; each side is found by its own index.

        `owners` are ids, for PostgreSQL cannot guess how few people a subquery gives, and reads all deals instead.
        """
        to_them = Assignment.objects.filter(handed, ended_at=None).order_by().values("opportunity")
        theirs = self.model.objects.filter(owner__in=owners).order_by()
        return self.filter(pk__in=to_them.union(theirs.exclude(Exists(_handed())).values("pk")))


def _ids(people: Q) -> list[int]:
    return list(User.objects.filter(people).order_by().values_list("pk", flat=True))


def _handed():
    """Live assignments of the deal of the outer query."""
    return Assignment.objects.filter(opportunity=OuterRef("pk"), ended_at=None)


def _asleep():
    """What puts the review of the deal of the outer query off; not if it was said before the deal was lost anew."""
    return Snooze.objects.asleep().filter(opportunity=OuterRef("pk"), at__date__gte=OuterRef("closed_on"))


def _after_cut_off():
    """Closed after the day from which its source asks for reviews."""
    return Q(source__reviews_from=None) | Q(closed_on__gte=F("source__reviews_from"))


def _not_excluded():
    """Neither by somebody nor by a rule in force."""
    return ~_excluded_by_somebody() & ~_excluded_by_rule()


def _excluded_by_somebody():
    return Q(pk__in=Exclusion.objects.live().filter(reminders_only=False).values("opportunity"))


def _excluded_by_rule(*, reminders_only=False):
    """By one of the rules in force, as a request or job met them first.

    They are few and said as constants: looking through them for each of many thousand deals costs far more.
    """
    rules = once("exclusion-rules", lambda: list(ExclusionRule.objects.in_force()))
    met = (rule.leaving_out for rule in rules if rule.reminders_only == reminders_only)
    return reduce(or_, met, Q(pk__in=[]))


def _whether(condition):
    return Case(When(condition, then=Value(True)), default=Value(False))


def _submitted_review(kind):
    """Exists: a live, submitted review of that kind for the deal of the outer query."""
    from feedback.models.reviews import Review

    return Exists(Review.objects.live().submitted().filter(opportunity=OuterRef("pk"), kind=kind))


class Opportunity(models.Model):
    """One possible purchase by one account. Money is in `currency`; dates are days."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="opportunities")
    external_id = models.CharField("CRM id", max_length=120)
    name = models.CharField(max_length=200)
    account = models.ForeignKey(
        "feedback.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities"
    )
    product = models.ForeignKey(
        "feedback.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="opportunities"
    )
    outcome = models.CharField(max_length=4, choices=Outcome, default=Outcome.OPEN)
    stage = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    amount_estimate = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    created_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lead_source = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["added_at"])
    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = "deal"
        verbose_name_plural = "opportunities"
        ordering = ["-closed_on", "-id"]
        indexes = [
            models.Index(fields=["outcome", "closed_on", "id"], name="deal_outcome_closed"),
            models.Index(fields=["owner", "outcome", "closed_on"], name="deal_owner_outcome"),
            models.Index(fields=["closed_on", "id"], name="deal_closed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="deal_source_id_unique"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="deal_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_on=None) | (~Q(outcome="open") & Q(closed_on__isnull=False)),
                name="deal_closed_has_day",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="deal_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(amount_estimate=None) | Q(amount_estimate__gte=0), name="deal_estimate_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.account or 'No account'} · {self.name}"

    def get_absolute_url(self):
        return reverse("feedback:opportunity_detail", args=[self.pk])

    @property
    def is_open(self):
        return self.outcome == Outcome.OPEN

    @property
    def is_lost(self):
        return self.outcome == Outcome.LOST

    @property
    def best_amount(self):
        """The amount, else the estimate, else None."""
        return self.amount if self.amount is not None else self.amount_estimate

    @property
    def is_estimated(self):
        return self.amount is None and self.amount_estimate is not None

    @property
    def cycle_days(self):
        """Days from created to closed, or None while either is unknown."""
        return (self.closed_on - self.created_on).days if self.closed_on and self.created_on else None

    @property
    def review_due_on(self):
        """The day by which a lost deal's review is due, or None for others."""
        return add_business_days(self.closed_on, Company.agreed().review_days) if self.is_lost else None

    @property
    def exclusion_rules(self):
        """Rules in force that leave this lost deal out, those out of all reviews first."""
        lost = Opportunity.objects.lost().filter(pk=self.pk)
        return [
            rule
            for rule in ExclusionRule.objects.in_force().order_by("reminders_only", "-at", "-id")
            if lost.met_by(rule).exists()
        ]

    @property
    def reviewer(self):
        """The person the review falls to (see `for_reviewer`), or None."""
        handed = next((a for a in self.assignments.all() if a.ended_at is None), None)
        if handed:
            return handed.to
        if self.owner is None or self.owner.is_active:
            return self.owner
        manager = self.owner.team.manager if self.owner.team else None
        return manager if manager and manager.may_manage else None
