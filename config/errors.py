from django.views.defaults import server_error as page

from feedback.api.problems import server_error as problem


def server_error(request):
    """What a request gets that failed: programs a problem they can read, people the page."""
    return problem(request) if request.path.startswith("/api/") else page(request)
