from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions import exclusion_rules as actions
from feedback.forms.exclusion_rules import ExclusionRuleForm
from feedback.metrics import money_of
from feedback.models import ExclusionRule, Opportunity
from feedback.permissions import can_administer, can_read_settings, require
from feedback.toasts import toast

PER_PAGE = 50
SHOWN = 20  # deals of a rule shown on its page, the latest


def exclusion_rule_list(request):
    require(can_read_settings(request.user))
    rules = ExclusionRule.objects.visible_to(request.user).for_list()
    page = Paginator(rules, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "can_change": can_administer(request.user)}
    return render(request, "feedback/exclusion_rules/list.html", context)


def exclusion_rule_detail(request, pk):
    """What the rule leaves out, or would: seen before it is started."""
    rule = _rule(request, pk)
    lost = Opportunity.objects.visible_to(request.user).lost()
    left_out = lost.met_by(rule)
    money = money_of(left_out)
    context = {
        "rule": rule,
        "money": money,
        "n": money.deals,
        "lost": lost.count(),
        "owing": Opportunity.objects.owing_review().met_by(rule).count(),
        "deals": left_out.select_related("account").order_by("-closed_on", "-id")[:SHOWN],
        "can_change": can_administer(request.user),
    }
    return render(request, "feedback/exclusion_rules/detail.html", context)


def exclusion_rule_create(request):
    require(can_administer(request.user))
    form = ExclusionRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(actions.make_rule(rule=form.save(commit=False), by=request.user))
    context = {"form": form}
    return render(request, "feedback/exclusion_rules/form.html", context, status=422 if form.is_bound else 200)


def exclusion_rule_edit(request, pk):
    rule = _rule(request, pk, ExclusionRule.objects.drafts())
    require(can_administer(request.user))
    form = ExclusionRuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        if not actions.change_rule(rule=form.save(commit=False), fields=list(form.fields)):
            toast(request, "The rule was started meanwhile, so it stays as it is. End it and make another.")
        return redirect(rule)
    context = {"form": form, "rule": rule}
    return render(request, "feedback/exclusion_rules/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def exclusion_rule_start(request, pk):
    rule = _rule(request, pk)
    require(can_administer(request.user))
    actions.start_rule(rule=rule, by=request.user)
    toast(request, "The rule is in force.")
    return redirect(rule)


@require_POST
def exclusion_rule_end(request, pk):
    rule = _rule(request, pk)
    require(can_administer(request.user))
    actions.end_rule(rule=rule, by=request.user)
    toast(request, "The rule is ended. What it left out counts again.")
    return redirect(rule)


@require_POST
def exclusion_rule_delete(request, pk):
    rule = _rule(request, pk, ExclusionRule.objects.drafts())
    require(can_administer(request.user))
    if not actions.delete_rule(rule=rule):
        raise Http404
    toast(request, "Draft deleted.")
    return redirect("feedback:exclusion_rule_list")


def _rule(request, pk, rules=None):
    rules = ExclusionRule.objects.all() if rules is None else rules
    return get_object_or_404(rules.visible_to(request.user).for_list(), pk=pk)
