from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import checklists as actions
from objections.forms.checklists import ItemForm, TickForm
from objections.models import ChecklistItem, ContentRequest
from objections.permissions import can_check_off
from objections.views.content import detail_page, rows_for_page


@require_POST
def item_create(request, pk):
    row = get_object_or_404(rows_for_page(request.user), pk=pk)
    require(can_check_off(request.user, row))
    form = ItemForm(request.POST, auto_id="item_%s")
    if not form.is_valid():
        return detail_page(request, row, status=422, item_form=form)
    actions.add_item(request=row, by=request.user, text=form.cleaned_data["text"])
    return _back(row.pk)


@require_POST
def item_tick(request, pk):
    item = _item(request, pk)
    form = TickForm(request.POST)
    done = form.is_valid() and form.cleaned_data["done"]
    actions.tick_item(item=item, done=done, by=request.user)
    return _back(item.request_id)


@require_POST
def item_remove(request, pk):
    item = _item(request, pk)
    actions.remove_item(item=item, by=request.user)
    toast(request, f"“{item}” is off the list.", undo=reverse("objections:item_restore", args=[pk]))
    return _back(item.request_id)


@require_POST
def item_restore(request, pk):
    item = _item(request, pk)
    actions.restore_item(item=item)
    return _back(item.request_id)


@require_POST
def item_up(request, pk):
    item = _item(request, pk)
    actions.move_item_up(item=item)
    return _back(item.request_id)


def _item(request, pk):
    items = ChecklistItem.objects.filter(request__in=ContentRequest.objects.visible_to(request.user))
    item = get_object_or_404(items.select_related("request"), pk=pk)
    require(can_check_off(request.user, item.request))
    return item


def _back(pk):
    return redirect(f"{reverse('objections:request_detail', args=[pk])}#checklist")
