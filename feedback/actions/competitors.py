"""Who we compete with: names, aliases, and two that are one."""

from django.db import models, transaction
from django.utils import timezone

from feedback.models import Competitor, CompetitorMerge, User
from feedback.names import match_key


class Refused(Exception):
    """It cannot be done so; says why in words."""


class NameTaken(Refused):
    """Another competitor, `holder`, has this name or alias."""

    def __init__(self, holder: Competitor):
        super().__init__(f"“{holder}” has this name already. Merge the two if they are one.")
        self.holder = holder


@transaction.atomic
def make_competitor(*, name: str, by: User) -> Competitor:
    """A new competitor. Raises `NameTaken`."""
    _hold()
    return _make(name, None, by)


@transaction.atomic
def add_alias(*, competitor: Competitor, name: str, by: User) -> Competitor:
    """Another name it is found by; a name it has already changes nothing. Raises `NameTaken` for another's."""
    _hold()
    held = Competitor.objects.get(pk=competitor.pk)
    return _make(name, held.alias_of or held, by)


@transaction.atomic
def remove_alias(*, alias: Competitor, by: User) -> None:
    """Forgets a name; twice is harmless. Raises `Refused` for one that came of a merge, which is undone instead."""
    _hold()
    held = Competitor.objects.filter(pk=alias.pk, alias_of__isnull=False).first()
    if held is None:
        return
    if CompetitorMerge.objects.filter(models.Q(competitor=held) | models.Q(into=held)).exists():
        raise Refused(f"“{held}” was a competitor of its own. Undo the merge instead.")
    held._history_user = by
    held.delete()


@transaction.atomic
def rename_competitor(*, competitor: Competitor, name: str, keep: bool, by: User) -> Competitor:
    """Gives it another name; with `keep` the old one stays as an alias. One of its aliases changes places with it.

    Raises `NameTaken` for a name of another.
    """
    _hold()
    held, name = Competitor.objects.get(pk=competitor.pk), name.strip()
    if name == held.name:
        return held
    old, key = held.name, match_key(name)
    bearer = Competitor.objects.filter(key=key).exclude(pk=held.pk).first()
    if bearer and bearer.alias_of_id != held.pk:
        raise NameTaken(bearer.alias_of or bearer)
    if bearer:
        Competitor.objects.filter(pk=bearer.pk).update(key=f" {bearer.pk}")  # no name gives a key with a space
    held.name, held.key = name, key
    _save(held, by)
    if bearer:
        bearer.name, bearer.key = old, match_key(old)
        _save(bearer, by)
    elif keep and match_key(old) != key:
        _make(old, held, by)
    return held


@transaction.atomic
def merge_competitors(*, competitor: Competitor, into: Competitor, by: User) -> CompetitorMerge:
    """Joins one into another: everything that names it names the other, and its name becomes an alias. Twice is
    harmless. Closed packs never change. Raises `Refused` when either is only an alias by now.
    """
    _hold()
    competitor, into = (Competitor.objects.get(pk=row.pk) for row in (competitor, into))
    if competitor.alias_of_id == into.pk and (live := competitor.merges.filter(undone_at=None).first()):
        return live
    if competitor == into or competitor.alias_of_id or into.alias_of_id:
        raise Refused("Choose two competitors. One of these is only another name by now.")
    merge = CompetitorMerge(competitor=competitor, into=into, by=by)
    for model, column in _references():
        merge.moved |= _moved(model, column, competitor.pk, into.pk)
    merge.save()
    Competitor.objects.filter(pk=competitor.pk).update(alias_of=into)
    return merge


@transaction.atomic
def undo_competitor_merge(*, merge: CompetitorMerge, by: User) -> None:
    """Makes two of them again: what moved and was not changed since goes back; twice is harmless.

    Raises `Refused` while the joint competitor is itself merged into another.
    """
    _hold()
    held = CompetitorMerge.objects.select_related("competitor", "into").get(pk=merge.pk)
    if held.undone_at:
        return
    if held.competitor.alias_of_id != held.into_id:
        raise Refused(f"“{held.into}” was merged into another since. Undo that first.")
    Competitor.objects.filter(pk=held.competitor_id).update(alias_of=None)
    for model, column in _references():
        label = f"{model._meta.label_lower}.{column}"
        back = {column: held.competitor_id}
        for ids in _batches(held.moved.get(label, [])):
            model.objects.filter(pk__in=ids, **{column: held.into_id}).update(**back)
        for row in held.moved.get(f"{label} doubles", []):
            model.objects.get_or_create(**row, **back)
    held.undone_by, held.undone_at = by, timezone.now()
    held.save(update_fields=["undone_by", "undone_at"])


BATCH = 500  # ids in one statement; SQLite takes a limited number of them


def _batches(ids: list[int]):
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _references():
    """(model, column) of every foreign key to a competitor, in whatever app, rows between two models included.

    Not the merges themselves, and no history: what was is left as it was.
    """
    for field in Competitor._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToOneRel) and not isinstance(field, models.OneToOneRel):
            model = field.related_model
            if model is not CompetitorMerge and not hasattr(model, "history_id"):
                yield model, field.field.attname


def _moved(model, column: str, old: int, new: int) -> dict:
    """Moves the rows of one column over; a row that would stand there twice is left out and remembered."""
    rows, label, moved = model.objects.filter(**{column: old}), f"{model._meta.label_lower}.{column}", {}
    if model._meta.auto_created:  # between two models: the other end must not meet the same one twice
        other = next(f.attname for f in model._meta.concrete_fields if f.is_relation and f.attname != column)
        doubles = rows.filter(**{f"{other}__in": model.objects.filter(**{column: new}).values(other)})
        if gone := list(doubles.values(other)):
            moved[f"{label} doubles"] = gone
            doubles.filter(pk__in=list(doubles.values_list("pk", flat=True))).delete()
    if ids := list(rows.values_list("pk", flat=True)):
        moved[label] = ids
        rows.update(**{column: new})
    return moved


def _hold() -> None:
    """Names and aliases are checked together, so whoever changes one waits for the others."""
    list(Competitor.objects.select_for_update().order_by("pk").values_list("pk")[:1])


def _make(name: str, of: Competitor | None, by: User) -> Competitor:
    holder = Competitor.objects.filter(key=match_key(name)).select_related("alias_of").first()
    if holder and of and of.pk in (holder.pk, holder.alias_of_id):
        return holder
    if holder:
        raise NameTaken(holder.alias_of or holder)
    row = Competitor(name=name.strip(), key=match_key(name), alias_of=of)
    _save(row, by)
    return row


def _save(row: Competitor, by: User) -> None:
    row._history_user = by
    row.save()
