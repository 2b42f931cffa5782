from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import answers as actions
from objections.forms.answers import AnswerForm
from objections.models import Theme
from objections.permissions import can_curate


def answer_edit(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).prefetch_related("answers__approved_by"), pk=pk)
    require(can_curate(request.user))
    form = AnswerForm(request.POST or None, initial={"text": theme.answer.text if theme.answer else ""})
    if request.method == "POST" and form.is_valid():
        answer = actions.approve_answer(theme=theme, text=form.cleaned_data["text"], by=request.user)
        toast(request, "Approved. Reps see it at once.", undo=reverse("objections:answer_undo", args=[pk, answer.pk]))
        return redirect(theme)
    context = {"form": form, "theme": theme, "past": [a for a in theme.answers.all() if a.retired_at]}
    return render(request, "objections/answers/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def answer_undo(request, pk, answer):
    theme = get_object_or_404(Theme.objects.visible_to(request.user), pk=pk)
    require(can_curate(request.user))
    actions.undo_answer(theme=theme, answer=answer)
    toast(request, "Taken back.")
    return redirect(theme)
