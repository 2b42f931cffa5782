import django_filters as filters
from rest_framework import serializers

from feedback.api.parts import ReadSerializer
from feedback.api.views import ReadView
from feedback.filters import MomentFilter
from feedback.models import Notification


class NotificationFilter(filters.FilterSet):
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label="Not read yet, or read")
    since = MomentFilter(field_name="at", lookup_expr="gte", label="Told at this time or later")

    class Meta:
        model = Notification
        fields = []


class NotificationSerializer(ReadSerializer):
    """What this person was told."""

    url = serializers.CharField(help_text="The page it is about.")

    class Meta:
        model = Notification
        fields = ["id", "title", "body", "url", "at", "read_at"]


class NotificationView(ReadView):
    """What one was told, newest first; nobody else's."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter

    def rows(self, user):
        return Notification.objects.visible_to(user)
