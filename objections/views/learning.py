from django.shortcuts import render

from objections.learning_page import learning_page
from objections.permissions import can_curate


def theme_learning(request):
    """How well the machine guesses by now, and what it learned from people."""
    context = {**learning_page(), "can_curate": can_curate(request.user)}
    return render(request, "objections/themes/learning.html", context)
