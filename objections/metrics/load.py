from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from feedback.models import User
from objections.models import ContentRequest
from objections.models.content import Size


@dataclass(frozen=True)
class Load:
    """What one person has in the queue: requests in all, of them late and due soon, and how many of each size.

    `owner` is None for what nobody owns yet; `share` is the number in all beside that of whoever has most, 0 to 1.
    """

    owner: User | None
    count: int
    late: int
    soon: int
    sizes: dict[Size, int]
    share: float


def load_by_owner(requests: QuerySet[ContentRequest], today: date) -> list[Load]:
    """Of these requests, in the order of names; what nobody owns comes first. Who has none has no line. Two queries.

    Late is one with a running clock whose day lies before the last business day; soon is one due today or within the
    next `SOON` business days. Paused ones count in all and by size only.
    """
    late = Q(pk__in=requests.order_by().overdue(today).values("pk"))
    soon = Q(pk__in=requests.order_by().due_soon(today).values("pk"))
    sizes = {f"size_{at}": Count("pk", filter=Q(size=size)) for at, size in enumerate(Size)}
    rows = (
        requests.order_by()
        .values("owner")
        .annotate(count=Count("pk"), late=Count("pk", filter=late), soon=Count("pk", filter=soon), **sizes)
    )
    rows = list(rows)
    people = User.objects.in_bulk([row["owner"] for row in rows if row["owner"]])
    most = max((row["count"] for row in rows), default=1)
    loads = [
        Load(
            owner=people.get(row["owner"]),
            count=row["count"],
            late=row["late"],
            soon=row["soon"],
            sizes={size: row[f"size_{at}"] for at, size in enumerate(Size)},
            share=row["count"] / most,
        )
        for row in rows
    ]
    return sorted(loads, key=lambda load: (load.owner is not None, str(load.owner).casefold()))
