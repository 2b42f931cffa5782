from datetime import timedelta

from django.utils import timezone

from objections.models import Usage
from objections.sections.shipped import beforehand
from tests.factories import make_collateral, make_opportunity


def test_a_deal_counts_once_however_many_used_it_there(rep, other_rep, marketer):
    piece, today = make_collateral(owner=marketer), timezone.localdate()
    shared, other = make_opportunity(), make_opportunity()
    for deal, by in ((shared, rep), (shared, other_rep), (other, rep)):
        Usage.objects.create(collateral=piece, opportunity=deal, by=by)
    shipped = beforehand((today - timedelta(days=1), today), None)["shipped"]
    assert [each["uses"] for each in shipped] == [2]


def test_of_many_pieces_the_most_used_are_listed_and_the_rest_counted(rep, marketer, monkeypatch):
    monkeypatch.setattr("objections.sections.shipped.MOST", 2)
    pieces, today = [make_collateral(title=f"Sheet {at}", owner=marketer) for at in range(3)], timezone.localdate()
    for piece in (pieces[0], pieces[2]):
        Usage.objects.create(collateral=piece, opportunity=make_opportunity(), by=rep)
    found = beforehand((today - timedelta(days=1), today), None)
    assert [each["title"] for each in found["shipped"]] == ["Sheet 0", "Sheet 2"]
    assert found["shipped_more"] == 1
