from dataclasses import dataclass

from django.db.models import Q

from feedback.models import Destination, Reason


@dataclass(frozen=True)
class ReasonCodes:
    """Under which reason of the version in force the codes of all versions are reported.

    A code is reported as the row in force that bears it; where that row was retired and says what replaces it, as its
    replacement, and so on. `moved` maps second-level codes that were replaced to their reason now.
    """

    rows: dict[str, Reason]
    by_pk: dict[int, Reason]
    moved: dict[str, str]

    @classmethod
    def in_force(cls) -> "ReasonCodes":
        """One query."""
        rows = {row.code: row for row in Reason.objects.in_force()}
        codes = cls(rows, {row.pk: row for row in rows.values()}, {})
        codes.moved.update(
            {code: codes.top(code) for code, row in rows.items() if row.parent_id and row.replaced_by_id}
        )
        return codes

    def top(self, code: str) -> str:
        """The code of the top-level reason that a code is reported under."""
        row = self.rows.get(code)
        if row is None:
            return code
        # Ends: a row is only ever replaced by one in use, whose reason is in use, too.
        while step := row.replaced_by_id or row.parent_id:
            row = self.by_pk[step]
        return row.code

    def reported(self, reason: str, detail: str) -> str:
        """The same for a review's reason and its second level ("" for none), which may have moved elsewhere."""
        return self.moved.get(detail) or self.top(reason)

    def label(self, code: str) -> str:
        """What the reason is called now; retired ones say so."""
        return str(self.rows.get(code, code))

    def said(self, code: str) -> Q:
        """Condition on reviews: those reported under this top-level reason."""
        bearing = [each for each, row in self.rows.items() if not row.parent_id and self.top(each) == code]
        arrived = [detail for detail, top in self.moved.items() if top == code]
        return (Q(reason__code__in=bearing) & ~Q(detail__code__in=list(self.moved))) | Q(detail__code__in=arrived)


@dataclass(frozen=True)
class DestinationCodes:
    """The same for destinations, which have one level."""

    rows: dict[str, Destination]
    by_pk: dict[int, Destination]

    @classmethod
    def in_force(cls) -> "DestinationCodes":
        """One query."""
        rows = {row.code: row for row in Destination.objects.in_force()}
        return cls(rows, {row.pk: row for row in rows.values()})

    def top(self, code: str) -> str:
        """The code of the destination that a code is reported under."""
        row = self.rows.get(code)
        while row is not None and row.replaced_by_id:
            row = self.by_pk[row.replaced_by_id]
        return row.code if row else code

    def label(self, code: str) -> str:
        return str(self.rows.get(code, code))

    def said(self, code: str) -> Q:
        """Condition on reviews: those reported under this destination."""
        return Q(destination__code__in=[each for each in self.rows if self.top(each) == code])
