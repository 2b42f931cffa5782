from django.db import models


class MapQuerySet(models.QuerySet):
    def newest(self):
        """The picture to show, or None while none was drawn."""
        return self.order_by("-at", "-id").first()


class Map(models.Model):
    """A picture of objections laid out by likeness; only the newest is kept."""

    at = models.DateTimeField(auto_now_add=True)
    oldest = models.DateField(help_text="The day on which the oldest objection on it was heard.")
    drawn_from = models.CharField(max_length=64, help_text="SHA-256 of what was laid out, and of how.")

    objects = MapQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"map of {self.at:%Y-%m-%d}"


class Point(models.Model):
    """Where an objection lies on the map: from the left and from the top, each 0 to 1."""

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="points")
    objection = models.OneToOneField("objections.Objection", on_delete=models.CASCADE, related_name="point")
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="point_within_the_map"
            )
        ]

    def __str__(self):
        return f"point of {self.objection_id}"
