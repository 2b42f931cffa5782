from django.db.models import Exists, OuterRef, Q
from rest_framework import serializers
from rest_framework.response import Response

from feedback.api.parts import NamedSerializer, ReadSerializer
from feedback.api.views import ApiView, ReadView
from feedback.models import Opportunity, Team, Token, User


class TeamSerializer(ReadSerializer):
    class Meta:
        model = Team
        fields = ["id", "name"]


class TeamView(ReadView):
    """Teams, by which deals can be filtered."""

    queryset = Team.objects.all()
    serializer_class = TeamSerializer


class PersonSerializer(ReadSerializer):
    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


class PersonView(ReadView):
    """Those who own deals, and oneself: whom the pages name to everybody."""

    queryset = User.objects.all()
    serializer_class = PersonSerializer

    def rows(self, user):
        return User.objects.filter(Q(pk=user.pk) | Exists(Opportunity.objects.filter(owner=OuterRef("pk"))))


class MeSerializer(ReadSerializer):
    """Who asks, and what for."""

    name = serializers.CharField(source="__str__")
    role = serializers.SerializerMethodField()
    team = NamedSerializer(allow_null=True)
    scopes = serializers.SerializerMethodField(help_text="Of the token; empty for a person signed in in a browser.")

    class Meta:
        model = User
        fields = ["id", "name", "role", "team", "time_zone", "scopes"]

    def get_role(self, user) -> str:
        return user.get_role_display()

    def get_scopes(self, user) -> list[str]:
        token = self.context["request"].auth
        return token.scopes if isinstance(token, Token) else []


class MeView(ApiView):
    """Oneself."""

    serializer_class = MeSerializer

    def retrieve(self, request):
        self.refuse_unknown(set())
        return Response(self.get_serializer(request.user).data)
