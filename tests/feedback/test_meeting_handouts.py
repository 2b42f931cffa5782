"""Slides, PDF and Markdown of a meeting, opened again: they say what the page says."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pypdf import PdfReader

from feedback import meetings as registry
from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, reopen_meeting, write_note
from feedback.forms.people import CompanyChangeForm
from feedback.handouts import handout_of
from feedback.handouts.deck import NARROW, ROOM, SIZES, WIDE, _height, _laid_out, _pages
from feedback.handouts.lines import Line, lines_of
from feedback.handouts.pdf import can_draw
from feedback.models import Action, Company, Decision, Meeting
from feedback.views import handouts as views
from feedback.views import meetings as meeting_views
from objections.models import Theme
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_theme, make_won, place

MONTH = date(2026, 3, 1)
DAY = date(2026, 3, 10)
HOSTILE = "Price <b>again</b> & *more* [x](https://evil.example) ![p](https://evil.example/p.png) |\n\n# 1"


needs_pango = pytest.mark.skipif(
    not can_draw(), reason="no Pango: install Debian's libpango-1.0-0 and libpangoft2-1.0-0 to try PDFs of meetings"
)


@pytest.fixture
def meeting(leader, rep):
    for number, (amount, code) in enumerate([(4000, "PRICE"), (2500, "TRUST"), (1500, "PRICE")]):
        deal = make_lost(f"Line {number}", account="Hansa", amount=amount, closed_on=DAY, owner=rep)
        make_review(deal, author=rep, code=code, evidence="said")
        voice = make_objection(
            f"dearer than others {number}", author=rep, opportunity=deal, heard_on=DAY, is_quote=True
        )
        place(voice, make_theme(f"Theme {number}"))
    make_won("Kept", amount=7000, closed_on=DAY, owner=rep)
    meeting = make_meeting(MONTH, by=leader, facilitator=leader)
    write_note(meeting=meeting, section="reasons", text=HOSTILE, by=leader)
    add_decision(meeting=meeting, decision=Decision(text="Offer a fixed price", proof="two wins"), by=leader)
    add_action(meeting=meeting, action=Action(text="Write the offer", owner=rep, due_on=date(2026, 4, 9)), by=leader)
    return meeting


def taken(client, meeting, kind):
    answer = client.get(reverse(f"feedback:meeting_{kind}", args=[meeting.pk]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return answer.content


def slides_of(client, meeting):
    return list(Presentation(io.BytesIO(taken(client, meeting, "slides"))).slides)


def charts_of(slides):
    """Title of the slide → (kind, categories, series)."""
    found = {}
    for slide in slides:
        for shape in slide.shapes:
            if shape.has_chart:
                plot = shape.chart.plots[0]
                series = {each.name: list(each.values) for each in plot.series}
                found[slide.shapes.title.text] = (shape.chart.chart_type, list(plot.categories), series)
    return found


def said_on(slide):
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def squeezed(words):
    return re.sub(r"\s", "", words)


def page_of(meeting):
    """The sections of the meeting's own page, without what is drawn."""
    page = BeautifulSoup(handout_of(Meeting.objects.get(pk=meeting.pk)).html, "html.parser")
    for each in page.find_all(["svg", "summary"]) + page.find_all(class_=["pareto", "visually-hidden"]):
        each.decompose()
    return page


@pytest.fixture(params=["open", "closed"])
def either(request, meeting, leader):
    if request.param == "closed":
        close_meeting(meeting=meeting, by=leader)
    return meeting


