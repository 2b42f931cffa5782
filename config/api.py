"""The API's addresses: the views of both apps under one router, its schema, and the page that explains it."""

from functools import lru_cache

from django.shortcuts import render
from django.urls import include, path, re_path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from feedback.api.accounts import AccountView, CompetitorView, ProductView, SegmentView
from feedback.api.answers import (
    ChangeAnswerView,
    DestinationAnswerView,
    ReasonAnswerView,
    SubmissionView,
    WonAnswerView,
)
from feedback.api.definitions import DefinitionView
from feedback.api.meetings import MeetingView
from feedback.api.notifications import NotificationView
from feedback.api.opportunities import OpportunityView
from feedback.api.people import MeView, PersonView, TeamView
from feedback.api.reviews import ReviewView
from feedback.api.taxonomies import TaxonomyView
from feedback.api.views import ApiView, NothingHere
from objections.api.collateral import CollateralView, NewVersionView
from objections.api.objections import ObjectionView
from objections.api.request_deeds import (
    BriefView,
    ChecklistView,
    CommentView,
    JoinView,
    MoveView,
    SignOffView,
)
from objections.api.requests import RequestView
from objections.api.themes import ThemeView
from objections.api.triage import TriageView

VIEWS = {
    "opportunities": ("opportunity", OpportunityView),
    "reviews": ("review", ReviewView),
    "objections": ("objection", ObjectionView),
    "themes": ("theme", ThemeView),
    "requests": ("request", RequestView),
    "collateral": ("collateral", CollateralView),
    "meetings": ("meeting", MeetingView),
    "notifications": ("notification", NotificationView),
    "taxonomies": ("taxonomy", TaxonomyView),
    "definitions": ("definition", DefinitionView),
    "accounts": ("account", AccountView),
    "competitors": ("competitor", CompetitorView),
    "products": ("product", ProductView),
    "segments": ("segment", SegmentView),
    "teams": ("team", TeamView),
    "people": ("person", PersonView),
}


@lru_cache(maxsize=1)
def whole_schema() -> dict:
    """The same for everybody: roles differ in rows and answers, not in addresses."""
    return SchemaGenerator().get_schema(request=None, public=True)


class SchemaView(ApiView):
    """The OpenAPI schema of this API."""

    schema = None
    renderer_classes = [OpenApiJsonRenderer2]

    def retrieve(self, request):
        return Response(whole_schema())


def docs(request):
    """The quickstart with the address under which the portal was asked, so that it can be copied as it stands."""
    return render(request, "api/docs.html", {"address": request.build_absolute_uri("/api/v1")})


ANSWERS = [DestinationAnswerView, ReasonAnswerView, ChangeAnswerView, WonAnswerView]
REVIEW = "v1/opportunities/<int:pk>/review"
REQUEST = "v1/requests/<int:pk>"

router = SimpleRouter(use_regex_path=False)
for prefix, (name, view) in VIEWS.items():
    router.register(prefix, view, basename=name)

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    *[
        path(f"{REVIEW}/{view.question}/", view.as_view({"put": "update"}), name=f"answer-{view.question}")
        for view in ANSWERS
    ],
    path("v1/collateral/<int:pk>/versions/", NewVersionView.as_view({"post": "create"}), name="version-create"),
    path(f"{REVIEW}/submission/", SubmissionView.as_view({"post": "create"}), name="submission"),
    path(f"{REQUEST}/moves/", MoveView.as_view({"post": "create"}), name="move"),
    path(f"{REQUEST}/brief/", BriefView.as_view({"put": "update"}), name="brief"),
    path(f"{REQUEST}/sign-offs/", SignOffView.as_view({"post": "create"}), name="sign-off"),
    path(f"{REQUEST}/joins/", JoinView.as_view({"post": "create"}), name="join"),
    path(f"{REQUEST}/joins/<int:join>/", JoinView.as_view({"delete": "destroy"}), name="join-leave"),
    path(f"{REQUEST}/comments/", CommentView.as_view({"post": "create"}), name="comment"),
    path(
        f"{REQUEST}/comments/<int:comment>/",
        CommentView.as_view({"put": "update", "delete": "destroy"}),
        name="comment-edit",
    ),
    path(f"{REQUEST}/checklist/", ChecklistView.as_view({"post": "create"}), name="checklist"),
    path(
        f"{REQUEST}/checklist/<int:item>/",
        ChecklistView.as_view({"put": "update", "delete": "destroy"}),
        name="checklist-item",
    ),
    path("v1/themes/triage/", TriageView.as_view({"get": "list"}), name="theme-triage"),
    path("v1/me/", MeView.as_view({"get": "retrieve"}), name="me"),
    path("v1/schema/", SchemaView.as_view({"get": "retrieve"}), name="schema"),
    path("v1/docs/", docs, name="docs"),
    re_path("", NothingHere.as_view(dict.fromkeys(NothingHere.methods, "refuse")), name="nothing"),
]
