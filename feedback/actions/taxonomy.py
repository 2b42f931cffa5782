"""What admins do with the taxonomy. Only a draft changes; every change waits for the one before it to be saved."""

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal
from django.utils import timezone

from feedback.actions.becomings import link_promise, tell_of_end
from feedback.becoming import Promise
from feedback.models import Category, Destination, Reason, Taxonomy, User
from feedback.models.reasons import Coded

taxonomy_published = Signal()  # sent with taxonomy=, by=, inside the transaction of the publication

KINDS: dict[str, type[Coded]] = {"destinations": Destination, "reasons": Reason, "categories": Category}


class Refused(Exception):
    """The taxonomy cannot be changed so; says why in words."""


@transaction.atomic
def start_draft(*, by: User, promise: Promise | None = None) -> Taxonomy:
    """A copy of the version in force to be changed; while there is a draft, that one is given. Asked from a promise of
    a meeting, that became it."""
    draft = _draft(by)
    if promise:
        link_promise(promise=promise, kind="taxonomy", number=draft.pk, by=by)
    return draft


def _draft(by: User) -> Taxonomy:
    versions = list(Taxonomy.objects.select_for_update().order_by("version"))  # two at once wait here
    draft = next((version for version in versions if version.is_draft), None)
    if draft:
        return draft
    current = Taxonomy.objects.current()
    draft = Taxonomy.objects.create(version=versions[-1].version + 1, started_by=by, started_at=timezone.now())
    for model in KINDS.values():
        _copy(model, current, draft)
    return draft


def _copy(model, old: Taxonomy, new: Taxonomy) -> None:
    rows = list(model.objects.filter(taxonomy=old))
    plain = [f.attname for f in model._meta.concrete_fields if not f.primary_key and f.name not in LINKS]
    copies = {row.pk: model(**{name: getattr(row, name) for name in plain}, taxonomy=new) for row in rows}
    model.objects.bulk_create(copies.values())
    links = [name for name in LINKS[1:] if hasattr(model, name)]
    for row in rows:
        for link in links:
            setattr(copies[row.pk], link, copies.get(getattr(row, f"{link}_id")))
    model.objects.bulk_update(copies.values(), links)


LINKS = ("taxonomy", "parent", "replaced_by")


@transaction.atomic
def add_row(*, draft: Taxonomy, kind: str, row: Coded, by: User) -> Coded:
    """Puts a new row at the end of its siblings. Its code is made from its label, once and for all."""
    _hold(draft)
    row.taxonomy = draft
    row.code = _free_code(kind, row)
    row.position = (_siblings(row).aggregate(last=Max("position"))["last"] or 0) + 1
    _save(row, by)
    return row


def _free_code(kind: str, row: Coded) -> str:
    """`PROCUREMENT`, `PRICE/too many seats`, `partner`; numbered where an earlier row bears it."""
    parent = getattr(row, "parent", None)
    longest = row._meta.get_field("code").max_length - 4
    code = f"{parent.code}/{row.label.casefold()}" if parent else row.label.casefold()
    code = (code.upper() if kind == "reasons" and not parent else code)[:longest].strip()
    taken = set(type(row).objects.filter(taxonomy=row.taxonomy).values_list("code", flat=True))
    number = 2
    free = code
    while free in taken:
        free, number = f"{code} {number}", number + 1
    return free


@transaction.atomic
def change_row(*, row: Coded, fields: list[str], by: User) -> Coded:
    """Saves a changed label or description; unchanged ones leave no history."""
    held = _held(row)
    changed = [name for name in fields if getattr(held, name) != getattr(row, name)]
    for name in changed:
        setattr(held, name, getattr(row, name))
    if changed:
        _save(held, by)
    return held


@transaction.atomic
def retire_row(*, row: Coded, replaced_by: Coded | None, by: User) -> Coded:
    """Takes a row out of use and says which one replaces it; a reason takes its second level along.

    Said again of a retired row, it changes only what replaces it. Raises `Refused` for rows the portal relies on, and
    for a replacement that is itself retired, is the row itself or below it, or would make a known reason unknown.
    """
    held = _held(row)
    if held.is_special:
        raise Refused(f"“{held.label}” cannot be retired: the portal itself relies on it.")
    if replaced_by and not replacements(held).filter(pk=replaced_by.pk).exists():
        raise Refused(f"“{replaced_by.label}” cannot replace it. Choose a row that stays in use.")
    now = timezone.now()
    if held.retired_at is None:
        for detail in _details(held).in_use():
            detail.retired_at = now
            _save(detail, by)
    if held.retired_at is None or held.replaced_by_id != getattr(replaced_by, "pk", None):
        held.retired_at = held.retired_at or now
        held.replaced_by = replaced_by
        _save(held, by)
    return held


