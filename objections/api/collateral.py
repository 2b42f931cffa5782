from django.conf import settings
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from feedback.api.parts import BodySerializer, NamedSerializer, Parser, ReadSerializer
from feedback.api.problems import Unprocessable, raise_unless_valid
from feedback.api.views import ApiView, ReadView
from feedback.models import Opportunity
from feedback.models.tokens import Scope
from feedback.permissions import require
from objections.actions import collateral as actions
from objections.actions.sharing import share_collateral
from objections.alarms import alarms_of
from objections.api.impact import WithImpact
from objections.files import MAX_BYTES
from objections.filters.collateral import CollateralFilter
from objections.forms.collateral import UsageForm, VersionForm
from objections.forms.sharing import LIVES, ShareForm
from objections.models import Collateral, ShareLink, Usage, Version
from objections.models.content import ContentType
from objections.permissions import can_publish, can_record_usage, can_share

STATES = ["draft", "published", "retired"]


class CollateralApiFilter(CollateralFilter):
    @extend_schema_field(OpenApiTypes.INT)
    def filter_segment(self, queryset, name, segment):
        return super().filter_segment(queryset, name, segment)


class VersionSerializer(ReadSerializer):
    """One state of a piece of collateral: a file kept here, or a link to where it lives."""

    by = NamedSerializer()

    class Meta:
        model = Version
        fields = ["number", "file_name", "link", "note", "by", "at"]


class CollateralSerializer(ReadSerializer):
    """Something a rep can send or show. Drafts are seen by those who publish only."""

    type = serializers.ChoiceField(choices=ContentType.choices)
    state = serializers.SerializerMethodField()
    summary = serializers.CharField(help_text="When to use it.")
    themes = NamedSerializer(many=True, help_text="What it answers.")
    stages = serializers.SlugRelatedField(
        slug_field="name", many=True, read_only=True, help_text="Stages of a deal it is for; none for any."
    )
    competitor = NamedSerializer(allow_null=True, help_text="Whom it is against.")
    segments = NamedSerializer(many=True, help_text="Whom it is for; none for everybody.")
    alarms = serializers.SerializerMethodField(help_text="What tells that it may not hold any more, in words.")
    owner = NamedSerializer()
    request = NamedSerializer(allow_null=True, help_text="The content request it was made for.")
    published_at = serializers.DateTimeField(source="publication.at", default=None, allow_null=True)
    version = serializers.IntegerField(
        source="publication.version.number", default=None, allow_null=True, help_text="The one that is published."
    )
    used_on = serializers.IntegerField(source="uses", help_text="Deals it was used on.")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Collateral
        fields = [
            "id",
            "title",
            "type",
            "state",
            "summary",
            "themes",
            "stages",
            "segments",
            "competitor",
            "owner",
            "review_by",
            "alarms",
            "request",
            "published_at",
            "version",
            "used_on",
            "url",
        ]

    def get_alarms(self, piece) -> list[str]:
        return [alarm.words for alarm in alarms_of(piece, timezone.now())]

    def get_state(self, piece) -> serializers.ChoiceField(choices=STATES):
        if piece.publication:
            return "published"
        return "retired" if piece.publications.all() else "draft"


class WholeCollateralSerializer(WithImpact, CollateralSerializer):
    """A piece with the versions one may see, newest first, and its impact."""

    versions = VersionSerializer(source="seen_versions", many=True)

    class Meta(CollateralSerializer.Meta):
        fields = [*CollateralSerializer.Meta.fields, "versions", "impact"]


class UsageSerializer(ReadSerializer):
    """That somebody used a piece on a deal."""

    collateral = NamedSerializer()
    opportunity = NamedSerializer()
    helped = serializers.ChoiceField(choices=Usage.helped.field.choices, allow_blank=True)

    class Meta:
        model = Usage
        fields = ["id", "collateral", "opportunity", "at", "helped"]


class ShareLinkSerializer(ReadSerializer):
    """A link by which a buyer opens a piece without signing in."""

    opportunity = NamedSerializer(allow_null=True)
    address = serializers.CharField(help_text="What to send.")
    opens = serializers.IntegerField(help_text="How often it was opened; who did is not kept.")

    class Meta:
        model = ShareLink
        fields = ["id", "address", "opportunity", "at", "expires_at", "opens"]


class UsageBody(BodySerializer):
    """Where it was used: on a deal of one's own."""

    opportunity = serializers.PrimaryKeyRelatedField(queryset=Opportunity.objects.all())
    helped = serializers.ChoiceField(choices=Usage.helped.field.choices, required=False, allow_blank=True)
    why = serializers.CharField(required=False, allow_blank=True, max_length=200, help_text="A word is enough.")


