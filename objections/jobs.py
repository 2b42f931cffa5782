"""The kinds of background work this app brings."""


def register():
    from objections import theming  # noqa: F401  registers its jobs
