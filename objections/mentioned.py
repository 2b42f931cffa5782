"""What the page of one objection says of what its words name."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from objections.models import Mention, Objection
from objections.models.objections import MentionKind

HEADS = {
    MentionKind.COMPETITOR: "Competitors named",
    MentionKind.PRODUCT: "Products named",
    MentionKind.PRICE: "Prices named",
    MentionKind.DATE: "Dates named",
    MentionKind.CERTIFICATION: "Certifications named",
}


@dataclass(frozen=True)
class Named:
    """One thing that is named, and where other objections that name it are listed, if anywhere."""

    name: str
    url: str = ""


def mentioned_in(objection: Objection) -> list[tuple[str, list[Named]]]:
    """(what kind, each once) in the order of HEADS; nothing while words that were changed wait to be read again."""
    if not objection.is_masked:
        return []
    by_kind = {kind: {} for kind in HEADS}
    for mention in objection.mentions.all():
        by_kind[mention.kind].setdefault(str(mention).casefold(), Named(str(mention), _others(mention)))
    return [(HEADS[kind], list(found.values())) for kind, found in by_kind.items() if found]


def _others(mention: Mention) -> str:
    query = dict(_asked(mention))
    return f"{reverse('objections:objection_list')}?{urlencode(query)}" if query else ""


def _asked(mention: Mention) -> Iterator[tuple[str, object]]:
    if mention.competitor_id:
        yield "competitor", mention.competitor_id
    elif mention.product_id:
        yield "product", mention.product_id
    elif mention.value:
        yield "certification", mention.value
