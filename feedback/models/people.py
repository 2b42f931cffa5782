import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse


def validate_time_zone(name):
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Give one like Europe/Berlin.")


def time_zone_choices():
    return [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones()) if "/" in name] + [
        ("UTC", "UTC")
    ]


class Company(models.Model):
    """The one company this portal serves; a single row, made when the portal is set up."""

    name = models.CharField(max_length=120)
    currency = models.CharField(
        max_length=3, default="EUR", help_text="Three letters, like EUR. Deals in others are listed apart."
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    set_up_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="company_is_one")]

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """The company, or an unsaved default before set-up."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="")

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


class User(AbstractUser):
    """A person. Admins are superusers; people known only from an import are inactive and have no password."""

    first_name = None
    last_name = None
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=10, choices=Role, default=Role.REP)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField("appearance", max_length=6, choices=Appearance, default=Appearance.SYSTEM)
    crm_id = models.CharField(
        "CRM id", max_length=120, blank=True, help_text="The owner's name or id in the CRM export."
    )

    REQUIRED_FIELDS = ["email", "name"]

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

    @property
    def may_manage(self) -> bool:
        """Managers are reps or leaders; a marketer who stands as one in a team is none."""
        return self.is_superuser or self.role != Role.MARKETER

    def manages(self, user) -> bool:
        """Whether this person manages the team that `user` is in."""
        return bool(self.may_manage and user and user.team_id and user.team.manager_id == self.pk)