def replacements(row: Coded):
    """The rows that may replace this one: in use, neither itself nor below it, never “unknown”."""
    rows = (
        type(row).objects.filter(taxonomy=row.taxonomy_id).in_use().exclude(pk=row.pk).exclude(code__iexact="unknown")
    )
    return rows.exclude(pk__in=_details(row).values("pk")) if isinstance(row, Reason) else rows


@transaction.atomic
def restore_row(*, row: Coded, by: User) -> Coded:
    """Takes a retired row into use again, and what was retired along with it; twice is harmless."""
    held = _held(row)
    parent = getattr(held, "parent", None)
    if parent and parent.retired_at:
        raise Refused(f"“{parent.label}” is retired. Take that back into use first.")
    if held.retired_at:
        for each in [held, *_details(held).filter(retired_at=held.retired_at, replaced_by=None)]:
            each.retired_at = each.replaced_by = None
            _save(each, by)
    return held


@transaction.atomic
def move_row(*, row: Coded, up: bool, by: User) -> Coded:
    """One place up or down among those in use beside it; at the end nothing happens."""
    held = _held(row)
    rows = list(_siblings(held).in_use())
    place = rows.index(held) if held in rows else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(rows):
        return held
    rows[place], rows[other] = rows[other], rows[place]
    for position, each in enumerate(rows):
        if each.position != position:
            each.position = position
            _save(each, by)
    return rows[other]


@transaction.atomic
def remove_row(*, row: Coded, by: User) -> None:
    """Takes out a row that was added in this draft; one that was ever published is retired instead."""
    held = _held(row)
    gone = [*_details(held), held]
    if type(row).objects.filter(code=held.code, taxonomy__published_at__isnull=False).exists():
        raise Refused(f"“{held.label}” was published before. Retire it instead.")
    replaced = type(row).objects.filter(replaced_by__in=gone).exclude(pk__in=[each.pk for each in gone]).first()
    if replaced:
        raise Refused(f"It replaces “{replaced.label}”. Choose another replacement for that first.")
    type(row).objects.filter(pk__in=[each.pk for each in gone]).update(replaced_by=None)  # else one protects the other
    for each in gone:
        each._history_user = by
        each.delete()


@transaction.atomic
def publish_taxonomy(*, draft: Taxonomy, by: User) -> Taxonomy:
    """Puts the draft in force: reviews begun from now on use it. Publishing twice is harmless.

    Raises `Refused` when the draft was discarded meanwhile. What else is coded with it follows by `taxonomy_published`.
    """
    held = Taxonomy.objects.select_for_update().get(pk=draft.pk)
    if held.published_at:
        return held
    if held.discarded_at:
        raise Refused("This draft was discarded meanwhile.")
    held.published_by, held.published_at = by, timezone.now()
    held.save(update_fields=["published_by", "published_at"])
    taxonomy_published.send(Taxonomy, taxonomy=held, by=by)
    _tell_of_end(held, "published", by)
    return held


@transaction.atomic
def discard_draft(*, draft: Taxonomy, by: User) -> None:
    """Leaves the draft; its rows stay as a record. Raises `Refused` when it was published meanwhile."""
    held = Taxonomy.objects.select_for_update().get(pk=draft.pk)
    if held.published_at:
        raise Refused("This draft was published meanwhile, so it stays.")
    if held.discarded_at is None:
        held.discarded_by, held.discarded_at = by, timezone.now()
        held.save(update_fields=["discarded_by", "discarded_at"])
        _tell_of_end(held, "discarded", by)


def _tell_of_end(draft: Taxonomy, how: str, by: User) -> None:
    tell_of_end(kind="taxonomy", number=draft.pk, mark=how, words=f"The taxonomy’s draft was {how}", by=by)


def _hold(draft: Taxonomy) -> None:
    """Waits for others who change this version. Raises `Refused` when it is no draft any more."""
    if not Taxonomy.objects.select_for_update().get(pk=draft.pk).is_draft:
        raise Refused("This version was published or discarded meanwhile. Start a new draft to change it.")


def _held(row: Coded) -> Coded:
    _hold(row.taxonomy)
    held = type(row).objects.filter(pk=row.pk).first()
    if held is None:
        raise Refused(f"“{row.label}” was taken out meanwhile.")
    return held


def _siblings(row: Coded):
    rows = type(row).objects.filter(taxonomy=row.taxonomy_id)
    return rows.filter(parent=row.parent_id) if isinstance(row, Reason) else rows


def _details(row: Coded):
    return row.details.all() if isinstance(row, Reason) else type(row).objects.none()


def _save(row: Coded, by: User) -> None:
    row._history_user = by
    row.save()