class ShareBody(BodySerializer):
    """A link for a deal of one's own, or for none."""

    opportunity = serializers.PrimaryKeyRelatedField(
        queryset=Opportunity.objects.all(),
        required=False,
        allow_null=True,
        help_text="It is then noted that you used it there.",
    )
    works_for = serializers.ChoiceField(choices=LIVES, required=False, help_text="Days; otherwise 30.")


class VersionBody(BodySerializer):
    """A link as JSON, or a file as multipart/form-data: exactly one."""

    link = serializers.URLField(required=False, allow_blank=True, max_length=500)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="What changed.")


class VersionFileBody(VersionBody):
    file = serializers.FileField(required=False, help_text="Up to 20 MB, checked by its content.")


def _typed(body) -> dict:
    """The same as the page's form would send it."""
    given = {name: value for name, value in body.validated_data.items() if value is not None}
    return given | ({"opportunity": given["opportunity"].pk} if "opportunity" in given else {})


@extend_schema_view(
    usages=extend_schema(
        request=UsageBody,
        responses={201: OpenApiResponse(UsageSerializer, description="Noted; once for each deal and person.")},
        examples=[OpenApiExample("It helped", value={"opportunity": 1, "helped": "yes"}, request_only=True)],
    ),
    share_links=extend_schema(
        request=ShareBody,
        responses={201: OpenApiResponse(ShareLinkSerializer, description="The link, or the one that works already.")},
    ),
)
class CollateralView(ReadView):
    """Collateral, newest first. Without a state: what is published, as on the page."""

    scope = Scope.WRITE_COLLATERAL
    http_method_names = [*ReadView.http_method_names, "post"]

    queryset = Collateral.objects.all()
    serializer_class = CollateralSerializer
    filterset_class = CollateralApiFilter

    def get_serializer_class(self):
        return CollateralSerializer if self.action == "list" else WholeCollateralSerializer

    def rows(self, user):
        pieces = Collateral.objects.visible_to(user).with_rows()
        if self.action == "list":
            return pieces
        versions = Version.objects.visible_to(user).select_related("by")
        return pieces.prefetch_related(Prefetch("versions", versions, to_attr="seen_versions"))

    @action(detail=True, methods=["post"], serializer_class=UsageSerializer)
    def usages(self, request, pk):
        """Notes that you used it on a deal of yours; saying so again only changes whether it helped."""
        piece = self.get_object()
        require(can_record_usage(request.user))
        body = UsageBody(data=request.data)
        raise_unless_valid(body)
        form = UsageForm(_typed(body), user=request.user)
        raise_unless_valid(form)
        if not piece.publications.all():
            raise Unprocessable({"": ["It was never published, so nobody can have used it."]})
        usage = actions.record_usage(collateral=piece, by=request.user, **form.cleaned_data)
        return Response(UsageSerializer(usage, context=self.get_serializer_context()).data, status=201)

    @action(detail=True, methods=["post"], url_path="share-links", serializer_class=ShareLinkSerializer)
    def share_links(self, request, pk):
        """Makes a link for a buyer; with a deal it is noted that you used it there, once."""
        piece = self.get_object()
        require(can_share(request.user))
        body = ShareBody(data=request.data)
        raise_unless_valid(body)
        form = ShareForm(_typed(body), user=request.user)
        raise_unless_valid(form)
        try:
            link = share_collateral(collateral=piece, by=request.user, **form.cleaned_data)
        except actions.PublishRefused as refused:
            raise Unprocessable({"": [str(refused)]}) from refused
        shown = ShareLink.objects.with_opens().get(pk=link.pk)
        return Response(ShareLinkSerializer(shown, context=self.get_serializer_context()).data, status=201)


@extend_schema_view(
    create=extend_schema(
        request={"application/json": VersionBody, "multipart/form-data": VersionFileBody},
        responses={201: OpenApiResponse(VersionSerializer, description="Saved, not yet published.")},
    )
)
class NewVersionView(ApiView):
    """Adds the next version of a piece, for those who publish: a link as JSON, or a file as multipart/form-data."""

    scope = Scope.WRITE_COLLATERAL
    queryset = Version.objects.all()
    serializer_class = VersionSerializer
    parser_classes = [Parser, MultiPartParser]
    takes_files = MAX_BYTES
    most_bytes = MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def create(self, request, pk):
        self.refuse_unknown(set())
        piece = get_object_or_404(Collateral.objects.visible_to(request.user), pk=pk)
        require(can_publish(request.user))
        body = VersionFileBody(data=request.data)
        raise_unless_valid(body)
        form = VersionForm(body.validated_data, request.FILES)
        raise_unless_valid(form)
        version = actions.add_version(collateral=piece, by=request.user, kind=form.kind, **form.cleaned_data)
        return Response(self.get_serializer(version).data, status=201)
