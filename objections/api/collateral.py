from django.db.models import Prefetch
from rest_framework import serializers

from feedback.api.parts import NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from objections.filters.collateral import CollateralFilter
from objections.models import Collateral, Version
from objections.models.content import ContentType

STATES = ["draft", "published", "retired"]


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
    competitor = NamedSerializer(allow_null=True, help_text="Whom it is against.")
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
            "stage",
            "competitor",
            "owner",
            "review_by",
            "request",
            "published_at",
            "version",
            "used_on",
            "url",
        ]

    def get_state(self, piece) -> serializers.ChoiceField(choices=STATES):
        if piece.publication:
            return "published"
        return "retired" if piece.publications.all() else "draft"


class WholeCollateralSerializer(CollateralSerializer):
    """A piece with the versions one may see, newest first."""

    versions = VersionSerializer(source="seen_versions", many=True)

    class Meta(CollateralSerializer.Meta):
        fields = [*CollateralSerializer.Meta.fields, "versions"]


class CollateralView(ReadView):
    """Collateral, newest first. Without a state: what is published, as on the page."""

    queryset = Collateral.objects.all()
    serializer_class = CollateralSerializer
    filterset_class = CollateralFilter

    def get_serializer_class(self):
        return CollateralSerializer if self.action == "list" else WholeCollateralSerializer

    def rows(self, user):
        pieces = Collateral.objects.visible_to(user).with_rows()
        if self.action == "list":
            return pieces
        versions = Version.objects.visible_to(user).select_related("by")
        return pieces.prefetch_related(Prefetch("versions", versions, to_attr="seen_versions"))
