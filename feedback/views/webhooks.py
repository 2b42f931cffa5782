"""Where other programs are told of what happens here: endpoints, what was delivered to them, and trying again."""

import json
from contextlib import contextmanager

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback.actions import endpoints, webhooks
from feedback.forms.webhooks import EndpointForm
from feedback.models import Delivery, Endpoint
from feedback.models.webhooks import Format
from feedback.paging import page_of
from feedback.permissions import can_administer, can_read_settings, require
from feedback.toasts import toast
from feedback.webhooks.events import TEST, all_events, events
from feedback.webhooks.formats import body_of

PER_PAGE = 50


@contextmanager
def _gone_is_404():
    """For what another admin deleted since it was looked up."""
    try:
        yield
    except Endpoint.DoesNotExist as gone:
        raise Http404 from gone


def webhook_list(request):
    require(can_read_settings(request.user))
    rows = list(Endpoint.objects.with_last_delivery())
    last = Delivery.objects.in_bulk([row.last_delivery for row in rows if row.last_delivery])
    shown = [(row, last.get(row.last_delivery)) for row in rows]
    context = {"endpoints": shown, "can_administer": can_administer(request.user)}
    return render(request, "feedback/webhooks/list.html", context)


@never_cache
def webhook_create(request):
    """The secret is shown in the answer to the form that made it, and never again."""
    require(can_administer(request.user))
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        url = form.cleaned_data["url"]
        endpoint, secret = endpoints.make_endpoint(endpoint=form.save(commit=False), url=url, by=request.user)
        return _detail(request, endpoint, secret)
    context = {"form": form, "samples": _samples(all_events()[0], Format)}
    return render(request, "feedback/webhooks/form.html", context, status=422 if form.is_bound else 200)


def webhook_detail(request, pk):
    require(can_read_settings(request.user))
    return _detail(request, get_object_or_404(Endpoint, pk=pk))


@_gone_is_404()
def webhook_edit(request, pk):
    require(can_administer(request.user))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm(request.POST or None, instance=Endpoint.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        url = form.cleaned_data["url"]
        endpoints.change_endpoint(endpoint=form.save(commit=False), url=url, by=request.user)
        toast(request, "Saved.")
        return redirect(endpoint)
    context = {"form": form, "endpoint": endpoint, "samples": _samples(all_events()[0], Format)}
    return render(request, "feedback/webhooks/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@never_cache
@_gone_is_404()
def webhook_secret(request, pk):
    require(can_administer(request.user))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    return _detail(request, *endpoints.renew_secret(endpoint=endpoint, by=request.user))


@_gone_is_404()
def webhook_delete(request, pk):
    require(can_administer(request.user))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if request.method == "POST":
        endpoints.delete_endpoint(endpoint=endpoint, by=request.user)
        toast(request, "The webhook is deleted. Nothing is sent to it any more.")
        return redirect("feedback:webhook_list")
    return render(request, "feedback/webhooks/delete.html", {"endpoint": endpoint})


@require_POST
@_gone_is_404()
def webhook_test(request, pk):
    require(can_administer(request.user))
    endpoint = get_object_or_404(Endpoint, pk=pk)
    try:
        delivery = webhooks.send_test(endpoint=endpoint)
    except webhooks.WebhookRefused as refused:
        toast(request, str(refused))
        return redirect(endpoint)
    return redirect(delivery)


def delivery_detail(request, pk):
    """What was sent, or would be, and every attempt."""
    require(can_read_settings(request.user))
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
    endpoint = delivery.endpoint
    context = {
        "delivery": delivery,
        "title": _title(delivery.event),
        "body": _pretty(endpoint.format, delivery.event, delivery.at, delivery.content),
        "attempts": delivery.attempts.all(),
        "can_send": can_administer(request.user) and delivery.is_over and endpoint.is_active,
    }
    return render(request, "feedback/webhooks/delivery.html", context)


@require_POST
def delivery_again(request, pk):
    require(can_administer(request.user))
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
    try:
        webhooks.send_again(delivery=delivery)
        toast(request, "It is sent again, under the same id.")
    except webhooks.WebhookRefused as refused:
        toast(request, str(refused))
    return redirect(delivery)


def _detail(request, endpoint, secret=""):
    rows = endpoint.deliveries.with_last_attempt()
    page = page_of(rows, request.GET.get("page"), PER_PAGE)
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "page": page,
        "deliveries": [(row, _title(row.event)) for row in page],
        "samples": [_samples(event, [endpoint.format])[0] for event in all_events() if event.key in endpoint.events],
        "can_administer": can_administer(request.user),
    }
    return render(request, "feedback/webhooks/detail.html", context)


def _samples(event, formats):
    """(what it is, the body) of an example of the event in each of the formats."""
    now = timezone.now().replace(microsecond=0)
    return [
        (event.title if len(list(formats)) == 1 else Format(each).label, _pretty(each, event.key, now, event.example))
        for each in formats
    ]


def _pretty(format, event, at, content):
    return json.dumps(json.loads(body_of(format, event, at, content)), ensure_ascii=False, indent=2)


def _title(key):
    known = {TEST.key: TEST, **events}
    return known[key].title if key in known else key
