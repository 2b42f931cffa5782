"""The meeting as PowerPoint slides, with charts that can be edited there and the meeting's words as speaker notes."""

import io
import re
from collections.abc import Iterator
from textwrap import wrap

from lxml.etree import SubElement
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Length, Pt

from feedback.csv_export import FORMULA
from feedback.handouts import Handout, Part
from feedback.handouts.lines import Line, lines_of
from feedback.meetings import Chart

WIDTH, HEIGHT, MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
ROOM = Inches(5.3)  # for words, from top to bottom
WIDE, NARROW = WIDTH - 2 * MARGIN, Inches(4.9)  # alone, and beside a chart
USUAL, SIZES = Pt(14), (Pt(16), Pt(14), Pt(12))  # of words: the largest with which they fit on one slide, if one does
GAP = Pt(6)  # between two lines
EM = 0.56  # of its size a character is wide: Calibri's are 0.49, those of what steps in for it up to this
LONGEST = 700  # characters of a line that fits on a slide in any case
LEAD = re.compile(r"(“.*”|.*?)(?= [·–] |$)", re.DOTALL)  # what a line is about, before what is said of it
TITLE_ONLY, TITLE_SLIDE = 5, 0  # layouts of the library's own template
INK, GREY, PALE = RGBColor(0x1B, 0x1E, 0x28), RGBColor(0x5B, 0x61, 0x70), RGBColor(0xB9, 0xBE, 0xCC)
KINDS = {"bar": XL_CHART_TYPE.BAR_CLUSTERED, "column": XL_CHART_TYPE.COLUMN_CLUSTERED}
FORMATS = {"money": "#,##0", "percent": "0%", "count": "0"}
# XML 1.0 has no place for these, and no program draws them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
LINK = re.compile(r"[a-z]+:", re.IGNORECASE)  # what XlsxWriter makes one of
DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"


def deck(handout: Handout) -> bytes:
    """The file. One slide a section, more where its words need them; charts hold the section's own numbers."""
    slides = Presentation()
    slides.slide_width, slides.slide_height = WIDTH, HEIGHT
    slides.core_properties.title = _clean(handout.title)
    slides.core_properties.author = _clean(handout.company.name)
    colour = RGBColor.from_string(handout.company.colour.lstrip("#").upper())
    _cover(slides, handout, colour)
    for part in handout.parts:
        _section(slides, handout, part, colour)
    file = io.BytesIO()
    slides.save(file)
    return file.getvalue()


def _cover(slides, handout, colour) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[TITLE_SLIDE])
    _band(slide, colour, Inches(0.35))
    _place(slide.shapes.title, MARGIN, Inches(2.4), WIDTH - 2 * MARGIN, Inches(1.2))
    _write(slide.shapes.title.text_frame, [Line(handout.title, is_head=True)], Pt(40), INK)
    _place(slide.placeholders[1], MARGIN, Inches(3.7), WIDTH - 2 * MARGIN, Inches(1.2))
    facts = [Line(handout.company.name), Line(handout.facts)]
    _write(slide.placeholders[1].text_frame, facts, Pt(20), GREY)


def _section(slides, handout, part: Part, colour) -> None:
    lines, notes = lines_of(part.page, with_tables=part.chart is None), _clean(_notes(part))
    size, pages = _laid_out(lines, NARROW if part.chart else WIDE)
    for number, page in enumerate(pages):
        slide = slides.slides.add_slide(slides.slide_layouts[TITLE_ONLY])
        _band(slide, colour, Inches(0.14))
        _place(slide.shapes.title, MARGIN, Inches(0.4), WIDTH - 2 * MARGIN, Inches(0.9))
        title = part.title if number == 0 else f"{part.title} ({number + 1})"
        _write(slide.shapes.title.text_frame, [Line(title, is_head=True)], Pt(30), INK)
        chart = part.chart if number == 0 else None
        body = slide.shapes.add_textbox(MARGIN, Inches(1.4), NARROW if chart else WIDE, ROOM).text_frame
        _write(body, page, size, INK, GREY)
        if chart:
            _draw(slide, chart, handout.currency, colour)
        foot = slide.shapes.add_textbox(MARGIN, Inches(6.95), WIDTH - 2 * MARGIN, Inches(0.35)).text_frame
        _write(foot, [Line(f"{handout.company.name} · {handout.title} · {handout.facts}")], Pt(10), GREY)
        slide.notes_slide.notes_text_frame.text = notes


