import zoneinfo

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.urls import reverse

from feedback.kept import once
from feedback.models.history import ChangesOnly


def validate_time_zone(name):
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Give one like Europe/Berlin.")


def time_zone_choices():
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name] + [
        ("UTC", "UTC")
    ]


class BusinessDaysField(models.PositiveSmallIntegerField):
    """How long something may take: 1 to 90 business days."""

    default_validators = [MinValueValidator(1), MaxValueValidator(90)]


class Company(models.Model):
    """The one company this portal serves; a single row, made when the portal is set up."""

    name = models.CharField(max_length=120)
    currency = models.CharField(
        max_length=3, default="EUR", help_text="Three letters, like EUR. Deals in others are listed apart."
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    review_days = BusinessDaysField("Loss review, after the close", default=5)
    triage_days = BusinessDaysField("Triage of a content request", default=2)
    small_days = BusinessDaysField("Small edit", default=3)
    standard_days = BusinessDaysField("Standard piece", default=7)
    set_days = BusinessDaysField("Set of pieces", default=15)
    colour = models.CharField(
        max_length=7,
        default="#4650d8",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Give a colour as #4650d8: six digits from 0 to f.")],
        help_text="Slides and PDFs of meetings carry it.",
    )
    set_up_at = models.DateTimeField(auto_now_add=True)

    history = ChangesOnly(excluded_fields=["set_up_at"])

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="company_is_one")]

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """The company, or an unsaved default before set-up."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="")

    @classmethod
    def agreed(cls):
        """The company as this request or job met it first: for its service levels, and to be read only."""
        return once("company", cls.current)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """What a day is in figures that all share, whoever looks at them and wherever they are worked out."""
        return zoneinfo.ZoneInfo(self.time_zone)


class FirstRun(models.Model):
    """The one-time link by which the first admin is made; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"first run of {self.made_at:%Y-%m-%d}"


class TeamQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Teams this person manages; see `User.manages`."""
        return self.filter(manager=user) if user.may_manage else self.none()


class Team(models.Model):
    name = models.CharField(max_length=120, unique=True)
    manager = models.ForeignKey("User", null=True, blank=True, on_delete=models.SET_NULL, related_name="managed_teams")

    history = ChangesOnly()
    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    REP = "rep", "Rep"
    MARKETER = "marketer", "Marketer"
    LEADER = "leader", "Leader"


class Appearance(models.TextChoices):
    SYSTEM = "system", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class PersonState(models.TextChoices):
    ACTIVE = "active", "Active"
    INVITED = "invited", "Invited"
    DEACTIVATED = "deactivated", "Deactivated"
    NOT_INVITED = "not invited", "Not invited"


class UserQuerySet(models.QuerySet):
    def with_state(self):
        """Adds `state`, a `PersonState`. Not invited are those who are known from an import only."""
        from feedback.models.invitations import Invitation

        pending = Invitation.objects.pending().filter(person=OuterRef("pk"))
        never_here = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX, last_login=None)
        return self.annotate(
            state=Case(
                When(is_active=True, then=Value(PersonState.ACTIVE)),
                When(Exists(pending), then=Value(PersonState.INVITED)),
                When(never_here, then=Value(PersonState.NOT_INVITED)),
                default=Value(PersonState.DEACTIVATED),
                output_field=models.CharField(),
            )
        )

    def matching(self, words):
        """People whose name, address, user name or CRM id has these words."""
        fields = ("name", "email", "username", "crm_id")
        return self.filter(Q(*[(f"{field}__icontains", words) for field in fields], _connector=Q.OR))


class PersonManager(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """A person. Admins are superusers; people known only from an import are inactive and have no password."""

    first_name = None
    last_name = None
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=10, choices=Role, default=Role.REP)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField("appearance", max_length=6, choices=Appearance, default=Appearance.SYSTEM)
    single_keys = models.BooleanField(
        "single-letter keys",
        default=True,
        help_text="Off, if you speak to your computer or press keys by accident. Those with Ctrl, arrows and Esc stay.",
    )
    crm_id = models.CharField(
        "CRM id", max_length=120, blank=True, help_text="The owner's name or id in the CRM export."
    )

    REQUIRED_FIELDS = ["email", "name"]

    objects = PersonManager()

    # Who may do what, and by which address; never the password, nor when somebody came.
    history = ChangesOnly(
        excluded_fields=[
            "password",
            "last_login",
            "date_joined",
            "username",
            "is_staff",
            "time_zone",
            "theme",
            "single_keys",
            "crm_id",
        ]
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["crm_id"], condition=~Q(crm_id=""), name="user_crm_id_unique"),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="Somebody else here has this e-mail address.",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split()[0] if self.name else self.username

    def get_absolute_url(self):
        return reverse("feedback:profile")

    def get_role_display(self):
        """The role in words; admins are superusers, whatever their role says."""
        return "Admin" if self.is_superuser else Role(self.role).label

    def get_page_url(self):
        """What admins and leaders see of this person; `get_absolute_url` is everybody's own profile."""
        return reverse("feedback:person_detail", args=[self.pk])

    @property
    def was_here(self) -> bool:
        """Whether this person could sign in once, now or before."""
        return self.is_active or self.has_usable_password() or self.last_login is not None

    @property
    def may_manage(self) -> bool:
        """Managers are reps or leaders; a marketer who stands as one in a team is none."""
        return self.is_superuser or self.role != Role.MARKETER

    def manages(self, user) -> bool:
        """Whether this person manages the team that `user` is in."""
        return bool(self.may_manage and user and user.team_id and user.team.manager_id == self.pk)
