from django.db import models
from django.db.models import Q


class Meaning(models.Model):
    """The sentence vector of what people look for (see `Vector`): of a piece of collateral by its title and use, or of
    an answer by its words. Made by the worker, for each text and encoder once.
    """

    collateral = models.OneToOneField(
        "objections.Collateral", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    answer = models.OneToOneField(
        "objections.Answer", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    encoder = models.CharField(max_length=60)
    text_hash = models.CharField(max_length=64)
    data = models.BinaryField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(collateral__isnull=False, answer=None) | Q(collateral=None, answer__isnull=False),
                name="meaning_of_one_thing",
            )
        ]

    def __str__(self):
        return f"meaning of {'collateral' if self.collateral_id else 'answer'} {self.collateral_id or self.answer_id}"
