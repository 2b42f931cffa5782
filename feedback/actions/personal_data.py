from functools import partial

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.crypto import salted_hmac

from feedback.actions.feeds import close_feed
from feedback.actions.second_factor import turn_off_second_factor
from feedback.figures import forget_figures
from feedback.jobs import queue_job
from feedback.models import Erasure, Job, Pack, Retention, SavedFilter, Team, User
from feedback.names import match_key
from feedback.packs import without_words
from feedback.personal_data import holdings, saved_filters_with
from feedback.redaction import Redaction
from feedback.trends import forget


class LastAdmin(Exception):
    """The portal would be left without an admin who can sign in."""


def erasure_key(name: str) -> str:
    """A hash keyed with the portal's secret: tells whether a name is an erased person's without keeping the name."""
    return salted_hmac("feedback.erasure", match_key(name), algorithm="sha256").hexdigest()


@transaction.atomic
def erase_words(*, redaction: Redaction, why: str, by: User) -> Erasure:
    """Removes the terms from all free text, earlier wordings and closed packs. It cannot be taken back."""
    return Erasure.objects.create(removed=_remove(redaction, by), why=why, by=by)


@transaction.atomic
def erase_person(*, person: User, why: str, by: User) -> Erasure:
    """Ends a person's access and takes their name out of the portal; what they wrote about deals stays, unnamed.

    Raises LastAdmin when nobody else could administer the portal. A person erased before is not erased again.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    done = person.erasures.first()
    if done:
        return done
    others = User.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise LastAdmin
    redaction, keys = Redaction(terms_of(person)), [erasure_key(name) for name in _known_as(person)]
    removed = _remove(redaction, by)
    _forget_sign_ins(person)
    _forget_their_own(person)
    _unname(person)
    return Erasure.objects.create(person=person, keys=keys, removed=removed, why=why, by=by)


def terms_of(person: User) -> list[str]:
    """The words by which a person is named in texts."""
    return [person.name, *_known_as(person)]


def _known_as(person):
    return sorted({name for name in (person.name, person.username, person.email, person.crm_id) if name})


def _unname(person):
    known_as = person.name
    person.name = f"Former colleague {person.pk}"
    person.username = f"erased-{person.pk}"
    person.email = person.crm_id = ""
    person.is_active = person.is_superuser = person.is_staff = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    for team in Team.objects.filter(name__icontains=known_as):
        team.name = f"Team {team.pk}"
        team.save()
        Team.history.filter(id=team.pk).update(name=team.name)
    names = {"name": person.name, "username": person.username, "email": "", "crm_id": ""}
    kept = {column.name for column in User.history.model._meta.concrete_fields}
    User.history.filter(id=person.pk).update(**{name: names[name] for name in names.keys() & kept})


def _forget_sign_ins(person):
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(
            username__in=[person.username, person.email] if person.email else [person.username]
        ).delete()
    LogEntry.objects.filter(content_type__app_label="feedback", content_type__model="user", object_id=person.pk).update(
        object_repr=f"Former colleague {person.pk}"
    )
    person.sessions.all().delete()
    person.invitations.all().delete()
    person.tokens.all().delete()
    close_feed(user=person)
    turn_off_second_factor(user=person)


def _forget_their_own(person):
    """What nobody but this person has a use for, and what a provider of sign-ins may have left about them."""
    for rows in (person.notifications, person.notification_choices, person.saved_filters):
        rows.all().delete()
    for model in (EmailAddress, SocialAccount):
        model.objects.filter(user=person).delete()


def _remove(redaction, by) -> dict[str, int]:
    """Kind of row → in how many the terms stood."""
    forget_figures()
    removed = {}
    for holding in list(holdings.values()):
        changed = [row for row in holding.rows_with(redaction).select_for_update() if _clean(row, holding, redaction)]
        if changed and holding.after:
            holding.after(changed)
        if changed:
            removed[holding.title] = removed.get(holding.title, 0) + len(changed)
    saved = saved_filters_with(redaction)
    if saved:
        SavedFilter.objects.filter(pk__in=[row.pk for row in saved]).delete()
        removed["Saved filters"] = len(saved)
    packs = sum(_clean_pack(pack, redaction, by) for pack in Pack.objects.select_for_update().order_by("pk").iterator())
    return removed | ({"Closed meetings": packs} if packs else {})


def _clean(row: Model, holding, redaction) -> bool:
    values = {}
    for name in holding.words:
        value = getattr(row, name)
        if redaction.count(value):
            values[name] = redaction.clean(value, _longest(row._meta.get_field(name)))
    if values:
        # Not by save(): it would keep the words in the history.
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        vars(row).update(values)
    return bool(values)


def _longest(column: Field) -> int | None:
    return column.max_length if column.get_internal_type() == "CharField" else None


def _clean_pack(pack: Pack, redaction, by) -> bool:
    cleaned = without_words(pack, redaction, by=by, at=timezone.now())
    if cleaned is None:
        return False
    transaction.on_commit(partial(forget, pack.checksum))
    pack.content, pack.html, pack.checksum = cleaned
    pack.save(update_fields=["content", "html", "checksum"])
    return True


@transaction.atomic
def keep_for(*, months: dict[str, int | None]) -> None:
    """Says for each kind of row how many months it is kept; None is for good."""
    for kind, number in months.items():
        Retention.objects.update_or_create(kind=kind, defaults={"months": number})


@transaction.atomic
def apply_retention_now(*, by: User) -> None:
    """Queues the clearing that runs once a day; one that waits or runs already is enough."""
    if not Job.objects.unfinished().filter(kind="apply_retention").exists():
        queue_job(kind="apply_retention", by=by)
