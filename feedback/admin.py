"""People, teams and the lists reps choose from. What has a history is not changed here but on its own pages."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from feedback.models import Account, Competitor, Product, Source, Team, User
from feedback.names import match_key


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["name", "username", "role", "team", "is_active", "is_superuser"]
    list_filter = ["role", "team", "is_active"]
    search_fields = ["name", "username", "email", "crm_id"]
    ordering = ["name"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["name", "email", "role", "team", "time_zone", "crm_id"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        ("Person", {"fields": ["name", "email", "role", "team", "time_zone", "crm_id"]}),
    ]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "manager"]
    autocomplete_fields = ["manager"]


@admin.register(Competitor, Product, Account)
class NamedAdmin(admin.ModelAdmin):
    """Things found by name: the key they are matched by follows the name."""

    search_fields = ["name"]

    def save_model(self, request, obj, form, change):
        obj.key = match_key(obj.name)
        super().save_model(request, obj, form, change)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["name", "reviews_from"]
