from django.contrib import messages


def toast(request, text: str, *, undo: str = "") -> None:
    """A short word on the next page shown; `undo` is the URL its Undo button posts to."""
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
