"""What every view of the API does alike."""

from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from feedback.api.problems import TooLarge


class Filters(DjangoFilterBackend):
    """The filters of the page. One that is unknown, given twice or has an impossible value is refused, not ignored."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        view.refuse_unknown(known | {"cursor", "page_size"})
        return super().filter_queryset(request, queryset, view)


class ApiView(GenericViewSet):
    """Answers in the time zone of whoever asks; `scope` is what a token needs to write here."""

    scope = ""
    most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # of a body

    def dispatch(self, request, *args, **kwargs):
        with ExitStack() as self.meanwhile:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.meanwhile.enter_context(timezone.override(ZoneInfo(request.user.time_zone)))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > self.most_bytes:
            raise TooLarge

    def check_permissions(self, request):
        if not request.user.is_authenticated:
            self.check_throttles(request)  # they are refused next, before they would be counted
        super().check_permissions(request)

    def refuse_unknown(self, known: set[str]) -> None:
        """400 for query parameters that mean nothing here: a slip of the pen must not widen what is asked for."""
        errors = {}
        for name, values in self.request.query_params.lists():
            if name not in known:
                allowed = ", ".join(sorted(known)) or "none"
                errors[name] = [f"There is no such parameter here. Known: {allowed}."]
            elif len(values) > 1:
                errors[name] = ["Give it once."]
        if errors:
            raise ValidationError(errors)

    def get_object(self):
        """The row of the address among those one may see; list filters do not hide it."""
        self.refuse_unknown(set())
        return get_object_or_404(self.get_queryset(), **{self.lookup_field: self.kwargs[self.lookup_field]})


class ReadView(ApiView, ReadOnlyModelViewSet):
    """A list, and one row of it. `rows` gives what this person may see."""

    filter_backends = [Filters]
    http_method_names = ["get", "head"]
    lookup_value_converter = "int"

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return self.rows(self.request.user)

    def rows(self, user):
        return self.queryset.all()


class NothingHere(ApiView):
    """An address of the API that does not exist."""

    schema = None
    methods = ("get", "post", "put", "patch", "delete")

    def refuse(self, request, *args, **kwargs):
        slash = "" if request.path.endswith("/") else " Addresses end with a slash."
        raise NotFound(f"There is nothing at this address.{slash}")
