"""What a version of the taxonomy changes of the one before it."""

from dataclasses import dataclass

from feedback.actions.taxonomy import KINDS
from feedback.coding import codings
from feedback.metrics import number_of
from feedback.models import Taxonomy
from feedback.models.reasons import Coded


@dataclass(frozen=True)
class Change:
    """One line of the comparison: `what` was done to `row`, from what to what, and how much is coded with it."""

    kind: str
    what: str
    label: str
    text: str
    coded: str = ""


def before(taxonomy: Taxonomy) -> Taxonomy | None:
    """The version published before this one."""
    return Taxonomy.objects.published().filter(version__lt=taxonomy.version).order_by("-version").first()


def changes(new: Taxonomy, old: Taxonomy) -> list[Change]:
    """What `new` changes of `old`, by kind of row. Two queries a kind, and what counting takes."""
    found = []
    for kind, model in KINDS.items():
        rows = [_rows(model, taxonomy) for taxonomy in (new, old)]
        coding = codings[kind]
        counts = coding.count()
        for code, row in rows[0].items():
            for what, text in _of_row(row, rows[1].get(code)):
                coded = number_of(counts.get(code, 0), *coding.noun)
                found.append(Change(kind, what, _name(row), text, coded))
        found += [Change(kind, "Reordered", label, text) for label, text in _reordered(*rows)]
    return found


def _rows(model, taxonomy: Taxonomy) -> dict[str, Coded]:
    links = ["replaced_by", *(["parent"] if hasattr(model, "parent") else [])]
    return {row.code: row for row in model.objects.filter(taxonomy=taxonomy).select_related(*links)}


def _name(row: Coded) -> str:
    parent = getattr(row, "parent", None)
    return f"{parent.label}: {row.label}" if parent else row.label


def _of_row(row: Coded, old: Coded | None):
    """(what, in words) for each way in which a row differs."""
    if old is None:
        yield "Added", getattr(row, "description", "") or "new"
        return
    if row.label != old.label:
        yield "Relabelled", f"from “{old.label}” to “{row.label}”"
    if getattr(row, "description", "") != getattr(old, "description", ""):
        yield "Described", f"from “{old.description}” to “{row.description}”"
    if row.retired_at and not old.retired_at:
        yield "Retired", _replacement(row)
    elif old.retired_at and not row.retired_at:
        yield "Taken back", "in use again"
    elif _code(row.replaced_by) != _code(old.replaced_by):
        yield "Mapped", _replacement(row)


def _replacement(row: Coded) -> str:
    return f"reported as “{_name(row.replaced_by)}”" if row.replaced_by else "reported under its own name, as retired"


def _code(row: Coded | None) -> str:
    return row.code if row else ""


def _reordered(new: dict[str, Coded], old: dict[str, Coded]):
    """(where, the new order) for each list whose common rows stand in another order."""
    parents = {_code(getattr(row, "parent", None)) for row in new.values()}
    for parent in sorted(parents):
        orders = [
            [code for code, row in rows.items() if not row.retired_at and _code(getattr(row, "parent", None)) == parent]
            for rows in (new, old)
        ]
        common = set(orders[0]) & set(orders[1])
        if [c for c in orders[0] if c in common] != [c for c in orders[1] if c in common]:
            yield new[parent].label if parent else "All", ", ".join(new[code].label for code in orders[0])
