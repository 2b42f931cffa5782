import hashlib

from django.db import models

BEING_READ = "Being read. Its words are here in a moment."


class Masked(models.Model):
    """A row whose words may tell who a buyer is; `masked` holds them with that masked, made in the background.

    Who may not read buyers' personal data is shown those, and none before they were made from the very words that stand
    here now: whatever changes the words closes them until they have been read.
    """

    WORDS: dict[str, str] = {}  # columns of words, the chief one first → what is shown of them until they were read

    masked = models.JSONField(null=True, blank=True, editable=False)
    read_by = models.CharField(max_length=60, blank=True, editable=False)

    class Meta:
        abstract = True

    def words_for(self, user, column="") -> str:
        """The words of a column, the chief one unless another is named, as this person may read them.

        The author always reads their own.
        """
        from feedback.permissions import can_read_buyers

        is_author = user is not None and getattr(user, "pk", None) == self.author_id
        return getattr(self, column or self.chief) if is_author or can_read_buyers(user) else self.words(column)

    def words(self, column="") -> str:
        """The words of a column as everybody may read them: for what many read, or nobody in particular."""
        column = column or self.chief
        if not getattr(self, column):
            return ""
        return self.masked[column] if self.is_masked else self.WORDS[column]

    @property
    def chief(self) -> str:
        return next(iter(self.WORDS))

    @property
    def is_masked(self) -> bool:
        """Whether the words that stand here now have been masked."""
        return bool(self.masked) and self.masked.get("of") == self.words_hash()

    def words_hash(self) -> str:
        """Tells whether the words are still those that were masked."""
        words = "\0".join(getattr(self, column) for column in self.WORDS)
        return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]

    def as_masked(self, words: dict[str, str]) -> dict[str, str]:
        """The value of `masked` for the words as they stand here, given what is left of each column."""
        return {"of": self.words_hash(), **words}
