"""The lists whose filters people save; apps above add theirs in `AppConfig.ready()`."""

from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from feedback.filters import ListFilter
from feedback.models import SavedFilter


@dataclass(frozen=True)
class Listing:
    """A list with a filter. `also` names what else of its address a saved filter keeps, such as the sorting."""

    key: str
    title: str
    url_name: str
    filterset: type[ListFilter]
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def query_of(self, asked: QueryDict) -> str:
        """The part of an address that filters, in one agreed order, so that equal filters read alike."""
        names = [*self.filterset.base_filters, *self.also]
        return urlencode([(name, value) for name in names for value in asked.getlist(name) if value])

    def problems_of(self, request: HttpRequest, query: str) -> list[tuple[str, str]]:
        """What a query asks for that there is not: (filter, words)."""
        return self.filterset(QueryDict(query), request=request).problems


listings: dict[str, Listing] = {}


def add_listing(listing: Listing) -> None:
    listings[listing.key] = listing


@dataclass(frozen=True)
class Bar:
    """What stands over a list: this person's saved filters, and the way to save the filter in use."""

    saved: list[SavedFilter]
    in_use: SavedFilter | None
    query: str
    save_url: str

    @property
    def may_save(self) -> bool:
        return bool(self.query) and self.in_use is None


def bar_of(request: HttpRequest, key: str) -> Bar:
    """One query, unless `opens_with_default` made it."""
    saved = _saved(request, key)
    query = listings[key].query_of(request.GET)
    in_use = next((row for row in saved if row.query == query), None)
    save_url = reverse("feedback:saved_filter_create", args=[key])
    return Bar(saved, in_use, query, f"{save_url}?{query}")


def opens_with_default(key: str):
    """For the view of a list: a bare address leads to the person's default filter; `?all` shows everything."""

    def wrap(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if not request.GET:
                mine = [row for row in _saved(request, key) if row.is_default and row.owner_id == request.user.pk]
                if mine:
                    return redirect(mine[0])
            return view(request, *args, **kwargs)

        return answer

    return wrap


def back_to(request: HttpRequest, url_name: str):
    """To the page of a list with the same filter, which says there what is wrong with it."""
    return redirect(f"{reverse(url_name)}?{request.GET.urlencode()}")


def _saved(request, key):
    if not hasattr(request, "saved_filters"):
        request.saved_filters = list(SavedFilter.objects.visible_to(request.user).for_list(key).select_related("owner"))
    return request.saved_filters
