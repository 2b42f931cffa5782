from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from feedback.models.masked import BEING_READ, Masked
from objections.models.content import ContentRequest


class CommentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever reads a request reads what is said on it."""
        return self.filter(request__in=ContentRequest.objects.visible_to(user))

    def live(self):
        return self.filter(withdrawn_at=None)

    def with_rows(self):
        """For lists: everything a comment shows."""
        return self.select_related("author", "withdrawn_by", "request").prefetch_related("mentioned")


class Comment(Masked):
    """What somebody says on a content request. Who is named in it by `@` stands in `text` as `@[number]`.

    So a mention is no name that masking would take away from marketers, and follows who is renamed or erased.
    """

    WORDS = {"text": BEING_READ}

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField("comment", max_length=2000)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    client_id = models.UUIDField(null=True, blank=True, editable=False, help_text="Of a form: sent again, said once.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    history = HistoricalRecords(excluded_fields=["masked", "read_by", "client_id"])
    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "client_id"],
                condition=Q(client_id__isnull=False),
                name="comment_once_per_client_id",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_words"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="comment_withdrawn_by_and_at",
            ),
        ]

    def __str__(self):
        return f"comment on {self.request}"

    def get_absolute_url(self):
        return f"{reverse('objections:request_detail', args=[self.request_id])}#comment-{self.pk}"
