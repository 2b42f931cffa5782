from django.db import models
from django.db.models import OuterRef, Subquery

from objections.models.content import CLOSED, ContentRequest, Move, RequestState


class VerdictQuerySet(models.QuerySet):
    def in_force(self):
        """The newest of each request that is closed by it; one that is measured again has none."""
        newest = Verdict.objects.filter(move__request=OuterRef("move__request")).order_by("-move_id").values("pk")[:1]
        return self.filter(pk=Subquery(newest), move__request__state__in=CLOSED)

    def of_requests(self, requests):
        """Those in force about these requests, newest first, with what is shown of each."""
        return self.in_force().filter(move__request__in=requests).select_related("move__request", "move__by")


class Verdict(models.Model):
    """What a person said of a request that was measured, with the figures of that moment, which never change.

    Who said it, when, and in which words stands on the move; `figures` is `Impact.as_json`, null where nothing was
    published.
    """

    move = models.OneToOneField(Move, on_delete=models.CASCADE, related_name="verdict")
    figures = models.JSONField(null=True, blank=True, editable=False)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["-move__at", "-move_id"]

    def __str__(self):
        return f"{self.request}: {self.label}"

    @property
    def request(self) -> ContentRequest:
        return self.move.request

    @property
    def words(self) -> str:
        return self.move.why

    @property
    def label(self) -> str:
        """`Worked`, `No effect` or `Inconclusive`."""
        return {RequestState.WORKED: "Worked", RequestState.NO_EFFECT: "No effect"}.get(
            self.move.to_state, "Inconclusive"
        )

    @property
    def tone(self) -> str:
        return {RequestState.WORKED: "success", RequestState.NO_EFFECT: "danger"}.get(self.move.to_state, "warning")
