"""Links by which a buyer opens a piece without signing in, and what is counted of it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from feedback.actions.people import token_hash
from feedback.actions.personal_data import erase_person
from feedback.audit import Asked, sources
from feedback.models import Tries
from objections.actions.collateral import record_usage, retire_collateral
from objections.actions.sharing import count_open, end_share_link, restore_share_link, share_collateral
from objections.models import Opens, ShareLink, Usage, Version
from objections.models.sharing import KEY_LENGTH
from tests.factories import make_collateral, make_objection, make_opportunity, make_theme, place


@pytest.fixture
def piece(marketer):
    return make_collateral("Security pack", owner=marketer)


@pytest.fixture
def link(piece, rep):
    return share_collateral(collateral=piece, by=rep)


@pytest.fixture
def buyer(sign_in):
    return sign_in(None)


def url_of(link):
    return reverse("objections:share_link_open", args=[link.token])


def opens_of(link):
    return ShareLink.objects.with_opens().get(pk=link.pk).opens


def test_a_rep_makes_a_link_in_one_tap_and_it_works_for_thirty_days(piece, rep, sign_in):
    page = sign_in(rep).post(reverse("objections:share_link_create", args=[piece.pk]), {}, follow=True)
    link = ShareLink.objects.get()
    assert (link.by, link.collateral, link.opportunity) == (rep, piece, None)
    assert timedelta(days=29, hours=23) < link.expires_at - timezone.now() <= timedelta(days=30)
    assert link.address in page.content.decode()
    assert url_of(link) in link.address


def test_its_address_cannot_be_guessed_nor_made_of_what_the_database_holds(link, piece, rep, buyer, settings):
    other = share_collateral(collateral=piece, by=rep, opportunity=make_opportunity(owner=rep))
    assert len(link.token) == 2 * KEY_LENGTH
    assert link.token != other.token
    assert link.token[KEY_LENGTH:] != other.token[KEY_LENGTH:]
    mixed = link.key + other.token[KEY_LENGTH:]
    for wrong in (link.key, mixed, link.token[:-1], link.token + "a"):
        assert buyer.get(reverse("objections:share_link_open", args=[wrong])).status_code == 404
    sent = url_of(link)
    settings.SECRET_KEY = "another"  # noqa: S105  of another portal
    assert buyer.get(sent).status_code == 404


def test_asked_again_it_gives_the_same_link(link, piece, rep, leader):
    assert share_collateral(collateral=piece, by=rep, works_for=timedelta(days=90)) == link
    link.refresh_from_db()
    assert link.expires_at - timezone.now() > timedelta(days=89)
    assert share_collateral(collateral=piece, by=leader) != link
    end_share_link(link=link, by=rep)
    assert share_collateral(collateral=piece, by=rep) != link


def test_on_a_deal_it_notes_one_use(piece, rep, sign_in):
    deal = make_opportunity(owner=rep)
    for _ in range(2):
        sign_in(rep).post(reverse("objections:share_link_create", args=[piece.pk]), {"opportunity": deal.pk})
    usage = Usage.objects.get()
    assert (usage.collateral, usage.opportunity, usage.by) == (piece, deal, rep)
    assert ShareLink.objects.get().usage == usage


def test_a_deal_of_somebody_else_is_refused_on_the_page(piece, rep, other_rep, marketer, sign_in):
    theirs = make_opportunity(owner=other_rep)
    page = sign_in(rep).post(reverse("objections:share_link_create", args=[piece.pk]), {"opportunity": theirs.pk})
    assert (page.status_code, ShareLink.objects.count(), Usage.objects.count()) == (422, 0, 0)
    assert "opportunity" in page.context["share_form"].errors
    sign_in(marketer).post(reverse("objections:share_link_create", args=[piece.pk]), {"opportunity": theirs.pk})
    assert (ShareLink.objects.get().opportunity, Usage.objects.count()) == (None, 0)


def test_what_is_not_published_cannot_be_shared(rep, marketer, sign_in):
    draft = make_collateral(owner=marketer, published=False)
    url = reverse("objections:share_link_create", args=[draft.pk])
    assert sign_in(rep).post(url).status_code == 404
    page = sign_in(marketer).post(url)
    assert page.status_code == 422
    assert "nothing to share" in page.content.decode()


def test_opening_the_page_says_what_it_is_and_counts_nothing(link, buyer):
    """Programs that preview links, and those that look through mail, do no more."""
    for agent in ("Slackbot-LinkExpanding 1.0", "Mozilla/5.0"):
        page = buyer.get(url_of(link), headers={"User-Agent": agent})
        assert page.status_code == 200
        assert "Security pack" in page.content.decode()
    assert buyer.head(url_of(link)).status_code == 200
    assert opens_of(link) == 0


def test_the_button_leads_to_the_link_and_counts_one_for_the_day(link, buyer):
    for _ in range(2):
        answer = buyer.post(url_of(link))
        assert (answer.status_code, answer.url) == (303, "https://example.com/sheet")
        assert answer["Referrer-Policy"] == "no-referrer"
    assert [(row.day, row.count) for row in Opens.objects.all()] == [(timezone.localdate(), 2)]
    assert "form-action 'self' https://example.com" in buyer.get(url_of(link))["Content-Security-Policy"]


def test_the_button_gives_the_published_file_as_a_download(link, piece, marketer, buyer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"<script>alert(1)</script>", "a.txt")
    version = Version.objects.create(collateral=piece, number=2, file=file, file_name="Pack.txt", by=marketer)
    piece.publications.update(version=version)
    answer = buyer.post(url_of(link))
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="Pack.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Type"] == "text/plain"


def test_nothing_is_kept_of_who_opens_it(link, buyer):
    """No cookie, no address, no browser: a number for the day."""
    for ask in (buyer.get, buyer.head, buyer.post):
        answer = ask(url_of(link), headers={"User-Agent": "Mozilla/5.0 of somebody"}, REMOTE_ADDR="203.0.113.7")
        assert not answer.cookies
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]
    assert {field.name for field in Opens._meta.get_fields()} == {"id", "link", "day", "count"}
    kept = set(Tries.objects.values_list("key", flat=True))
    assert kept == {token_hash(f"shared\n{link.pk}")}


def test_a_colleague_who_looks_is_not_counted(link, rep, sign_in):
    page = sign_in(rep).get(url_of(link))
    assert "not counted" in page.content.decode()
    assert sign_in(rep).post(url_of(link)).status_code == 303
    assert opens_of(link) == 0


@pytest.mark.parametrize("how", ["expired", "ended", "retired"])
def test_what_is_over_says_so_and_opens_nothing(how, link, piece, rep, marketer, buyer):
    if how == "expired":
        ShareLink.objects.update(expires_at=timezone.now())
    elif how == "ended":
        end_share_link(link=link, by=rep)
    else:
        retire_collateral(collateral=piece, by=marketer)
    for ask in (buyer.get, buyer.post):
        answer = ask(url_of(link))
        assert answer.status_code == 410
        assert "This link has ended" in answer.content.decode()
        assert "Security pack" not in answer.content.decode()
    assert opens_of(link) == 0


def test_guessing_is_slowed_and_so_is_one_link(link, buyer, monkeypatch):
    monkeypatch.setattr("objections.views.sharing.WRONG_LIMIT", 2)
    monkeypatch.setattr("objections.views.sharing.LIMIT", 2)
    wrong = reverse("objections:share_link_open", args=["x" * 44])
    assert [buyer.get(wrong).status_code for _ in range(3)] == [404, 404, 429]
    answers = [buyer.post(url_of(link)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[-1]["Retry-After"] == "3600"
    assert opens_of(link) == 2


def test_ending_it_is_undone_and_takes_the_use_along(piece, rep, sign_in):
    deal, client = make_opportunity(owner=rep), sign_in(rep)
    link = share_collateral(collateral=piece, by=rep, opportunity=deal)
    page = client.post(reverse("objections:share_link_end", args=[link.pk]), follow=True)
    assert not Usage.objects.exists()
    undo = next(iter(page.context["messages"])).extra_tags.removeprefix("undo:")
    for _ in range(2):
        assert client.post(undo).status_code == 302
    link.refresh_from_db()
    assert (link.is_working, link.usage.opportunity) == (True, deal)


def test_a_use_that_was_there_before_or_was_spoken_of_or_opened_stays(piece, rep):
    before, spoken, opened = (make_opportunity(name, owner=rep) for name in ("before", "spoken", "opened"))
    record_usage(collateral=piece, opportunity=before, by=rep)
    links = [share_collateral(collateral=piece, by=rep, opportunity=deal) for deal in (before, spoken, opened)]
    record_usage(collateral=piece, opportunity=spoken, by=rep, helped="yes")
    count_open(link=links[2], day=timezone.localdate())
    for link in links:
        end_share_link(link=link, by=rep)
        end_share_link(link=link, by=rep)
    assert set(Usage.objects.values_list("opportunity", flat=True)) == {before.pk, spoken.pk, opened.pk}
    assert restore_share_link(link=links[2]).is_working


def test_reps_see_their_own_links_and_those_who_publish_see_all(link, piece, rep, other_rep, marketer, sign_in):
    shown = {
        user: link.address in sign_in(user).get(piece.get_absolute_url()).content.decode() for user in (rep, marketer)
    }
    assert shown == {rep: True, marketer: True}
    assert link.address not in sign_in(other_rep).get(piece.get_absolute_url()).content.decode()


def test_the_page_of_a_deal_offers_links_and_shows_opens(rep, marketer, sign_in):
    deal, theme = make_opportunity(owner=rep), make_theme("No SOC 2")
    place(make_objection("no soc 2", author=rep, opportunity=deal), theme)
    piece, client = make_collateral("Security pack", owner=marketer, themes=[theme]), sign_in(rep)
    assert "Link to Security pack" in client.get(deal.get_absolute_url()).content.decode()
    next_ = f"{deal.get_absolute_url()}#sent"
    data = {"opportunity": deal.pk, "next": next_}
    assert client.post(reverse("objections:share_link_create", args=[piece.pk]), data).url == next_
    count_open(link=ShareLink.objects.get(), day=timezone.localdate())
    page = client.get(deal.get_absolute_url()).content.decode()
    assert "opened 1 time," in page
    assert "Link to Security pack" not in page


def test_making_and_ending_it_stand_in_the_audit(link, rep):
    end_share_link(link=link, by=rep)
    kinds = [
        entry.kind for key in ("share-link-made", "share-link-ended") for entry in sources[key].entries(Asked(), 9)
    ]
    assert kinds == ["Link shared", "Link ended"]


def test_the_page_of_a_piece_costs_the_same_for_many_links(piece, rep, sign_in, django_assert_max_num_queries):
    for number in range(12):
        deal = make_opportunity(f"Deal {number}", account=f"A{number}", owner=rep)
        link = share_collateral(collateral=piece, by=rep, opportunity=deal)
        count_open(link=link, day=timezone.localdate())
    client = sign_in(rep)
    with django_assert_max_num_queries(32):
        client.get(piece.get_absolute_url())


def test_erasing_who_made_it_keeps_the_link_and_its_count(link, rep, admin, buyer):
    buyer.post(url_of(link))
    erase_person(person=rep, why="Left us", by=admin)
    assert opens_of(link) == 1
    assert ShareLink.objects.get().by.name.startswith("Former colleague")
