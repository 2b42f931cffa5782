"""Who may do what with themes: everybody reads, marketers, leaders and admins curate."""

import pytest
from django.urls import reverse

from feedback.jobs import queue_job
from objections.actions.merges import merge_themes
from objections.actions.splits import split_theme
from objections.models import Build, Proposal
from tests.factories import make_objection, make_theme, place

READ = ["map", "theme_list", "theme_detail", "theme_unthemed"]
CURATE = [
    ("get", "theme_create"),
    ("get", "theme_edit"),
    ("get", "theme_merge"),
    ("get", "theme_split"),
    ("post", "theme_retire"),
    ("post", "theme_restore"),
    ("post", "merge_undo"),
    ("post", "split_undo"),
    ("get", "objection_place"),
    ("post", "objection_take_out"),
    ("post", "placement_undo"),
    ("post", "placement_restore"),
    ("post", "build_create"),
    ("post", "map_draw"),
    ("get", "build_detail"),
    ("get", "proposal_list"),
    ("post", "proposal_accept"),
    ("post", "proposal_reject"),
    ("post", "proposal_undo"),
]
CURATORS = ["marketer", "leader", "admin"]
READERS = ["rep", "manager", *CURATORS]


@pytest.fixture
def urls(rep, marketer):
    theme, voice = make_theme("Too dear"), make_objection(author=rep)
    placement = place(voice, theme)
    other = make_objection("another", author=rep)
    place(other, theme)
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)
    proposal = Proposal.objects.create(build=build, kind="retire", theme=make_theme("Idle"), why="idle")
    ids = {
        "theme": theme.pk,
        "objection": voice.pk,
        "placement": placement.pk,
        "merge": merge_themes(into=theme, theme=make_theme("Gone"), by=marketer).pk,
        "split": split_theme(theme=theme, objections=[other], name="Part", by=marketer).pk,
        "build": build.pk,
        "proposal": proposal.pk,
    }

    def url(name):
        without = name in (
            "map",
            "map_draw",
            "theme_list",
            "theme_unthemed",
            "theme_create",
            "build_create",
            "proposal_list",
        )
        return reverse(f"objections:{name}", args=[] if without else [ids[name.split("_")[0]]])

    return url


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("who", READERS)
def test_everybody_reads(name, who, urls, sign_in, request):
    assert sign_in(request.getfixturevalue(who)).get(urls(name)).status_code == 200


@pytest.mark.parametrize(("method", "name"), CURATE)
@pytest.mark.parametrize("who", READERS)
def test_only_curators_curate(method, name, who, urls, sign_in, request):
    response = getattr(sign_in(request.getfixturevalue(who)), method)(urls(name))

    assert (response.status_code == 403) == (who not in CURATORS)
    assert response.status_code in (200, 302, 403)


@pytest.mark.parametrize("name", [*READ, *(name for _, name in CURATE)])
def test_a_stranger_is_asked_to_sign_in(name, urls, sign_in):
    response = sign_in(None).post(urls(name))

    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


@pytest.mark.parametrize("name", [name for method, name in CURATE if method == "post"])
def test_what_changes_something_is_not_done_by_a_link(name, urls, marketer, sign_in):
    assert sign_in(marketer).get(urls(name)).status_code == 405