def test_slides_have_the_titles_charts_and_numbers_of_the_page(either, leader, sign_in):
    slides = slides_of(sign_in(leader), either)
    titles = [slide.shapes.title.text for slide in slides]
    heads = [head.get_text() for head in page_of(either).find_all("h2")]
    assert titles[0] == "Closed-lost review of March 2026"
    assert [title for title in titles[1:] if not title.endswith(")")] == heads

    charts = charts_of(slides)
    bars = {"Price": 5500.0, "Trust": 2500.0}
    assert charts["Why we lost"] == (
        XL_CHART_TYPE.BAR_CLUSTERED,
        list(bars),
        {"Lost value": list(bars.values())},
    )
    assert charts["In numbers"] == (
        XL_CHART_TYPE.COLUMN_CLUSTERED,
        ["Lost", "Won"],
        {"February": [0, 0], "March": [8000, 7000]},
    )
    assert charts["What we know"][1:] == (["Buyer said it"], {"Reviews": [3]})
    assert charts["What buyers objected to"][2] == {"Lost value": [4000, 2500, 1500]}


def test_slides_say_each_figure_as_the_page_says_it(either, leader, sign_in):
    said = "\n".join(said_on(slide) for slide in slides_of(sign_in(leader), either))
    stats = page_of(either).find_all(class_="stat")
    assert stats
    for stat in stats:
        label, value = stat.find(class_="stat-label").get_text(strip=True), stat.find(class_="stat-value").get_text()
        assert squeezed(f"{label}: {value}") in squeezed(said)
    for words in ("“dearer than others 0”", "Offer a fixed price", "Write the offer", "Palletry"):
        assert words in said


def test_the_words_of_the_meeting_are_speaker_notes(meeting, leader, sign_in):
    [slide] = [each for each in slides_of(sign_in(leader), meeting) if each.shapes.title.text == "Why we lost"]
    assert "What the meeting said:\nPrice <b>again</b> & *more*" in slide.notes_slide.notes_text_frame.text


def test_what_no_slide_can_hold_is_left_out(meeting, leader, rep, sign_in):
    make_lost("Odd \x0b\x01\ufffe name", account="Odd\x02", amount=9000, closed_on=DAY, owner=rep)
    slides = slides_of(sign_in(leader), meeting)
    said = "\n".join([said_on(slide) + slide.notes_slide.notes_text_frame.text for slide in slides[1:]])
    assert re.search(r"Odd · Odd +name", said)
    assert "_x0" not in said


def test_a_name_in_a_chart_s_workbook_is_neither_formula_nor_link(meeting, leader, sign_in):
    names = ['=HYPERLINK("http://evil.example","x")', "{=1+1}", "https://evil.example", "+1", "@SUM(1)", "mailto:x"]
    for theme, name in zip(Theme.objects.filter(name__startswith="Theme ").order_by("name"), names, strict=False):
        theme.name = name
        theme.save()
    [chart] = [
        shape.chart
        for slide in slides_of(sign_in(leader), meeting)
        if slide.shapes.title.text == "What buyers objected to"
        for shape in slide.shapes
        if shape.has_chart
    ]
    book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    cells = [cell for row in book.active.iter_rows(min_row=2, max_col=1) for cell in row]
    assert [cell.value.strip() for cell in cells] == names[:3]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_words_longer_than_a_slide_go_on_on_the_next(meeting, leader, sign_in):
    words = " ".join(f"word{number}" for number in range(60))
    heads = [Line("A head", is_head=True), Line("Another under it", is_head=True)]
    many = [Line(words), *heads * 2, Line(words * 9), *heads, Line(words), Line("end")]
    for size in SIZES:
        pages = list(_pages(many, NARROW, size))
        assert len(pages) > 1
        assert all(sum(_height(line, WIDE, size) for line in page) <= ROOM for page in pages[1:])
        assert all(not page[-1].is_head for page in pages)
    said = " ".join(line.text for page in pages for line in page)
    assert said.split() == " ".join(line.text for line in many).split()


def test_words_are_as_large_as_fits_on_one_slide():
    def size_of(count):
        size, pages = _laid_out([Line("Few words")] * count, NARROW)
        return size.pt, len(pages)

    sizes = {count: size_of(count) for count in (3, 15, 16, 18, 40)}
    assert sizes == {3: (16, 1), 15: (16, 1), 16: (14, 1), 18: (12, 1), 40: (14, 3)}


