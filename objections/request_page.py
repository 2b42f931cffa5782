"""What the page of a content request shows. As many queries for ten comments as for a hundred."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from feedback.models import User
from objections import impact_page
from objections.actions.sign_offs import newest_version
from objections.filters.content import GROUPS
from objections.forms.checklists import ItemForm
from objections.forms.comments import CommentForm
from objections.forms.sign_offs import SignOffForm
from objections.mentioning import as_shown
from objections.models import Collateral, Comment, ContentRequest
from objections.models.content import CLOSED, RequestState
from objections.permissions import (
    can_check_off,
    can_comment,
    can_edit_comment,
    can_edit_request,
    can_join,
    can_move_requests,
    can_publish,
    can_restore_comment,
    can_sign_off,
    can_withdraw_comment,
    can_write_brief,
)
from objections.timeline import request_entries
from objections.workflow import clock_of, meets, missing_for, moves_open_to

DEALS_SHOWN = 12
ALIKE_SHOWN = 5


def request_context(request: HttpRequest, row: ContentRequest, **forms) -> dict:
    """`row` has `voices`, `deals` and what tells of a sign-off; `forms` are those that could not be saved."""
    user = request.user
    pieces = Collateral.objects.visible_to(user).filter(request=row)
    last = row.moves.select_related("into", "by").last()
    steps = steps_for(row, user)
    items = list(row.checklist.kept().select_related("done_by"))
    joins = list(row.joins.live().select_related("by", "opportunity__account"))
    return {
        "request_row": row,
        "clock": clock_of(row, timezone.localdate()),
        "themes": row.themes.with_voices(),
        "waiting": row.opportunities.select_related("account", "owner").open_first()[:DEALS_SHOWN],
        "more_waiting": max(row.deals - DEALS_SHOWN, 0),
        "pieces": pieces.with_rows(),
        "set_aside": last if last and last.to_state == row.state and last.why else None,
        "into": last.into if last and row.state == RequestState.MERGED else None,
        "can_undo_merge": row.state == RequestState.MERGED and can_move_requests(user),
        "steps": steps,
        "has_asides": any(step.is_aside for step in steps),
        "items": items,
        "open_items": sum(not item.is_done for item in items),
        "item_form": ItemForm(auto_id="item_%s"),
        "can_check_off": can_check_off(user, row),
        "comments": comments_on(row, user),
        "comment_form": CommentForm(auto_id="comment_%s") if can_comment(user) else None,
        "impact": impact_of(row),
        "review": sign_off_asked(row, user),
        "joins": joins,
        "joined": [join for join in joins if join.by_id == user.pk],
        "can_join": can_join(user, row),
        "alike": _alike(row) if can_move_requests(user) and row.is_unfinished else [],
        "can_edit": can_edit_request(user, row),
        "can_write_brief": can_write_brief(user, row),
        "can_publish": can_publish(user),
        "entries": request_entries(row, user),
    } | forms


def impact_of(row: ContentRequest):
    """What its answer did, while it is measured and once it is closed; None before, when there is nothing to see."""
    return impact_page.shown(row, timezone.localdate()) if row.state in [RequestState.MEASURING, *CLOSED] else None


def _alike(row):
    return ContentRequest.objects.alike(row.themes.all()).exclude(pk=row.pk).select_related("owner")[:ALIKE_SHOWN]


def comments_on(row: ContentRequest, user: User) -> list[Comment]:
    """What was said on it and on what was merged into it, as this person may read it: `shown` is HTML."""
    merged = Q(request__state=RequestState.MERGED, request__moves__into=row)
    comments = list(Comment.objects.visible_to(user).filter(Q(request=row) | merged).distinct().with_rows())
    changed = _last_changes(comments)
    for comment in comments:
        comment.shown = as_shown(comment.words_for(user), comment.mentioned.all())
        comment.is_edited = changed[comment.pk] != comment.at
        comment.may_edit = can_edit_comment(user, comment)
        comment.may_withdraw = can_withdraw_comment(user, comment)
        comment.may_restore = can_restore_comment(user, comment)
        comment.is_of_another = comment.request_id != row.pk
    return comments


def _last_changes(comments):
    """Id → when the words last changed. A withdrawal taken back changed none."""
    last, words = {comment.pk: comment.at for comment in comments}, {}
    past = Comment.history.filter(id__in=last).order_by("history_date", "history_id")
    for pk, text, at in past.values_list("id", "text", "history_date"):
        if words.setdefault(pk, text) != text:
            last[pk], words[pk] = at, text
    return last


@dataclass(frozen=True)
class SignOffAsked:
    """The sales co-owner's look at what was made; `signed` is their word on the newest version, None while it lacks."""

    form: SignOffForm | None
    version: object
    signed: object
    whom: User | None


def sign_off_asked(row: ContentRequest, user: User) -> SignOffAsked | None:
    """None unless the request is in review."""
    if row.state != RequestState.IN_REVIEW:
        return None
    version = newest_version(row)
    words = row.sign_offs.filter(version=version).select_related("by")
    last = (words.filter(by=row.co_owner) if row.co_owner_id else words).last()
    signed = last if last and last.verdict == "fits" else None
    form = SignOffForm(initial={"version": version.pk if version else None}) if can_sign_off(user, row) else None
    return SignOffAsked(form, version, signed, row.co_owner)


@dataclass(frozen=True)
class Step:
    """A button of a request: posts the move, or leads to the page (`url`) that asks what it needs first."""

    to: str
    label: str
    url: str = ""
    is_aside: bool = False


def steps_for(row: ContentRequest, user: User) -> list[Step]:
    """What this person may do with it now, the next step first."""
    steps = []
    for move in moves_open_to(row):
        if not meets(move.who, user, row):
            continue
        url = f"{reverse('objections:request_move', args=[row.pk])}?to={move.to}" if move.needs_form else ""
        step = Step(move.to, move.label, url, move.is_aside)
        if move.to == RequestState.PUBLISHED and row.state in GROUPS["queue"][1] and missing_for(row, move.to):
            if steps:
                continue
            step = _content_step(row)
        steps.append(step)
    return steps


def _content_step(row):
    """What stands before publishing: collateral, or a version of it."""
    piece = row.collateral.filter(versions=None).first()
    if piece:
        return Step("", "Add its file or link", reverse("objections:version_create", args=[piece.pk]))
    return Step("", "Add the collateral", f"{reverse('objections:collateral_create')}?request={row.pk}")
