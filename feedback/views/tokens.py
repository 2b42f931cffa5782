from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback.actions import tokens as actions
from feedback.forms.tokens import TokenForm
from feedback.models import Token
from feedback.permissions import can_administer, require
from feedback.toasts import toast


@never_cache
def token_list(request):
    """One's own tokens. A new one is shown in the answer to the form that made it, and never again."""
    form, made = TokenForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = actions.make_token(user=request.user, **form.cleaned_data)
        form = TokenForm()
    context = {
        "form": form,
        "made": made,
        "tokens": Token.objects.filter(user=request.user),
        "sees_all": can_administer(request.user),
    }
    return render(request, "feedback/tokens/list.html", context, status=422 if form.is_bound else 200)


def token_all(request):
    require(can_administer(request.user))
    tokens = Token.objects.visible_to(request.user).select_related("user")
    return render(request, "feedback/tokens/all.html", {"tokens": tokens})


@require_POST
def token_revoke(request, pk):
    token = get_object_or_404(Token.objects.visible_to(request.user), pk=pk)
    actions.revoke_token(token=token, by=request.user)
    toast(request, f"“{token}” is revoked. Whatever used it is locked out from now on.")
    return redirect("feedback:token_list" if token.user_id == request.user.pk else "feedback:token_all")
