from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import comments as actions
from objections.forms.comments import CommentForm
from objections.mentioning import as_said
from objections.models import Comment
from objections.permissions import can_comment, can_edit_comment, can_restore_comment, can_withdraw_comment
from objections.views.content import detail_page, rows_for_page

WORDINGS = 20


@require_POST
def comment_create(request, pk):
    row = get_object_or_404(rows_for_page(request.user), pk=pk)
    require(can_comment(request.user))
    form = CommentForm(request.POST, auto_id="comment_%s")
    if not form.is_valid():
        return detail_page(request, row, status=422, comment_form=form)
    comment = actions.add_comment(request=row, by=request.user, **form.cleaned_data)
    return redirect(comment)


def comment_edit(request, pk):
    """One's own words again, with the earlier ones."""
    comment = get_object_or_404(Comment.objects.visible_to(request.user).select_related("request"), pk=pk)
    require(can_edit_comment(request.user, comment))
    form = CommentForm(request.POST or None, instance=comment)
    if request.method == "POST" and form.is_valid():
        actions.change_comment(comment=comment, text=form.cleaned_data["text"], by=request.user)
        toast(request, "Comment saved.")
        return redirect(comment)
    people = comment.mentioned.all()
    earlier = comment.history.values_list("text", "history_date")[1 : WORDINGS + 1]
    context = {
        "form": form,
        "comment": comment,
        "earlier": [{"at": at, "text": as_said(text, people)} for text, at in earlier],
    }
    return render(request, "objections/comments/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def comment_withdraw(request, pk):
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)
    require(can_withdraw_comment(request.user, comment) or can_restore_comment(request.user, comment))
    actions.withdraw_comment(comment=comment, by=request.user)
    toast(request, "Comment withdrawn.", undo=reverse("objections:comment_restore", args=[pk]))
    return redirect(comment)


@require_POST
def comment_restore(request, pk):
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)
    require(can_restore_comment(request.user, comment) or can_withdraw_comment(request.user, comment))
    actions.restore_comment(comment=comment, by=request.user)
    return redirect(comment)
