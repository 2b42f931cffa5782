from django.db import models
from django.db.models import Exists, F, OuterRef

from objections.models.objections import Objection
from objections.models.sortings import Refusal
from objections.models.themes import Placement, State, Theme


class PresumptionQuerySet(models.QuerySet):
    def standing(self):
        """Those that hold still: the objection waits in the same words, and nobody said that it is not of the theme."""
        said_no = Refusal.objects.live().filter(objection=OuterRef("objection"), theme=OuterRef("theme"))
        taken_out = Placement.objects.filter(
            objection=OuterRef("objection"), theme=OuterRef("theme"), undone_by__isnull=False
        )
        return self.filter(
            ~Exists(said_no),
            ~Exists(taken_out),
            theme__state=State.ACTIVE,
            objection__in=Objection.objects.in_pile().order_by(),
            objection__vector__text_hash=F("words"),
        )


class Presumption(models.Model):
    """Where the machine thinks an objection on the pile belongs, until a person looks. It is no placement: no figure,
    quote or notice stands on it. `sureness` is 0 to 1, as measured on what people placed.
    """

    objection = models.OneToOneField(Objection, on_delete=models.CASCADE, related_name="presumption")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="presumptions")
    sureness = models.FloatField()
    words = models.CharField(max_length=64, help_text="SHA-256 of the words that were read.")
    at = models.DateTimeField(auto_now=True)

    objects = PresumptionQuerySet.as_manager()

    class Meta:
        ordering = ["sureness", "-objection_id"]

    def __str__(self):
        return f"{self.objection_id} presumably in {self.theme}"

    @property
    def percent(self):
        return round(100 * self.sureness)
