from django.db.models import Exists, OuterRef
from rest_framework import serializers

from feedback.api.parts import ReadSerializer
from feedback.api.views import ReadView
from feedback.models import Definition


class DefinitionSerializer(ReadSerializer):
    """What a word or a figure means here, and how it is reckoned."""

    url = serializers.CharField(source="get_absolute_url", help_text="Its page in the portal.")

    class Meta:
        model = Definition
        fields = ["slug", "version", "title", "text", "formula", "since", "url"]


class DefinitionView(ReadView):
    """Agreed texts, each in the version in force."""

    queryset = Definition.objects.all()
    serializer_class = DefinitionSerializer
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def rows(self, user):
        newer = Definition.objects.filter(slug=OuterRef("slug"), version__gt=OuterRef("version"))
        return Definition.objects.exclude(Exists(newer))
