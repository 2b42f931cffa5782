from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from feedback.models import Notification


def notification_list(request):
    page = Paginator(Notification.objects.visible_to(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "feedback/notifications/list.html", {"page": page})


@require_POST
def notification_read_all(request):
    Notification.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("feedback:notification_list")


@require_POST
def notification_open(request, pk):
    """Marks it read and goes to what it is about."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    if notification.read_at is None:
        Notification.objects.filter(pk=pk).update(read_at=timezone.now())
    if url_has_allowed_host_and_scheme(notification.url, allowed_hosts=None):
        return redirect(notification.url)
    return redirect("feedback:notification_list")
