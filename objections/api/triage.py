from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from feedback.api.parts import CodedSerializer, NamedSerializer
from feedback.api.views import ReadView
from objections import triage_page
from objections.api.money import MoneySerializer
from objections.filters.triage import TriageFilter
from objections.metrics import PARTS
from objections.models import Theme


class PartSerializer(serializers.Serializer):
    """One part of the score, by its rank among the themes that have any of it."""

    key = serializers.ChoiceField(source="part.key", choices=[(part.key, part.label) for part in PARTS])
    points = serializers.DecimalField(max_digits=4, decimal_places=1)
    of = serializers.IntegerField(source="part.points", help_text="The most this part gives.")
    place = serializers.IntegerField(allow_null=True, help_text="1 for the largest; null where there is none of it.")
    among = serializers.IntegerField(source="of", help_text="Themes that have any of it.")


class LateSerializer(serializers.Serializer):
    """Deals on which it was heard in a late stage, of those on which it was heard while open."""

    late = serializers.IntegerField(source="part")
    deals = serializers.IntegerField(source="whole")


class TrendSerializer(serializers.Serializer):
    """Voices of the last three whole months, and of the three before."""

    now = serializers.IntegerField()
    before = serializers.IntegerField()


class ReuseSerializer(serializers.Serializer):
    """People who would use an answer, and open deals that raised it."""

    people = serializers.IntegerField()
    deals = serializers.IntegerField()


class PinSerializer(serializers.Serializer):
    """Why it stands first."""

    reason = serializers.CharField()
    by = NamedSerializer()
    at = serializers.DateTimeField()


class TriageSerializer(serializers.Serializer):
    """A theme that waits for an answer, with its score. See definition "triage-score"."""

    place = serializers.IntegerField(help_text="In the order of triage, from 1, whatever is filtered.")
    theme = NamedSerializer()
    category = CodedSerializer(source="theme.category")
    pin = PinSerializer(allow_null=True)
    score = serializers.DecimalField(source="score.total", max_digits=4, decimal_places=1, help_text="0 to 100.")
    parts = PartSerializer(source="score.parts", many=True, help_text="They add up to the score.")
    open_value = MoneySerializer(source="worth.open", help_text="Open deals on which it was heard.")
    lost_value_90_days = MoneySerializer(source="worth.lost")
    late_stages = LateSerializer(source="worth.late")
    trend = TrendSerializer(source="worth.trend")
    voices = serializers.IntegerField(source="worth.voices", help_text="Of the last 12 months.")
    reuse = ReuseSerializer(source="worth.reuse")
    answer = serializers.CharField(source="answer.label")
    url = serializers.CharField(source="theme.get_absolute_url", help_text="Its page in the portal.")


class TriageView(ReadView):
    """Themes that wait for an answer, as on the page of triage."""

    queryset = Theme.objects.all()
    serializer_class = TriageSerializer
    filterset_class = TriageFilter
    pagination_class = None

    def rows(self, user):
        return Theme.objects.visible_to(user)

    @extend_schema(responses=TriageSerializer(many=True))
    def list(self, request):
        """All of them at once, pinned ones first and then by score, unless `sort` says otherwise."""
        self.refuse_unknown(set(TriageFilter.base_filters))  # there are no pages to ask for
        themes = self.filter_queryset(self.get_queryset())
        found = triage_page.triage(timezone.localdate())
        order = request.query_params.get("sort", "")
        return Response(self.get_serializer(triage_page.among(found.rows, themes, order), many=True).data)
