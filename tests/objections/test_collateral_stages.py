"""A piece of collateral is for several stages, or for any."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from objections.models import Collateral, CollateralStage
from tests.factories import make_collateral, make_opportunity, make_theme

LIST = reverse("objections:collateral_list")
NEW = reverse("objections:collateral_create")


@pytest.fixture
def theme():
    return make_theme("Too dear")


@pytest.fixture
def save(marketer, sign_in, theme):
    """Saves a piece, a new one or the given, with these words for its stages, by the page."""
    client = sign_in(marketer)

    def saved(stages, piece=None, **more):
        address = reverse("objections:collateral_edit", args=[piece.pk]) if piece else NEW
        data = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "stages": stages, **more}
        return client.post(address, data)

    return saved


def names(piece):
    return [stage.name for stage in piece.stages.all()]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Demo, Proposal", ["Demo", "Proposal"]),
        ("  Proposal ,, Demo,", ["Demo", "Proposal"]),
        ("Demo,demo , DEMO", ["Demo"]),
        ("Legal   review", ["Legal review"]),
        ("É" * 80, ["É" * 80]),
        (" , ", []),
        ("", []),
    ],
)
def test_stages_are_typed_with_commas_between_them(save, typed, kept):
    assert save(typed).status_code == 302
    assert names(Collateral.objects.get()) == kept


def test_one_that_is_too_long_is_refused_in_words_and_all_is_kept_as_typed(save):
    typed = f"Demo, {'x' * 81}"
    page = save(typed)
    assert page.status_code == 422
    assert page.context["form"].errors["stages"] == [
        f"“{'x' * 20}…” is longer than 80 characters. Give a shorter name."
    ]
    assert page.context["form"]["stages"].value() == typed
    assert not Collateral.objects.exists()


def test_a_known_stage_is_taken_however_it_is_capitalised(save, marketer):
    make_collateral("Deck", owner=marketer, stages=["Écriture"])
    save("éCRITURE, Demo")
    assert names(Collateral.objects.get(title="Sheet")) == ["Demo", "Écriture"]
    assert CollateralStage.objects.count() == 2


def test_the_form_offers_what_collateral_is_for_and_open_deals_are_at(marketer, sign_in):
    piece = make_collateral("Deck", owner=marketer, stages=["Proposal", "demo"])
    CollateralStage.objects.create(name="Nobody's any more")
    make_opportunity(stage="Legal & co")
    make_opportunity(stage="Proposal")
    make_opportunity(stage="Closed lost", outcome="lost", closed_on=date(2026, 1, 1))
    page = sign_in(marketer).get(reverse("objections:collateral_edit", args=[piece.pk]))
    assert page.context["form"].known_stages == ["demo", "Legal & co", "Proposal"]
    assert "In use: demo, Legal &amp; co, Proposal." in page.content.decode()
    assert page.context["form"]["stages"].value() == "Proposal, demo"


def test_pages_and_csv_name_all_and_say_any_for_none(marketer, sign_in):
    several = make_collateral("Several", owner=marketer, stages=["Demo", "<b>Pilot"])
    make_collateral("None", owner=marketer)
    client = sign_in(marketer)
    assert " · for &lt;b&gt;Pilot, Demo" in client.get(several.get_absolute_url()).content.decode()
    rows = client.get(LIST).content.decode()
    assert '<td data-label="Stages">&lt;b&gt;Pilot, Demo</td>' in rows
    assert '<td data-label="Stages">Any</td>' in rows
    exported = client.get(reverse("objections:collateral_export")).getvalue().decode("utf-8-sig")
    stages = {row["Collateral"]: row["Stages"] for row in csv.DictReader(StringIO(exported))}
    assert stages == {"Several": "<b>Pilot, Demo", "None": ""}


def test_the_api_lists_them_and_finds_by_one_of_them(marketer, sign_in):
    make_collateral("Several", owner=marketer, stages=["Demo", "Proposal"])
    make_collateral("One", owner=marketer, stages=["Demo"])
    make_collateral("None", owner=marketer)
    client = sign_in(marketer)

    def found(**query):
        return {row["title"]: row["stages"] for row in client.get("/api/v1/collateral/", query).json()["results"]}

    assert found() == {"Several": ["Demo", "Proposal"], "One": ["Demo"], "None": []}
    assert found(stage="Demo") == {"Several": ["Demo", "Proposal"], "One": ["Demo"]}
    assert found(stage="Proposal") == {"Several": ["Demo", "Proposal"]}


def test_a_change_of_stages_stands_in_the_history_once_and_making_is_no_change(save, marketer, sign_in):
    save("Demo, Pilot")
    piece = Collateral.objects.get()
    assert piece.history.count() == 1
    assert "changed the" not in sign_in(marketer).get(piece.get_absolute_url()).content.decode()
    save("Pilot, Proposal", piece, title="Better")
    save("Proposal, Pilot", piece, title="Better")
    told = [entry["text"] for entry in sign_in(marketer).get(piece.get_absolute_url()).context["entries"]]
    assert [text for text in told if "changed" in text] == ["changed the title, the stages"]
    past = [{row.collateralstage.name for row in record.stages.all()} for record in piece.history.order_by("pk")]
    assert past == [{"Demo", "Pilot"}, {"Pilot", "Proposal"}, {"Pilot", "Proposal"}]


def test_a_long_history_costs_no_more_queries(save, marketer, sign_in, django_assert_max_num_queries):
    piece, client = make_collateral(owner=marketer), sign_in(marketer)
    save("Stage", piece)
    with CaptureQueriesContext(connection) as short:
        client.get(piece.get_absolute_url())
    cost = len(short)
    for number in range(12):
        save(f"Stage {number}", piece)
    with django_assert_max_num_queries(cost):
        page = client.get(piece.get_absolute_url())
    assert sum("the stages" in entry["text"] for entry in page.context["entries"]) == 13
