import gc
import os
import threading

from django.core.wsgi import get_wsgi_application

from config.backup import unfinished

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def _warm():
    """Loads the encoder and the addresses beside the first requests, so that no rep waits for them.

    What is there by then stays, so it is not looked through for garbage again: that takes 70 ms, in somebody's page.
    """
    from django.db import connection
    from django.urls import get_resolver

    from objections import theming
    from objections.theming import meanings

    try:
        get_resolver().url_patterns  # noqa: B018  reading it is what loads them
        theming.warm()
        meanings.warm()
    finally:
        connection.close()
        gc.collect()
        gc.freeze()


unfinished.tell()
threading.Thread(target=_warm, name="warm", daemon=True).start()