def test_slides_and_notes_leave_out_nothing_that_stands_on_the_page(either, leader, sign_in):
    slides = slides_of(sign_in(leader), either)
    said = squeezed("".join(said_on(slide) + slide.notes_slide.notes_text_frame.text for slide in slides[1:]))
    page = page_of(either)
    for each in page.find_all("table"):
        each.decompose()
    assert [words for words in page.stripped_strings if words != "Notes" and squeezed(words) not in said] == []


def test_a_table_that_no_chart_says_stands_on_the_slide():
    page = BeautifulSoup(
        "<div><table><tr><td>Drawn</td></tr></table>"
        "<table class='crossed'><tr><th>Reason</th><th>All</th></tr><tr><th>Price</th><td>3</td></tr></table></div>",
        "html.parser",
    )
    assert [line.text for line in lines_of(page, with_tables=False)] == ["Reason · All", "Price · 3"]


def test_smaller_headings_are_lines_of_their_own():
    page = BeautifulSoup("<div><h3>Overdue</h3><h4>Decisions</h4><p>Fixed price</p></div>", "html.parser")
    said = lines_of(page, with_tables=False)
    assert said == [Line("Overdue", True), Line("Decisions", True), Line("Fixed price")]


def test_the_page_is_the_one_the_portal_shows(either, leader, sign_in):
    shown = BeautifulSoup(sign_in(leader).get(either.get_absolute_url()).content, "html.parser")
    for section in page_of(either).find_all("section", class_="meeting-section"):
        live = squeezed(shown.find(id=section["id"]).get_text())
        missing = [words for words in section.stripped_strings if squeezed(words) not in live]
        assert set(missing) <= {"Notes", "The largest losses of the period. No deals were picked."}


def test_an_empty_month_can_be_taken_away(leader, sign_in):
    meeting = make_meeting(MONTH, by=leader)
    client = sign_in(leader)
    assert [*charts_of(slides_of(client, meeting))] == ["In numbers"]
    assert "Nothing went live in this period" in taken(client, meeting, "markdown").decode()


def test_a_pack_whose_section_is_no_more_or_lost_its_words_is_still_taken_away(meeting, leader, sign_in, monkeypatch):
    close_meeting(meeting=meeting, by=leader)
    without = {key: section for key, section in registry.sections.items() if key != "reasons"}
    monkeypatch.setattr(registry, "sections", without)
    broken = replace(registry.sections["themes"], chart=lambda data: data["gone"])
    monkeypatch.setitem(registry.sections, "themes", broken)
    slides = slides_of(sign_in(leader), meeting)
    assert "Why we lost" in [slide.shapes.title.text for slide in slides]
    assert not {"Why we lost", "What buyers objected to"} & set(charts_of(slides))


def test_a_closed_meeting_keeps_its_currency_and_the_company_s_day(meeting, leader, sign_in):
    Company.objects.update(currency="USD", time_zone="Pacific/Auckland")
    pack = close_meeting(meeting=meeting, by=leader)
    Company.objects.update(currency="EUR")
    late = datetime(2026, 4, 9, 23, 30, tzinfo=UTC)
    type(pack).objects.filter(pk=pack.pk).update(closed_at=late)
    assert "Closed on 10 Apr 2026" in taken(sign_in(leader), meeting, "markdown").decode()
    assert "Closed on" in sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    assert handout_of(Meeting.objects.get(pk=meeting.pk)).currency == "USD"


def test_a_long_section_goes_on_on_the_next_slide(meeting, leader, rep, sign_in):
    for number in range(40):
        action = Action(text=f"Promise {number}", owner=rep, due_on=date(2026, 4, 9))
        add_action(meeting=meeting, action=action, by=leader)
    slides = [each for each in slides_of(sign_in(leader), meeting) if "Decisions" in each.shapes.title.text]
    said = "\n".join(said_on(slide) for slide in slides)
    assert len(slides) > 2
    assert all(f"Promise {number} " in said for number in range(40))


