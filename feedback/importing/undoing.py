"""A whole import taken back, as long as nothing was built on it."""

from collections import defaultdict

from django.apps import apps
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalChanges
from simple_history.utils import bulk_update_with_history

from feedback.importing.accounts import Link
from feedback.importing.ledger import BATCH, snapshot
from feedback.importing.taking import lock_imports
from feedback.models import Account, Exclusion, Import, ImportChange, Opportunity, Review, User

DELETED_IN_ORDER = ["opportunity", "account", "product", "user", "team", "segment", "source"]
MOST_NAMED = 10


class StandsOnIt(Exception):
    """The import cannot be undone; `lines` says what was built on it or changed since."""

    def __init__(self, lines: list[str]):
        super().__init__(" ".join(lines))
        self.lines = lines


def undo(parent: Import, by: User | None) -> None:
    """Puts changed rows back and deletes made ones. Must run in a transaction. Raises StandsOnIt; roll back then."""
    lock_imports()
    changes = _by_model(parent)
    _refuse(_changed_since(changes))
    _refuse(_reviewed_since(changes["opportunity"]))
    for name, pairs in changes.items():
        _put_back(name, [(row, change) for row, change in pairs if change.before is not None], by, parent)
    _refuse(_built_on(parent))
    for name in DELETED_IN_ORDER:
        _model(name)._base_manager.filter(pk__in=_made(parent, name)).delete()
    Import.objects.filter(pk=parent.pk).update(undone_at=timezone.now(), undone_by=by)


def _by_model(parent):
    """{model name: [(row, change)]}; rows deleted since are left out, there is nothing to undo about them."""
    changes = defaultdict(list)
    for change in parent.changes.all():
        changes[change.model].append(change)
    found = defaultdict(list)
    for name, its in changes.items():
        rows = _model(name)._base_manager.in_bulk([change.row_id for change in its])
        found[name] = [(rows[change.row_id], change) for change in its if change.row_id in rows]
    return found


def _changed_since(changes):
    """Lines about rows that no longer are as the import left them, or that hung on a row deleted since."""
    links = _links() if changes["account"] else {}
    lines = []
    for pairs in changes.values():
        changed = [row for row, change in pairs if _now(row, change.after, links) != change.after]
        lines += _line(changed, "changed since")
        lines += _line(_tied_to_deleted(pairs), "tied to something deleted since")
    return lines


def _now(row, after, links):
    now = snapshot(row, after.keys() - {"segments"})
    return now | {"segments": sorted(links.get(row.pk, []))} if "segments" in after else now


def _links():
    links = defaultdict(list)
    for account_id, segment_id in Link.objects.values_list("account_id", "segment_id"):
        links[account_id].append(segment_id)
    return links


def _tied_to_deleted(pairs):
    """The changed rows whose former foreign keys point to rows that are there no more."""
    tied = defaultdict(lambda: defaultdict(list))  # model pointed to: {id: rows}
    for row, change in pairs:
        for name, value in (change.before or {}).items():
            field = row._meta.get_field(name)
            if field.many_to_one and value is not None:
                tied[field.related_model][value].append(row)
    return [
        row
        for model, rows in tied.items()
        for pk in rows.keys() - model._base_manager.in_bulk(list(rows)).keys()
        for row in rows[pk]
    ]


def _reviewed_since(pairs):
    """A deal whose outcome the import changed had its review and exclusion ended: live ones are newer."""
    turned = [row.pk for row, change in pairs if change.before and "outcome" in change.before]
    lines = []
    for queryset in (Review.objects.live(), Exclusion.objects.live()):
        for start in range(0, len(turned), BATCH):
            live = queryset.filter(opportunity__in=turned[start : start + BATCH]).select_related("opportunity")
            lines += _line([row.opportunity for row in live], "reviewed or left out of reviews since")
    return lines


def _put_back(name, pairs, by, parent):
    model, fields = _model(name), set()
    for row, change in pairs:
        for field_name, value in change.before.items():
            if field_name == "segments":
                row.segments.set(value)
                continue
            field = model._meta.get_field(field_name)
            setattr(row, field.attname, field.to_python(value))
            fields.add(field_name)
    rows = [row for row, _ in pairs]
    if not fields:
        return
    if model is Opportunity:
        reason = f"Import {parent.pk} undone"
        bulk_update_with_history(
            rows, model, sorted(fields), batch_size=BATCH, default_user=by, default_change_reason=reason
        )
    else:
        model._base_manager.bulk_update(rows, sorted(fields), batch_size=BATCH)


def _built_on(parent):
    """Lines about rows of any app that point to a row this import made, and were not made by it themselves."""
    lines = []
    for name in DELETED_IN_ORDER:
        for relation in _model(name)._meta.get_fields(include_hidden=True):
            if _points_here(relation):
                pointing = _pointing(relation, parent, name)
                count = pointing.count()
                if count:
                    lines.append(f"{count} {_called(relation.related_model, count)} on {_plural(name)} of this import.")
    return lines


def _points_here(relation):
    """A foreign key to this model. Historical rows point without a constraint; an account's segments are compared."""
    return (
        (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.concrete
        and not issubclass(relation.related_model, HistoricalChanges)
        and not (relation.related_model is Link and relation.model is Account)
    )


def _pointing(relation, parent, name):
    model = relation.related_model
    rows = model._base_manager.filter(**{f"{relation.field.name}__in": _made(parent, name)})
    if model is Link:
        return rows.exclude(account__in=_made(parent, "account"))
    own = _made(parent, model._meta.model_name) if model._meta.app_label == "feedback" else []
    return rows.exclude(pk__in=own)


def _made(parent, name):
    return ImportChange.objects.filter(parent=parent, model=name, before__isnull=True).values("row_id")


def _model(name) -> type[models.Model]:
    return apps.get_model("feedback", name)


def _plural(name):
    return "deals" if name == "opportunity" else _model(name)._meta.verbose_name_plural


def _called(model, count):
    model = model._meta.auto_created or model
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural


def _line(rows, what):
    if not rows:
        return []
    named = ", ".join(str(row) for row in rows[:MOST_NAMED])
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return [f"{what.capitalize()}: {named}{more}."]


def _refuse(lines):
    if lines:
        raise StandsOnIt(lines)