def _notes(part: Part) -> str:
    said = f"What the meeting said:\n{part.note}\n\n" if part.note else ""
    return said + "\n".join(line.text for line in lines_of(part.page, with_tables=True))


def _laid_out(lines: list[Line], first: Length) -> tuple[Length, list[list[Line]]]:
    """The size of the words, and what stands on each slide; `first` is how wide the text of the first one is."""
    ways = {size: list(_pages(lines, first, size)) for size in SIZES}
    size = next((size for size, pages in ways.items() if len(pages) == 1), USUAL)
    return size, ways[size]


def _pages(lines: list[Line], first: Length, size: Length) -> Iterator[list[Line]]:
    """At least one page."""
    page, used, width = [], 0, first
    for block in _blocks(lines):
        takes = sum(_height(line, width, size) for line in block)
        if page and used + takes > ROOM:
            yield page
            page, used, width = [], 0, WIDE
            takes = sum(_height(line, width, size) for line in block)
        page += block
        used += takes
    yield page


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """What stays together: headings with the line under them. Each line fits on a slide; longer ones are parted."""
    block = []
    for line in lines:
        for words in wrap(line.text, LONGEST):
            block.append(Line(words, line.is_head))
            if not line.is_head:
                yield block
                block = []
    if block:
        yield block


def _height(line: Line, width: Length, size: Length) -> float:
    rows = 1 + len(line.text) * EM * size // (width - Inches(0.2))  # the frame has its own margins
    return rows * 1.2 * size + GAP


def _write(frame, lines: list[Line], size, colour, aside=None) -> None:
    """`aside` is the colour of what is said of that which a line is about."""
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, GAP
        words = _clean(line.text)
        end = LEAD.match(words).end() if aside and not line.is_head else len(words)
        for part, ink in ((words[:end], colour), (words[end:], aside)):
            if part or ink == colour:
                run = paragraph.add_run()
                run.text = part
                run.font.size, run.font.bold, run.font.color.rgb = size, line.is_head, ink


def _clean(words: str) -> str:
    return CONTROL.sub("", words)


def _cell(words: str) -> str:
    """A name as the chart's own workbook holds it, where it must not turn into a formula or a link."""
    words = _clean(words)
    return f" {words}" if words.startswith((*FORMULA, "{")) or LINK.match(words) else words


def _place(shape, left, top, width, height) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _band(slide, colour, height) -> None:
    band = slide.shapes.add_shape(1, Emu(0), Emu(0), WIDTH, height)
    band.fill.solid()
    band.fill.fore_color.rgb = colour
    band.line.fill.background()
    # An ornament: a screen reader has nothing to say of it.
    told = SubElement(band.element.find(qn("p:nvSpPr")).find(qn("p:cNvPr")), qn("a:extLst"))
    told = SubElement(told, qn("a:ext"), uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    SubElement(told, f"{{{DECORATIVE}}}decorative", val="1", nsmap={"adec": DECORATIVE})


def _draw(slide, chart: Chart, currency: str, colour) -> None:
    data = CategoryChartData(number_format=FORMATS[chart.unit])
    data.categories = [_cell(name) for name in chart.categories]
    for name, values in chart.series.items():
        data.add_series(_cell(name), values)
    frame = slide.shapes.add_chart(
        KINDS[chart.kind], MARGIN + Inches(5.2), Inches(1.4), WIDTH - 2 * MARGIN - Inches(5.2), Inches(5.4), data
    )
    frame.element.find(qn("p:nvGraphicFramePr")).find(qn("p:cNvPr")).set("descr", _clean(chart.title))
    drawn = frame.chart
    drawn.has_title = True
    unit = f", {currency}" if chart.unit == "money" else ""
    _write(drawn.chart_title.text_frame, [Line(f"{chart.title}{unit}")], Pt(14), INK)
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    drawn.font.size = Pt(12)
    if chart.kind == "bar":
        drawn.category_axis.reverse_order = True  # the first on top, as on the page
    plot = drawn.plots[0]
    plot.gap_width = 60
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = FORMATS[chart.unit], False
    plot.data_labels.font.size = Pt(11)
    drawn.value_axis.visible, drawn.value_axis.has_major_gridlines = False, False
    for series, ink in zip(plot.series, [*[PALE] * (len(plot.series) - 1), colour], strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = ink
        series.format.line.color.rgb = GREY  # else a pale colour is lost on white
