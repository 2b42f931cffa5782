from django.utils import timezone
from rest_framework import serializers

from feedback.api.parts import CodedSerializer, NamedSerializer, ReadSerializer
from feedback.api.views import ReadView
from feedback.metrics import Money, last_year
from objections.api.impact import WithImpact
from objections.api.money import MoneySerializer
from objections.filters.themes import ThemeFilter
from objections.metrics import lost_value_by_theme
from objections.models import Answer, Theme
from objections.models.themes import Owner, State


class AnswerSerializer(ReadSerializer):
    """The approved words to say."""

    approved_by = NamedSerializer()

    class Meta:
        model = Answer
        fields = ["text", "approved_by", "approved_at"]


class ThemeSerializer(ReadSerializer):
    """A curated group of objections that one answer could address."""

    category = CodedSerializer()
    owner = serializers.ChoiceField(choices=Owner.choices, help_text="The team that answers it.")
    state = serializers.ChoiceField(choices=State.choices)
    merged_into = serializers.SerializerMethodField(help_text="The theme its objections are counted in now.")
    voices = serializers.IntegerField(help_text="Objections placed in it.")
    lost_value = serializers.SerializerMethodField(help_text="Deals lost in the last 12 months where it was heard.")
    answer = AnswerSerializer(allow_null=True)
    is_answered = serializers.BooleanField(help_text="Whether collateral for it is published.")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Theme
        fields = [
            "id",
            "name",
            "definition",
            "category",
            "owner",
            "state",
            "merged_into",
            "voices",
            "lost_value",
            "answer",
            "is_answered",
            "url",
        ]

    def get_merged_into(self, theme) -> NamedSerializer(allow_null=True):
        merge = next(iter(theme.live_merges), None)
        return NamedSerializer(merge.into).data if merge else None

    def get_lost_value(self, theme) -> MoneySerializer:
        return MoneySerializer(self.context["lost"].get(theme.pk, Money())).data


class WholeThemeSerializer(WithImpact, ThemeSerializer):
    """A theme with the impact of its answer."""

    class Meta(ThemeSerializer.Meta):
        fields = [*ThemeSerializer.Meta.fields, "impact"]


class ThemeView(ReadView):
    """Themes, newest first. Without a choice: those in use that were heard, as on the page."""

    queryset = Theme.objects.all()
    serializer_class = ThemeSerializer
    filterset_class = ThemeFilter

    def get_serializer_class(self):
        return ThemeSerializer if self.action == "list" else WholeThemeSerializer

    def rows(self, user):
        return Theme.objects.visible_to(user).for_api()

    def get_serializer(self, *args, **kwargs):
        serializer = super().get_serializer(*args, **kwargs)
        if args:  # with what was lost on the themes of this answer, from one query
            themes = args[0] if kwargs.get("many") else [args[0]]
            serializer.context["lost"] = lost_value_by_theme(themes, last_year(timezone.localdate()))
        return serializer
