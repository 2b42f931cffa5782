"""A whole import taken back, as long as nothing was built on it."""

from collections import defaultdict
from collections.abc import Callable

from django.apps import apps
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalChanges

from feedback.figures import forget_figures
from feedback.importing.accounts import Link
from feedback.importing.history import CHANGED, DELETED, deals_of, record
from feedback.importing.ledger import BATCH, CHUNK, overwrite, snapshot
from feedback.importing.standing import BUILT_ON_DEALS, NAMES, standing
from feedback.importing.taking import lock_imports
from feedback.models import Account, Exclusion, Import, ImportChange, Opportunity, Review, User

DELETED_IN_ORDER = ["opportunity", "account", "product", "user", "team", "segment", "source"]
MOST_NAMED = 10


class StandsOnIt(Exception):
    """The import cannot be undone; `lines` says what was built on it or changed since."""

    def __init__(self, lines: list[str]):
        super().__init__(" ".join(lines))
        self.lines = lines


class Undo:
    """Compares outside any transaction, then puts changed rows back and deletes made ones inside one."""

    def __init__(self, parent: Import, by: User | None):
        self.parent, self.by = parent, by
        self.reason = f"Import {parent.pk} undone"

    def check(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Raises StandsOnIt if rows are not as the import left them. `progress`: rows compared, rows in all."""
        self._stood_on = self._standing()
        done, total, lines = 0, self.parent.changes.count(), []
        links = _links() if self.parent.changes.filter(model="account").exists() else {}
        for name in _models(self.parent):
            changed, tied = Named("changed since"), Named("tied to something deleted since")
            for pairs in _pairs(self.parent.changes.filter(model=name)):
                changed.add([row for row, change in pairs if _now(row, change.after, links) != change.after])
                tied.add(_tied_to_deleted(pairs))
                done += len(pairs)
                progress(done, total)
            lines += changed.lines() + tied.lines()
        _refuse(lines)

    def write(self) -> None:
        """Must run in a transaction, after `check`. Raises StandsOnIt; roll back then. Twice does nothing."""
        lock_imports()
        if Import.objects.filter(pk=self.parent.pk, undone_at__isnull=False).exists():
            return
        if self._standing(lock=True) != self._stood_on:
            self.check()
        _refuse(_reviewed_since(self.parent))
        for name in _models(self.parent):
            for pairs in _pairs(self.parent.changes.filter(model=name, before__isnull=False)):
                self._put_back(name, pairs)
        record(deals_of(self.parent, made=False), CHANGED, self.by, self.reason)
        _refuse(_built_on(self.parent))
        for name in DELETED_IN_ORDER:
            self._delete(_model(name)._base_manager.filter(pk__in=_made(self.parent, name)))
        Import.objects.filter(pk=self.parent.pk).update(undone_at=timezone.now(), undone_by=self.by)
        forget_figures()

    def _standing(self, *, lock=False):
        deals = Opportunity.objects.filter(
            pk__in=ImportChange.objects.filter(parent=self.parent, model="opportunity").values("row_id")
        )
        return standing(deals.select_for_update() if lock else deals, NAMES | BUILT_ON_DEALS)

    def _put_back(self, name, pairs):
        fields = set()
        for row, change in pairs:
            for field_name in change.before.keys() - {"segments"}:
                field = row._meta.get_field(field_name)
                setattr(row, field.attname, field.to_python(change.before[field_name]))
                fields.add(field_name)
        rows = [row for row, _ in pairs]
        overwrite(rows, fields)
        if name == "account":
            _link_again([(row, change.before["segments"]) for row, change in pairs if "segments" in change.before])

    def _delete(self, made):
        if made.model is not Opportunity:
            made.delete()
            return
        # By hand: the history's signal writes a row a deal, and nothing points to them, as `_built_on` has seen.
        record(made, DELETED, self.by, self.reason)
        made._raw_delete(made.db)


class Named:
    """A line that names the first of some rows and counts the others."""

    def __init__(self, what: str):
        self.what, self.names, self.count = what, [], 0

    def add(self, rows: list[models.Model]) -> None:
        self.names += [str(row) for row in rows[: MOST_NAMED - len(self.names)]]
        self.count += len(rows)

    def lines(self) -> list[str]:
        """One line, or none."""
        more = f" and {self.count - MOST_NAMED} more" if self.count > MOST_NAMED else ""
        return [f"{self.what.capitalize()}: {', '.join(self.names)}{more}."] if self.count else []


def _chunks(queryset):
    """The rows in the order of their ids, CHUNK at a time."""
    last = 0
    while rows := list(queryset.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def _pairs(changes):
    """Lists of (row, change); rows deleted since are left out, there is nothing to undo about them."""
    for its in _chunks(changes):
        rows = _model(its[0].model)._base_manager.in_bulk([change.row_id for change in its])
        yield [(rows[change.row_id], change) for change in its if change.row_id in rows]


def _models(parent):
    return list(parent.changes.order_by("model").values_list("model", flat=True).distinct())


def _now(row, after, links):
    now = snapshot(row, after.keys() - {"segments"})
    return now | {"segments": sorted(links.get(row.pk, []))} if "segments" in after else now


def _links():
    links = defaultdict(list)
    for account_id, segment_id in Link.objects.values_list("account_id", "segment_id"):
        links[account_id].append(segment_id)
    return links


def _link_again(pairs):
    Link.objects.filter(account__in=[account for account, _ in pairs]).delete()
    links = [Link(account=account, segment_id=segment) for account, segments in pairs for segment in segments]
    Link.objects.bulk_create(links, batch_size=BATCH)


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


def _reviewed_since(parent):
    """A deal whose outcome the import changed had its review and exclusion ended: live ones are newer."""
    turned = parent.changes.filter(model="opportunity", before__has_key="outcome").values("row_id")
    since = Named("reviewed or left out of reviews since")
    for queryset in (Review.objects.live(), Exclusion.objects.live()):
        rows = queryset.filter(opportunity__in=turned).select_related("opportunity__account")
        since.add([row.opportunity for row in rows])
    return since.lines()


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
    if model not in map(_model, DELETED_IN_ORDER):
        return rows
    return rows.exclude(pk__in=_made(parent, model._meta.model_name))


def _made(parent, name):
    return ImportChange.objects.filter(parent=parent, model=name, before__isnull=True).values("row_id")


def _model(name) -> type[models.Model]:
    return apps.get_model("feedback", name)


def _plural(name):
    return "deals" if name == "opportunity" else _model(name)._meta.verbose_name_plural


def _called(model, count):
    model = model._meta.auto_created or model
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural


def _refuse(lines):
    if lines:
        raise StandsOnIt(lines)
