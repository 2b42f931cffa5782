from django import template

from feedback.models import Opportunity, Review, User
from feedback.permissions import can_write_review
from objections.battlecards import rivals_on
from objections.forms.objections import ROLES, HeardForm
from objections.likely import can_use_on
from objections.models import Collateral, Objection, Placement, ShareLink, Usage
from objections.permissions import can_edit_objection
from objections.reason_checks import question_of
from objections.theming.noted import is_being_looked_at, offered

OFFERED = 6
register = template.Library()


@register.inclusion_tag("objections/objections/_heard.html", takes_context=True)
def objections_heard(context, opportunity, page="deal"):
    """What was heard on a deal, with a form of its own to log more; `page` is where it stands: deal or review."""
    return panel(opportunity, context["request"].user, form=HeardForm(), page=page) | {"request": context["request"]}


@register.inclusion_tag("objections/objections/_read.html", takes_context=True)
def objections_read(context, opportunity):
    """What was heard on a deal, to read only."""
    user = context["request"].user
    heard = Objection.objects.visible_to(user).live().filter(opportunity=opportunity).with_rows()
    return {"heard": heard, "user": user}


@register.inclusion_tag("objections/collateral/_used.html", takes_context=True)
def collateral_used(context, opportunity):
    """What was used on a deal, and one button for each piece that answers what was heard on it."""
    user = context["request"].user
    used = list(Usage.objects.filter(opportunity=opportunity).select_related("collateral"))
    themes = Placement.objects.counted().filter(objection__opportunity=opportunity).order_by().values("theme")
    pieces = Collateral.objects.published().filter(themes__in=themes).distinct()
    mine = {usage.collateral_id for usage in used if usage.by_id == user.pk}
    offered = pieces.exclude(pk__in=mine)[:OFFERED] if opportunity.owner_id == user.pk else []
    return {"opportunity": opportunity, "used": used, "pieces": offered, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("objections/sharing/_sent.html", takes_context=True)
def collateral_sent(context, opportunity):
    """Links made for a deal, one button for each piece that answers what was heard on it, and who is met there."""
    user = context["request"].user
    links = ShareLink.objects.visible_to(user).filter(opportunity=opportunity).with_opens()
    links = list(links.select_related("collateral", "opportunity", "by"))
    pieces = []
    if can_use_on(user, opportunity):
        themes = Placement.objects.counted().filter(objection__opportunity=opportunity).order_by().values("theme")
        working = [link.collateral_id for link in links if link.is_working and link.by_id == user.pk]
        pieces = Collateral.objects.published().filter(themes__in=themes).distinct().exclude(pk__in=working)[:OFFERED]
    return {
        "opportunity": opportunity,
        "links": links,
        "pieces": pieces,
        "rivals": rivals_on(opportunity),
        "user": user,
        "csrf_token": context["csrf_token"],
    }


@register.inclusion_tag("objections/reason_checks/_question.html", takes_context=True)
def reason_check(context, review):
    """The one question a review is asked when its reason and what was heard on the deal disagree."""
    return {"question": question_of(review), "opportunity": review.opportunity, "csrf_token": context["csrf_token"]}


@register.inclusion_tag("objections/objections/_noted.html", takes_context=True)
def objections_noted(context, review):
    """An offer to log the objections that a review's own words hold, for who writes it."""
    return offer(review, context["request"].user) | {"csrf_token": context["csrf_token"]}


def offer(review: Review, user: User) -> dict:
    """The context of the offer; the words are those of whoever may write the review, so they are not masked."""
    may_write = bool(review.pk) and can_write_review(user, review.opportunity)
    noted = offered(review) if may_write else None
    comes = may_write and noted is None and is_being_looked_at(review)
    return {"review": review, "noted": noted, "comes": comes, "words": noted.words(review) if noted else []}


def panel(opportunity: Opportunity, user: User, *, form: HeardForm, page: str) -> dict:
    """The context of the panel."""
    heard = list(Objection.objects.visible_to(user).live().filter(opportunity=opportunity).with_rows())
    for objection in heard:
        objection.is_editable = can_edit_objection(user, objection)
    return {"opportunity": opportunity, "heard": heard, "form": form, "page": page, "roles": ROLES}
