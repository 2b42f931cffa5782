from django.conf import settings
from django.db import models
from django.db.models import Q

from feedback.models.people import Role


class SavedFilterQuerySet(models.QuerySet):
    def shared(self):
        """Those whose owner shares them and may do so now: `can_share_filters` as a condition."""
        may_share = ~Q(owner__role=Role.REP) | Q(owner__is_superuser=True)
        return self.filter(may_share, is_shared=True, owner__is_active=True)

    def visible_to(self, user):
        """One's own, and those shared with everybody."""
        return self.filter(owner=user) | self.shared()

    def for_list(self, key):
        return self.filter(list=key)


class SavedFilter(models.Model):
    """A filter of a list under a name: `query` is the part of the address that filters."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    list = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.TextField(max_length=4000)
    is_default = models.BooleanField("open the list with it", default=False)
    is_shared = models.BooleanField("share it with everybody", default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list", "name"],
                name="saved_filter_name_unique",
                violation_error_message="You have a filter of this name here.",
            ),
            models.UniqueConstraint(
                fields=["owner", "list"], condition=Q(is_default=True), name="saved_filter_one_default"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The list with this filter."""
        from feedback.lists import listings

        return f"{listings[self.list].url}?{self.query}"
