"""What this app puts in the rail, on home pages, in search and in meetings."""


def register():
    """Called once when the app is ready."""
