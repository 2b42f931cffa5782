from datetime import timedelta

from django.utils import timezone

from objections.models import Usage
from objections.sections.shipped import collect
from tests.factories import make_collateral, make_opportunity


def test_a_deal_counts_once_however_many_used_it_there(rep, other_rep, marketer):
    piece, today = make_collateral(owner=marketer), timezone.localdate()
    shared, other = make_opportunity(), make_opportunity()
    for deal, by in ((shared, rep), (shared, other_rep), (other, rep)):
        Usage.objects.create(collateral=piece, opportunity=deal, by=by)
    shipped = collect((today - timedelta(days=1), today), None)["shipped"]
    assert [each["uses"] for each in shipped] == [2]
