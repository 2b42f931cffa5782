from django.db.models import Prefetch

from feedback.api.parts import ReadSerializer
from feedback.api.views import ReadView
from feedback.models import Category, Destination, Reason, Taxonomy


class DestinationSerializer(ReadSerializer):
    """Where the money went."""

    class Meta:
        model = Destination
        fields = ["code", "label", "description", "retired_at"]


class DetailSerializer(ReadSerializer):
    """A reason of the second level."""

    class Meta:
        model = Reason
        fields = ["code", "label", "retired_at"]


class ReasonSerializer(ReadSerializer):
    """Why we lost, with its second level."""

    details = DetailSerializer(many=True)

    class Meta:
        model = Reason
        fields = ["code", "label", "description", "retired_at", "details"]


class CategorySerializer(ReadSerializer):
    """What objections are about."""

    class Meta:
        model = Category
        fields = ["code", "label", "retired_at"]


class TaxonomySerializer(ReadSerializer):
    """One published version of all destinations, reasons and categories. A review keeps the one it was coded with."""

    destinations = DestinationSerializer(many=True)
    reasons = ReasonSerializer(many=True)
    categories = CategorySerializer(many=True)

    class Meta:
        model = Taxonomy
        fields = ["version", "published_at", "destinations", "reasons", "categories"]


class TaxonomyView(ReadView):
    """Published versions, the one in force first. Codes are what reviews are written with."""

    queryset = Taxonomy.objects.all()
    serializer_class = TaxonomySerializer
    lookup_field = "version"

    def rows(self, user):
        reasons = Reason.objects.top_level().prefetch_related("details")
        return Taxonomy.objects.filter(published_at__isnull=False).prefetch_related(
            "destinations", "categories", Prefetch("reasons", reasons)
        )
