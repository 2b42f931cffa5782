from datetime import timedelta
from uuid import uuid4

from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from feedback import exports
from feedback.actions import reviews as actions
from feedback.crossed import in_words
from feedback.filters import ReviewFilter
from feedback.forms.fields import is_number
from feedback.forms.reviews import questions_of
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.metrics import number_of
from feedback.models import Company, Opportunity, Review
from feedback.paging import page_of
from feedback.permissions import (
    can_hand_out_reviews,
    can_read_coverage,
    can_see_author,
    can_write_review,
    is_team_manager,
    require,
)
from feedback.toasts import toast

PER_PAGE = 50
LONGEST_AWAY = 366 * 86_400  # seconds that answers kept in a browser may be old: beyond it nobody would want them
DEAREST = F("value").desc(nulls_last=True)
SORTS = {"age": ("closed_on", DEAREST, "id"), "value": (DEAREST, "closed_on", "id")}
OTHERS = {"team": "manages", "nobody": "hands_out"}  # whose reviews besides one's own → what opens the list


def review_owed(request):
    """The reviews this person owes, or their team's."""
    tabs = review_tabs(request.user)
    deals, whose, sort = _owed(request, tabs)
    context = {
        "sort": sort,
        "snoozed": deals.filter(snoozed_until__isnull=False).count(),
        "page": page_of(_with_reviewers(deals), request.GET.get("page"), PER_PAGE),
        "owed_value": deals.total_value(),
        "overdue": deals.overdue(timezone.localdate()).count(),
        "late_note": f"due {number_of(Company.agreed().review_days, 'business day')} after the close",
        "first": deals.awake().first(),
        "whose": whose,
    }
    return render(request, "feedback/reviews/owed.html", context | tabs)


def review_owed_export(request):
    deals, _, _ = _owed(request, review_tabs(request.user))
    return exports.download("owed-reviews", exports.OWED, _with_reviewers(deals))


def _owed(request, tabs):
    """(deals, whose they are, how they are sorted)"""
    user = request.user
    sort = asked if (asked := request.GET.get("sort")) in SORTS else "age"
    whose = asked if (asked := request.GET.get("whose")) in OTHERS and tabs[OTHERS[asked]] else "mine"
    owing = Opportunity.objects.visible_to(user).owing_review()
    if whose == "nobody":
        deals = owing.for_nobody()
    else:
        deals = owing.for_manager(user) if whose == "team" else owing.for_reviewer(user)
    return deals.with_value().with_snooze().order_by(*SORTS[sort]), whose, sort


def _with_reviewers(deals):
    return deals.select_related("account", "owner__team__manager", "product").prefetch_related("assignments__to")


def review_tabs(user):
    """Which lists besides one's own and that of all reviews this person has."""
    return {
        "manages": is_team_manager(user),
        "hands_out": can_hand_out_reviews(user),
        "covers": can_read_coverage(user),
    }


@vary_on_headers("HX-Request")
@opens_with_default("reviews")
def review_list(request):
    filterset = _filtered(request)
    page = page_of(filterset.qs, request.GET.get("page"), PER_PAGE)
    template = "feedback/reviews/_table.html" if request.htmx else "feedback/reviews/list.html"
    context = {"filter": filterset, "page": page, "bar": bar_of(request, "reviews")} | review_tabs(request.user)
    return render(request, template, context)


def review_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "feedback:review_list")
    return exports.download("reviews", exports.reviews_for(request.user), filterset.qs)


def _filtered(request):
    reviews = Review.objects.visible_to(request.user).live().for_list()
    return ReviewFilter(request.GET, queryset=reviews, request=request)


def review_detail(request, pk):
    review = get_object_or_404(Review.objects.visible_to(request.user).for_list(), pk=pk)
    shows_author = can_see_author(request.user, review)
    context = {
        "review": review,
        "opportunity": review.opportunity,
        "shows_author": shows_author,
        "versions": review.deeds() if shows_author else [],
        "can_write": review.archived_at is None and can_write_review(request.user, review.opportunity),
    }
    return render(request, "feedback/reviews/detail.html", context)


def review_edit(request, deal):
    opportunity = _writable_deal(request, deal)
    return _form_page(request, opportunity, actions.review_of(opportunity, request.user))


@require_POST
def review_answer(request, deal, question):
    """Saves the answers to one question; htmx gets that question back, everybody else the page."""
    opportunity = _writable_deal(request, deal)
    if question not in questions_of(actions.review_of(opportunity, request.user)):
        raise Http404
    review = actions.start_review(opportunity=opportunity, by=request.user)
    form = questions_of(review)[question](request.POST, instance=review)
    saved = _saved(request, form)
    if saved is None:
        return _answered(request, opportunity, review, form, status=422)
    if request.htmx or saved.other:
        review = Review.objects.get(pk=review.pk)
        fresh = type(form)(instance=review, initial=form.kept)
        return _answered(request, opportunity, review, fresh, other=_offered(saved, form))
    following = list(questions_of(review))
    step = following.index(question) + 1
    anchor = following[step] if step < len(following) else "hand-in"
    return redirect(reverse("feedback:review_edit", args=[deal]) + f"#{anchor}")