@needs_pango
def test_the_pdf_says_what_the_page_says_and_is_tagged(either, leader, sign_in):
    reader = PdfReader(io.BytesIO(taken(sign_in(leader), either, "pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == "Closed-lost review of March 2026"
    said = squeezed("".join(page.extract_text() for page in reader.pages))
    lines = [squeezed(words) for words in page_of(either).stripped_strings]
    assert len(lines) > 40
    assert [line for line in lines if line not in said] == []


def test_the_markdown_says_what_the_page_says(either, leader, sign_in):
    words = taken(sign_in(leader), either, "markdown").decode()
    assert words.startswith("# Closed-lost review of March 2026\n\nPalletry · ")
    heads = [f"## {head.get_text()}" for head in page_of(either).find_all("h2")]
    assert [line for line in words.splitlines() if line.startswith("## ")] == heads
    assert "| Price | 5,500 | 2 |" in words
    assert "> dearer than others 0" in words
    assert r"Price \<b\>again\</b\> \& \*more\* \[x\](https://evil.example) !\[p\](https" in words
    assert "\n# 1" not in words


def test_a_closed_meeting_is_taken_away_as_it_was_closed(meeting, leader, rep, sign_in):
    close_meeting(meeting=meeting, by=leader)
    client = sign_in(leader)
    before = charts_of(slides_of(client, meeting)), taken(client, meeting, "markdown")
    make_lost("Late", account="Hansa", amount=90_000, closed_on=DAY, owner=rep)
    assert (charts_of(slides_of(client, meeting)), taken(client, meeting, "markdown")) == before
    reopen_meeting(meeting=meeting, by=leader)
    assert charts_of(slides_of(client, meeting)) != before[0]


def test_the_rows_behind_the_figures_are_those_of_the_month(meeting, leader, rep, sign_in):
    make_lost("Another month", account="Hansa", closed_on=date(2026, 4, 1), owner=rep)
    client = sign_in(leader)
    rows = dict(client.get(meeting.get_absolute_url()).context["rows"])
    assert {
        title: len(b"".join(client.get(url).streaming_content).splitlines()) - 1 for title, url in rows.items()
    } == {
        "Lost deals": 3,
        "Reviews": 3,
        "Silent losses of 12 months": 0,
        "Closed deals": 4,
        "Objections": 3,
        "Objections of 90 days": 3,
        "Closed deals of 12 months": 4,
        "Reviews of 12 months": 3,
        "Collateral": 0,
        "Content requests": 0,
    }


def test_without_pango_the_page_is_printed_instead(meeting, leader, sign_in, monkeypatch):
    monkeypatch.setattr(views, "can_draw", lambda: False)
    monkeypatch.setattr(meeting_views, "can_draw", lambda: False)
    client = sign_in(leader)
    url = reverse("feedback:meeting_pdf", args=[meeting.pk])
    assert client.get(url).status_code == 404
    assert url not in client.get(meeting.get_absolute_url()).content.decode()


def test_everybody_takes_a_closed_meeting_and_nobody_else_an_open_one(meeting, leader, rep, marketer, sign_in):
    for kind in ("slides", "markdown"):
        assert sign_in(rep).get(reverse(f"feedback:meeting_{kind}", args=[meeting.pk])).status_code == 404
    close_meeting(meeting=meeting, by=leader)
    for person in (rep, marketer):
        assert taken(sign_in(person), meeting, "slides")


@pytest.mark.django_db
@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g", "#123456\n", "url(x)"])
def test_a_colour_is_six_digits(colour):
    data = {"name": "Palletry", "currency": "EUR", "time_zone": "Europe/London", "colour": colour}
    form = CompanyChangeForm(data, instance=Company())
    if colour.strip() == "#123456":
        assert form.is_valid()
    else:
        assert "colour" in form.errors
