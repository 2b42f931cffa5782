from django import template

from feedback.models import Opportunity, User
from objections.forms.objections import ROLES, HeardForm
from objections.models import Objection
from objections.permissions import can_edit_objection
from objections.reason_checks import question_of

register = template.Library()


@register.inclusion_tag("objections/objections/_heard.html", takes_context=True)
def objections_heard(context, opportunity, page="deal"):
    """What was heard on a deal, with a form of its own to log more; `page` is where it stands: deal or review."""
    return panel(opportunity, context["request"].user, form=HeardForm(), page=page) | {"request": context["request"]}


@register.inclusion_tag("objections/reason_checks/_question.html", takes_context=True)
def reason_check(context, review):
    """The one question a review is asked when its reason and what was heard on the deal disagree."""
    return {"question": question_of(review), "review": review, "csrf_token": context["csrf_token"]}


def panel(opportunity: Opportunity, user: User, *, form: HeardForm, page: str) -> dict:
    """The context of the panel."""
    heard = list(Objection.objects.visible_to(user).live().filter(opportunity=opportunity).with_rows())
    for objection in heard:
        objection.is_editable = can_edit_objection(user, objection)
    return {"opportunity": opportunity, "heard": heard, "form": form, "page": page, "roles": ROLES}
