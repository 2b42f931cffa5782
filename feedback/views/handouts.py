from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from feedback.handouts import handout_of
from feedback.handouts.deck import deck
from feedback.handouts.markdown import markdown
from feedback.handouts.pdf import can_draw, pdf
from feedback.models import Meeting

SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def meeting_slides(request, pk):
    handout, name = _asked(request, pk)
    return _file(deck(handout), SLIDES, f"{name}.pptx")


def meeting_pdf(request, pk):
    if not can_draw():
        raise Http404("This machine draws no PDF")
    handout, name = _asked(request, pk)
    return _file(pdf(handout), "application/pdf", f"{name}.pdf")


def meeting_markdown(request, pk):
    handout, name = _asked(request, pk)
    return _file(markdown(handout).encode(), "text/markdown; charset=utf-8", f"{name}.md")


def _asked(request, pk):
    meetings = Meeting.objects.visible_to(request.user).select_related("facilitator").prefetch_related("packs")
    meeting = get_object_or_404(meetings, pk=pk)
    return handout_of(meeting), f"closed-lost-review-{meeting.period_slug}"


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
