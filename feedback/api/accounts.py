"""Lists that make the numbers in other answers mean something, and the filters usable."""

from feedback.api.parts import ReadSerializer
from feedback.api.views import ReadView
from feedback.models import Account, Competitor, Product, Segment


class SegmentSerializer(ReadSerializer):
    """A group we report by: one value of one dimension."""

    class Meta:
        model = Segment
        fields = ["id", "dimension", "value"]


class AccountSerializer(ReadSerializer):
    """A buyer's company."""

    segments = SegmentSerializer(many=True)

    class Meta:
        model = Account
        fields = ["id", "name", "segments"]


class AccountView(ReadView):
    """Companies that deals are with."""

    queryset = Account.objects.prefetch_related("segments")
    serializer_class = AccountSerializer


class CompetitorSerializer(ReadSerializer):
    class Meta:
        model = Competitor
        fields = ["id", "name"]


class CompetitorView(ReadView):
    """Whom we met in deals."""

    queryset = Competitor.objects.themselves()
    serializer_class = CompetitorSerializer


class ProductSerializer(ReadSerializer):
    class Meta:
        model = Product
        fields = ["id", "name"]


class ProductView(ReadView):
    """What we sell."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer


class SegmentView(ReadView):
    """Groups we report by."""

    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
