import django_filters as filters
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
from rest_framework.response import Response

from feedback.api.parts import BodySerializer, NamedSerializer, ReadSerializer
from feedback.api.problems import Unprocessable, raise_unless_valid
from feedback.api.views import ReadView
from feedback.filters import MomentFilter
from feedback.models import Opportunity, Product
from feedback.models.tokens import Scope
from feedback.permissions import require
from objections.actions import objections as actions
from objections.actions.placements import ThemeGone
from objections.filters.objections import ObjectionFilter
from objections.forms.objections import ObjectionForm, deal_label
from objections.models import Objection, Theme
from objections.models.objections import Ending, Kind, MentionKind, Weight
from objections.permissions import can_log, can_see_logger

PLACED_BY = ["person", "machine"]


class ObjectionApiFilter(ObjectionFilter):
    opportunity = filters.ModelChoiceFilter(label="The deal", queryset=Opportunity.objects.all())
    changed_since = MomentFilter(label="Logged or corrected since", method="filter_changed")

    @extend_schema_field(OpenApiTypes.INT)
    def filter_theme(self, queryset, name, theme):
        return super().filter_theme(queryset, name, theme)

    @extend_schema_field(OpenApiTypes.STR)
    def filter_certification(self, queryset, name, certification):
        return super().filter_certification(queryset, name, certification)

    def filter_changed(self, queryset, name, since):
        changed = Objection.history.filter(history_date__gte=since).values("id")
        return queryset.filter(pk__in=changed)


class PlacementSerializer(serializers.Serializer):
    """The theme it stands in, and who put it there."""

    theme = NamedSerializer()
    by = serializers.SerializerMethodField()
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 1; null where a person placed it.")
    at = serializers.DateTimeField()

    def get_by(self, placement) -> serializers.ChoiceField(choices=PLACED_BY):
        return "person" if placement.by_id else "machine"


class MentionSerializer(serializers.Serializer):
    """A competitor, product, price, date or certification that is named in the words."""

    kind = serializers.ChoiceField(choices=MentionKind.choices)
    text = serializers.CharField(help_text="As it is written there.")
    name = serializers.CharField(source="__str__", help_text="As it is usually written.")
    competitor = NamedSerializer(allow_null=True)
    product = NamedSerializer(allow_null=True)


