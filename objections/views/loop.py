from django.shortcuts import render
from django.utils import timezone

from feedback.exports import download
from feedback.models import Company
from objections import loop_page
from objections.exports import loop_at
from objections.metrics import company_chains


def theme_loop(request):
    """How long each step of the loop takes over the company."""
    figure = loop_page.times(_today())
    context = {"shown": loop_page.shown(figure.value), "columns": loop_page.COLUMNS, "as_of": figure.at}
    return render(request, "objections/themes/loop.html", context)


def theme_loop_export(request):
    """The themes behind it, a row each."""
    return download("loop", loop_at(_today()), company_chains())


def _today():
    """By the company's clock, as the days of the loop are."""
    return timezone.localdate(timezone=Company.agreed().zone)