@require_POST
def review_submit(request, deal):
    """Hands the review in, with what was typed last where the question is asked in words."""
    opportunity = _writable_deal(request, deal)
    review = actions.review_of(opportunity, request.user)
    asked = next((form for form in questions_of(review).values() if form.columns[0] in request.POST), None)
    if asked:
        review = actions.start_review(opportunity=opportunity, by=request.user)
        form = asked(request.POST, instance=review)
        saved = _saved(request, form)
        if saved is None:
            return _answered(request, opportunity, review, form, status=422)
        review = Review.objects.get(pk=review.pk)
        if saved.other:
            return _answered(request, opportunity, review, asked(instance=review), other=_offered(saved, form))
    was_in = review.pk is not None and review.is_submitted
    missing = review.missing_answers() if review.pk is None else {}
    try:
        if not missing:
            actions.submit_review(review=review, by=request.user)
    except actions.NotReady as refused:
        missing = refused.missing
    if missing:
        return _form_page(request, opportunity, review, missing=missing, status=422)
    return _handed_in(request, review, was_in=was_in)


def _handed_in(request, review, *, was_in):
    """Thanks, with what happens next; to take back what another tab or person handed in before is not offered."""
    if was_in:
        toast(request, "This review was handed in before. What you changed is saved in it.")
    else:
        toast(request, "Thank you. The review is in.", undo=reverse("feedback:review_withdraw", args=[review.pk]))
    owed = Opportunity.objects.owing_review().awake().for_reviewer(request.user)
    following = owed.order_by("closed_on", "id").first()
    if following and "next" in request.POST:
        return redirect("feedback:review_edit", following.pk)
    return redirect("feedback:review_owed")


@require_POST
def review_withdraw(request, pk):
    review = get_object_or_404(Review.objects.visible_to(request.user).live(), pk=pk)
    require(can_write_review(request.user, review.opportunity))
    actions.withdraw_review(review=review, by=request.user)
    toast(request, "The review is a draft again.")
    return redirect("feedback:review_edit", review.opportunity_id)


def _writable_deal(request, pk):
    deals = Opportunity.objects.visible_to(request.user).closed()
    opportunity = get_object_or_404(deals.select_related("account", "owner__team__manager", "product", "source"), pk=pk)
    require(can_write_review(request.user, opportunity))
    return opportunity


def _saved(request, form):
    """What saving the answers came to, or None with a word on the form when they cannot be saved."""
    if not form.is_valid():
        return None
    age = request.POST.get("age", "")
    age = timedelta(seconds=min(int(age), LONGEST_AWAY)) if is_number(age) else timedelta(0)
    try:
        posted = {name: request.POST.get(name, "") for name in ("seen", "tab")}
        return actions.save_answers(form=form, age=age, **posted)
    except actions.NotReady as refused:
        field = "other_reason" if "other_reason" in form.fields else form.columns[0]
        form.add_error(field, refused.missing[form.question])
        return None


def _offered(saved, form):
    """The answers that gave way, to read and to take after all; None when none did."""
    if not saved.other:
        return None
    gone = type(form)(saved.other, instance=Review.objects.get(pk=saved.review.pk))
    gone.is_valid()
    fields = [(name, text) for name, texts in saved.other.items() for text in _each(texts) if text]
    return {"words": in_words(gone), "fields": fields, "stands": saved.stands}


def _each(texts):
    return texts if isinstance(texts, list) else [texts]


def _form_page(request, opportunity, review, *, bound=None, missing=None, other=None, status=200):
    forms = {name: form(instance=review) for name, form in questions_of(review).items()}
    forms.update(bound or {})
    owed = list(
        Opportunity.objects.owing_review()
        .awake()
        .for_reviewer(request.user)
        .order_by("closed_on", "id")
        .values_list("pk", flat=True)
    )
    context = {
        "opportunity": opportunity,
        "review": review,
        "forms": forms,
        "missing": missing or {},
        "others": {question: other for question in bound or () if other},
        "tab": _tab(request),
        "place": owed.index(opportunity.pk) + 1 if opportunity.pk in owed else None,
        "owed": len(owed),
    }
    return render(request, "feedback/reviews/form.html", context, status=status)


def _answered(request, opportunity, review, form, *, other=None, status=200):
    if not request.htmx:
        return _form_page(request, opportunity, review, bound={form.question: form}, other=other, status=status)
    context = {"opportunity": opportunity, "review": review, "form": form, "other": other, "tab": _tab(request)}
    context["saved"] = status == 200
    answer = render(request, f"feedback/reviews/_{form.question}.html", context, status=status)
    if other and not other["stands"]:
        answer["X-Newer-Stands"] = "yes"  # for a browser that sends what it kept without showing the answer
    return trigger_client_event(answer, "review-saved") if status == 200 else answer


def _tab(request):
    """Tells a page that was opened once from others; what comes back to it bears the same."""
    return request.POST.get("tab") or uuid4().hex
