from xml.etree import ElementTree

from django.template import Context, Template

from feedback.pictures import PLOT_HEIGHT, Whisker, columns, interval_plot, pareto_rows, sparkline, value_bar


def drawn(html):
    return ElementTree.fromstring(html)  # noqa: S314  our own drawing


def test_it_draws_the_highest_value_at_the_top_and_marks_the_last():
    art = drawn(sparkline([0, 4, 2], "Heard by month: 0, 4, 2"))
    assert art.find("polyline").get("points") == "3.0,21.0 50.0,3.0 97.0,12.0"
    assert (art.find("circle").get("cx"), art.find("circle").get("cy")) == ("97.0", "12.0")
    assert art.get("aria-label") == "Heard by month: 0, 4, 2"


def test_it_draws_a_flat_line_of_nothing_and_no_line_of_one_value():
    assert drawn(sparkline([0, 0], "none")).find("polyline").get("points") == "3.0,21.0 97.0,21.0"
    assert sparkline([7], "one") == ""


def test_it_fills_a_bar_to_its_share():
    assert drawn(value_bar(0.625)).findall("rect")[1].get("width") == "62.5%"
    assert drawn(value_bar(1.7)).findall("rect")[1].get("width") == "100.0%"
    assert drawn(value_bar(None)).findall("rect")[1].get("width") == "0.0%"


def test_it_joins_the_pareto_line_at_the_edges_of_its_rows():
    first, second = [drawn(row) for row in pareto_rows([(0.6, 0.6), (0.4, 1.0)])]
    assert first.find("rect").get("width") == "60.00%"
    assert first.findall("line")[-1].get("x2") == second.findall("line")[-1].get("x1") == "80.00%"
    assert (first.findall("line")[-1].get("y2"), second.findall("line")[-1].get("y1")) == (first.get("height"), "0")


def test_it_scales_columns_to_the_highest():
    bars = drawn(columns([("Jan", 50, "€ 50"), ("Feb", 100, "€ 100")], "Lost")).findall("rect")
    assert [bar.get("height") for bar in bars] == ["60.0", "120.0"]


def test_it_draws_a_share_between_the_ends_of_its_interval_and_marks_days():
    whisker = Whisker(0.5, 1, 0.75, 0.5, 0.25, 1, 1, "won 5 of 10")
    art = drawn(interval_plot([whisker], [(0.5, "Live since 1 June")], ("Jan", "Dec"), "Won more often"))
    group = art.find("g")
    level, reach = group.findall("line")
    assert (level.get("x1"), level.get("x2"), reach.get("x1")) == ("50.00%", "100.00%", "75.00%")
    assert float(reach.get("y1")) - float(reach.get("y2")) == PLOT_HEIGHT * 0.75
    assert float(reach.get("y2")) < float(group.find("circle").get("cy")) < float(reach.get("y1"))
    assert group.find("title").text == "won 5 of 10"
    assert "Live since 1 June" in [text.text for text in art.findall("text")]
    assert art.get("aria-label") == "Won more often"


def test_it_escapes_what_people_wrote():
    page = Template("{% load pictures %}{% sparkline values label %}{% value_bar 0.5 label tone='danger' %}")
    shown = page.render(Context({"values": [1, 2], "label": '"><script>'}))
    assert "<script>" not in shown
    assert 'class="bar bar-danger"' in shown
