from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property

from feedback.home import rail
from feedback.models import Company
from feedback.permissions import can_read_imports, can_read_settings


def company_of(request) -> Company:
    """The company, read once for each request."""
    if not hasattr(request, "company"):
        request.company = Company.current()
    return request.company


def shell(request):
    """What every page's frame shows: the rail with its counts, the person's menu, the company."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"theme": "system"}}
    return {
        "shell": {
            "rail": _Rail(request),
            "menu": list(_menu(user)),
            "unread": SimpleLazyObject(user.notifications.filter(in_portal=True).unread().count),
            "company": company_of(request).name,
            "theme": user.theme,
            "single_keys": user.single_keys,
        }
    }


class _Rail:
    """Counts its badges only when a page renders it: fragments for htmx do not."""

    def __init__(self, request):
        self.request = request

    def __iter__(self):
        return iter(self.entries)

    @cached_property
    def entries(self):
        return list(self._entries())

    def _entries(self):
        path, noun = self.request.path, _noun(getattr(self.request.resolver_match, "view_name", ""))
        nouns = {label: {_noun(entry.url_name), *entry.also} for label, entry in rail.items()}
        is_some = any(noun in each for each in nouns.values())
        for entry in sorted(rail.values(), key=lambda e: e.position):
            url = reverse(entry.url_name)
            is_below = path == url if url == "/" else path.startswith(url)
            yield {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "badge": entry.badge(self.request.user) if entry.badge else 0,
                "badge_label": entry.badge_label,
                "is_current": noun in nouns[entry.label] if is_some else is_below,
            }


def _noun(view_name: str) -> str:
    """`feedback:review` of `feedback:review_edit`, which stands below a deal and is a review all the same."""
    return view_name.split("_")[0]


def _menu(user):
    if can_read_imports(user):
        yield {"label": "Imports", "url": reverse("feedback:import_list"), "icon": "arrow-up-tray"}
    if can_read_settings(user):
        yield {"label": "Administration", "url": reverse("feedback:settings"), "icon": "cog-6-tooth"}