class ObjectionSerializer(ReadSerializer):
    """A reservation a buyer voiced at a moment, on a deal or on none."""

    text = serializers.SerializerMethodField(
        help_text="Empty where somebody said “same as this” of a theme. Marketers read who is named in it masked, and "
        "for some seconds after it was logged only that it is being read."
    )
    raised_by = serializers.SerializerMethodField(help_text="Their role, not their name.")
    answer_used = serializers.SerializerMethodField()
    language = serializers.CharField(help_text="ISO 639-1, as its words read; empty until they were read.")
    mentions = MentionSerializer(many=True, help_text="What its words name.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    weight = serializers.ChoiceField(choices=Weight.choices)
    ending = serializers.ChoiceField(choices=Ending.choices, allow_blank=True)
    opportunity = NamedSerializer(allow_null=True)
    competitor = NamedSerializer(allow_null=True)
    product = NamedSerializer(allow_null=True)
    heard_while_open = serializers.BooleanField(
        source="was_heard_while_open", help_text="False where it was told after the deal closed, or of no deal."
    )
    placement = PlacementSerializer(allow_null=True, help_text="Null while it is in no theme.")
    author = serializers.SerializerMethodField(help_text="Who logged it; null for marketers and other reps.")
    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Objection
        fields = [
            "id",
            "text",
            "is_quote",
            "kind",
            "weight",
            "raised_by",
            "stage",
            "opportunity",
            "competitor",
            "product",
            "answer_used",
            "ending",
            "heard_on",
            "heard_while_open",
            "language",
            "mentions",
            "placement",
            "author",
            "logged_at",
            "withdrawn_at",
            "url",
        ]

    def get_text(self, objection) -> str:
        return objection.words_for(self.reader)

    def get_raised_by(self, objection) -> str:
        return objection.words_for(self.reader, "raised_by")

    def get_answer_used(self, objection) -> str:
        return objection.words_for(self.reader, "answer_used")

    def get_author(self, objection) -> NamedSerializer(allow_null=True):
        return NamedSerializer(objection.author).data if can_see_logger(self.reader, objection) else None


class ObjectionBody(BodySerializer):
    """An objection to log: words, or the theme it is the same as."""

    client_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Your own id of it: sent again, nothing is logged twice."
    )
    text = serializers.CharField(required=False, allow_blank=True, max_length=2000, help_text="What they said.")
    same_as = serializers.PrimaryKeyRelatedField(
        queryset=Theme.objects.all(), required=False, allow_null=True, help_text="A theme that was heard before."
    )
    opportunity = serializers.PrimaryKeyRelatedField(
        queryset=Opportunity.objects.all(), required=False, allow_null=True, help_text="The deal; null for none."
    )
    is_quote = serializers.BooleanField(required=False, help_text="Whether these are the buyer's own words.")
    kind = serializers.ChoiceField(choices=Kind.choices, default=Kind.OBJECTION)
    weight = serializers.ChoiceField(choices=Weight.choices, default=Weight.CONCERN)
    raised_by = serializers.CharField(
        required=False, allow_blank=True, max_length=80, help_text="Their role, not their name."
    )
    stage = serializers.CharField(
        required=False, allow_blank=True, max_length=80, help_text="Otherwise the stage its deal is at."
    )
    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.all(), required=False, allow_null=True)
    competitor_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    answer_used = serializers.CharField(required=False, allow_blank=True, max_length=500)
    ending = serializers.ChoiceField(choices=Ending.choices, required=False, allow_blank=True)
    heard_on = serializers.DateField(required=False, help_text="Otherwise today.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "request" in self.context:
            self.fields["opportunity"].queryset = Opportunity.objects.visible_to(self.context["request"].user)

    def as_typed(self) -> dict:
        """The same as the page's form would send it."""
        given = {name: value for name, value in self.validated_data.items() if value is not None}
        deal = given.pop("opportunity", None)
        rows = {name: given[name].pk for name in ("same_as", "product") if name in given}
        return {"heard_on": timezone.localdate()} | given | rows | {"deal": deal_label(deal) if deal else ""}


@extend_schema_view(
    create=extend_schema(
        request=ObjectionBody,
        responses={
            201: OpenApiResponse(ObjectionSerializer, description="Logged."),
            200: OpenApiResponse(ObjectionSerializer, description="It had been logged before with this `client_id`."),
        },
        examples=[
            OpenApiExample(
                "On no deal",
                value={"text": "Too dear for what it does", "weight": "blocker", "raised_by": "Purchasing"},
                request_only=True,
            )
        ],
    )
)
class ObjectionView(ReadView):
    """What buyers said, newest first. Withdrawn ones are found by their number only, by those who may see them."""

    scope = Scope.WRITE_OBJECTIONS
    http_method_names = [*ReadView.http_method_names, "post"]
    queryset = Objection.objects.all()
    serializer_class = ObjectionSerializer
    filterset_class = ObjectionApiFilter

    def rows(self, user):
        objections = (
            Objection.objects.visible_to(user).with_rows().select_related("author__team", "product").with_mentions()
        )
        return objections.live() if self.action == "list" else objections

    def create(self, request):
        """Logs an objection as the person who asks; it finds its theme by itself, or is placed in `same_as`."""
        require(can_log(request.user))
        self.refuse_unknown(set())
        body = ObjectionBody(data=request.data, context=self.get_serializer_context())
        raise_unless_valid(body)
        client_id = body.validated_data.get("client_id")
        earlier = client_id and self.get_queryset().filter(author=request.user, client_id=client_id).first()
        if earlier:  # logged already, whatever became of its theme since
            return Response(self.get_serializer(earlier).data)
        form = ObjectionForm(body.as_typed(), user=request.user)
        raise_unless_valid(form, {"deal": "opportunity"})
        new = form.save(commit=False)
        new.client_id = client_id
        try:
            logged = actions.log_objection(objection=new, by=request.user, same_as=form.cleaned_data["same_as"])
        except ThemeGone as gone:
            raise Unprocessable({"same_as": [str(gone)]}) from gone
        shown = self.get_serializer(self.get_queryset().get(pk=logged.pk))
        return Response(shown.data, status=201 if logged is new else 200)
