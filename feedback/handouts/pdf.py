"""The meeting as a tagged PDF, drawn by WeasyPrint from the page's own fragment and a style sheet for paper."""

from functools import cache
from importlib import import_module
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback.handouts import Handout


@cache
def can_draw() -> bool:
    """Whether this machine has Pango, which draws the text; else people print the page."""
    try:
        import_module("weasyprint")
    except OSError:
        return False
    return True


def pdf(handout: Handout) -> bytes:
    """The file, PDF/UA-1: tagged, with its language and title. Nothing is fetched from anywhere."""
    weasyprint = import_module("weasyprint")
    # Safe: our own autoescaping templates made it, now or when the meeting was closed; nothing else writes it.
    html = render_to_string("feedback/meetings/handout.html", {"handout": handout, "html": SafeString(handout.html)})
    style = Path(finders.find("css/handout.css")).read_text(encoding="utf-8")
    sheets = [weasyprint.CSS(string=style.replace("#4650d8", handout.company.colour))]
    document = weasyprint.HTML(string=html, url_fetcher=_nothing)
    return document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1")


def _nothing(url: str, *args, **kwargs):
    raise ValueError(f"A handout fetches nothing: {url}")
