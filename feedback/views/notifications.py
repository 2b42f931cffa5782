from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from feedback import exports
from feedback.actions.notifications import choose_notifications
from feedback.addresses import is_path_of_ours
from feedback.digest_mail import choice_of
from feedback.forms.notifications import NotificationsForm
from feedback.invitation_mail import mail_works
from feedback.models import Notification
from feedback.paging import page_of
from feedback.toasts import toast

PER_PAGE = 50


def notification_list(request):
    page = page_of(Notification.objects.visible_to(request.user), request.GET.get("page"), PER_PAGE)
    return render(request, "feedback/notifications/list.html", {"page": page})


def notification_export(request):
    return exports.download("notifications", exports.NOTIFICATIONS, Notification.objects.visible_to(request.user))


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
    if is_path_of_ours(notification.url):
        return redirect(notification.url)
    return redirect("feedback:notification_list")


def notification_choices(request):
    """Which kinds of things this person wants to be told, and where."""
    form = NotificationsForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        choose_notifications(person=request.user, wanted=form.wanted)
        toast(request, "Saved. It holds for what happens from now on.")
        return redirect("feedback:notification_choices")
    has_digest = choice_of(request.user).is_on and bool(request.user.email) and mail_works()
    context = {"form": form, "has_digest": has_digest}
    return render(request, "feedback/notifications/choices.html", context, status=422 if form.is_bound else 200)
