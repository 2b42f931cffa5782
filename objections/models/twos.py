from django.conf import settings
from django.db import models
from django.db.models import Q

from feedback.models.masked import BEING_READ, Masked

APART = "\n⁂\n"  # between the halves, which are read as one text: who is named in one may be meant in the other


class TwoInOneQuerySet(models.QuerySet):
    def open(self):
        """Waiting for somebody to say whether it is one or two."""
        return self.filter(kept_at=None, split_at=None)

    def unsplit(self):
        return self.filter(split_at=None)


class TwoInOne(Masked):
    """A note that may hold two objections, found by the machine. Nothing is split until a person says so.

    Kept as one, it is not asked again; new words of the objection remove it, since it speaks of the old ones.
    """

    WORDS = {"halves": BEING_READ}

    objection = models.ForeignKey("objections.Objection", on_delete=models.CASCADE, related_name="twos")
    halves = models.TextField(max_length=4100, help_text="Both, with a mark between them.")
    at = models.DateTimeField(auto_now_add=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_at = models.DateTimeField(null=True, blank=True)
    split_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    split_at = models.DateTimeField(null=True, blank=True)
    made = models.OneToOneField(
        "objections.Objection",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="made_from",
        help_text="The second objection, once it was made two.",
    )

    objects = TwoInOneQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["objection"], condition=Q(split_at=None), name="two_one_unsplit"),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by=None) | Q(kept_at__isnull=False, kept_by__isnull=False),
                name="two_kept_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(split_at=None, split_by=None, made=None)
                | Q(split_at__isnull=False, split_by__isnull=False, kept_at=None),
                name="two_split_by_and_at",
            ),
        ]

    def __str__(self):
        return f"two in {self.objection_id}"

    @property
    def first(self):
        return self.halves.split(APART)[0]

    @property
    def second(self):
        return self.halves.split(APART)[-1]

    @property
    def author_id(self):
        """Who reads the halves unmasked, as the whole."""
        return self.objection.author_id

    @property
    def is_open(self):
        return self.kept_at is None and self.split_at is None

    def halves_for(self, user) -> list[str]:
        """Both as this person may read them; one placeholder for both until they were read."""
        return self.words_for(user).split(APART)

    @staticmethod
    def joined(first, second):
        return f"{first}{APART}{second}"
