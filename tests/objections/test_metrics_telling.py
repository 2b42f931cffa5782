from feedback.models import Opportunity
from objections.metrics import telling
from tests.factories import make_lost, make_objection, make_review, make_theme, make_won, place, reason


def of(deal):
    return telling(Opportunity.objects.all()).get(deal.pk)


def test_a_deal_of_which_nothing_is_known_tells_nothing(db):
    assert of(make_lost()) is None


def test_the_parts_of_a_review_add_up_to_thirty(rep):
    deal = make_lost()
    review = make_review(deal, author=rep, evidence="said", would_have_changed="A fixed price")
    assert (of(deal).review, of(deal).score) == (25, 25)
    review.contributing.add(reason("TRUST"))
    assert of(deal).review == 30
    review.reason = reason("UNKNOWN")
    review.save()
    assert of(deal).review == 20


def test_evidence_that_is_our_own_guess_and_a_draft_count_nothing(rep):
    guessed, draft = make_lost(), make_lost()
    make_review(guessed, author=rep, evidence="inferred")
    make_review(draft, author=rep, submitted=False)
    assert of(guessed).score == 10
    assert of(draft) is None


def test_quotes_themes_and_a_blocker_count_each_up_to_their_part(rep):
    deal = make_lost()
    for at in range(5):
        voice = make_objection(f"dear {at}", author=rep, opportunity=deal, is_quote=True, weight="concern")
        place(voice, make_theme(f"Theme {at}"))
    found = of(deal)
    assert (found.quotes, found.themes, found.weight, found.score) == (30, 30, 0, 60)
    make_objection("no way", author=rep, opportunity=deal, weight="blocker")
    assert of(deal).score == 70
    assert of(deal).said == ("5 quotes", "5 themes", "a blocker")


def test_the_most_telling_comes_first_and_won_deals_are_left_out(rep):
    quiet, loud, won = make_lost(), make_lost(), make_won()
    for deal, quotes in ((quiet, 1), (loud, 3), (won, 3)):
        for at in range(quotes):
            make_objection(f"dear {at}", author=rep, opportunity=deal, is_quote=True)
    assert list(telling(Opportunity.objects.all())) == [loud.pk, quiet.pk]
