"""The settings under test, with a data directory of their own and without what only costs time."""

import os
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="closed-loop-tests-")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, INSTALLED_APPS, REST_FRAMEWORK, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir()
# Under any other name pytest-django's live server finds no static files, and pages in the browser have no styles.
INSTALLED_APPS = [
    app.replace("config.apps.PortalStaticFilesConfig", "django.contrib.staticfiles") for app in INSTALLED_APPS
]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests share a cache and a minute; those that test how often one may ask set the rates.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": dict.fromkeys(REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A file and not memory, so that a worker process started by a test sees the same rows.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
