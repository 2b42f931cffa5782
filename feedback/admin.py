"""What has no page of its own is changed here; what has a history, or a page that keeps it whole, is only read."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from simple_history.models import HistoricalChanges

from feedback import models
from feedback.names import match_key

KEPT = [
    models.Action,
    models.AgendaSection,
    models.Assignment,
    models.Category,
    models.Company,
    models.Competitor,
    models.CompetitorMerge,
    models.Decision,
    models.Definition,
    models.Destination,
    models.Exclusion,
    models.ExclusionRule,
    models.Import,
    models.ImportChange,
    models.ImportFile,
    models.ImportRemark,
    models.Invitation,
    models.Job,
    models.Meeting,
    models.Notification,
    models.Opportunity,
    models.Pack,
    models.Reason,
    models.Review,
    models.SectionNote,
    models.Segment,
    models.Submission,
    models.Taxonomy,
    models.Team,
]
SHORT = {"CharField", "EmailField", "BooleanField", "DateField", "DateTimeField", "DecimalField", "SlugField"}
COLUMNS = 6  # of a list


class KeptAdmin(admin.ModelAdmin):
    """Rows to be read: nobody adds, changes or deletes them here. Hashes of tokens are not shown."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_list_display(self, request):
        """Plain columns of its own only, so that a list costs the same however many rows it has."""
        shown = [
            f.name for f in self._columns() if f.get_internal_type() in SHORT or "Integer" in f.get_internal_type()
        ]
        return [self.opts.pk.name, *shown[:COLUMNS]]

    def get_ordering(self, request):
        return [f"-{self.opts.pk.name}"]

    def get_fields(self, request, obj=None):
        return [field.name for field in (*self._columns(), *self.opts.many_to_many)]

    def _columns(self):
        plain = [field for field in self.opts.concrete_fields if not field.primary_key]
        return [f for f in plain if "hash" not in f.name and f.get_internal_type() != "BinaryField"]


def keep(rows: list) -> None:
    """Registers models to be read, and with each the earlier versions that are kept of its rows."""
    for model in rows:
        admin.site.register(model, KeptAdmin)
        keep_history(model)


def keep_history(model) -> None:
    history = getattr(model, "history", None)
    if history is not None and issubclass(history.model, HistoricalChanges):
        admin.site.register(history.model, KeptAdmin)


@admin.register(models.User)
class PersonAdmin(UserAdmin):
    """What the page of a person does not offer: the name in the CRM, and the time zone."""

    list_display = ["name", "username", "role", "team", "is_active", "is_superuser"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["name", "username", "email", "crm_id"]
    ordering = ["name"]
    filter_horizontal = []
    fieldsets = [
        ("Person", {"fields": ["username", "name", "email", "role", "team", "time_zone", "crm_id"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    readonly_fields = ["username", "name", "email", "role", "team", "is_active", "is_staff", "is_superuser"]

    def has_add_permission(self, request):
        """People are invited, so that nobody knows a password of theirs."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def user_change_password(self, request, id, form_url=""):
        raise PermissionDenied


@admin.register(models.Product, models.Account)
class NamedAdmin(admin.ModelAdmin):
    """Things found by name: the key they are matched by follows the name."""

    search_fields = ["name"]

    def save_model(self, request, obj, form, change):
        obj.key = match_key(obj.name)
        super().save_model(request, obj, form, change)


@admin.register(models.Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["name", "reviews_from"]


keep(KEPT)
keep_history(models.User)
