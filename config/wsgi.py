import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def _warm():
    """Loads the encoder beside the first requests, so that no rep waits for it."""
    from django.db import connection

    from objections import theming

    try:
        theming.warm()
    finally:
        connection.close()


threading.Thread(target=_warm, name="warm", daemon=True).start()
