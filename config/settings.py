"""The one settings file; everything a company may change comes from the environment (table in the README)."""

from ipaddress import ip_network
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from config.roles import role_mapping
from config.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = env.path("DATA_DIR", default=str(BASE_DIR / "data"))
DATA_DIR = Path(str(DATA_DIR))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=False)
PORT = env.int("PORT", default=8000)
HOST = env.str("HOST", default="127.0.0.1")
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where links in mails lead, for no request tells a worker under which name people know the portal.
_origins = [origin for origin in CSRF_TRUSTED_ORIGINS if "*" not in origin]
PORTAL_URL = env.str("PORTAL_URL", default=_origins[0] if _origins else f"http://{HOST}:{PORT}").rstrip("/")
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # none: /metrics answers nobody

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "objections",
    "feedback",
    "config.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.PortalStaticFilesConfig",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "heroicons",
    "csp",
    "axes",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "config.monitoring.middleware.ProbesMiddleware",
    "config.monitoring.middleware.RequestFiguresMiddleware",
    "config.client_address.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "feedback.sessions.SessionLifetimeMiddleware",
    "feedback.second_factor.SecondFactorMiddleware",
    "config.headers.HeadersMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.time_zone.TimeZoneMiddleware",
    "feedback.kept.KeptOnceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.templatetags.shell"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.shell.shell",
            ],
        },
    },
]

# So that templates/django/forms/widgets/ stands before Django's own widgets.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Why IMMEDIATE: with deferred transactions 20 clients posting at once meet "database is locked"; measured, see README.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
    "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'closed-loop.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Beside what the URL says, such as sslmode. Compiling a query that runs for 10 ms takes PostgreSQL up to 60, and
    # with the cost of a page on a turning disk it reads all deals instead of one person's.
    DATABASES["default"].setdefault("OPTIONS", {}).update(pool=True)
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off -c random_page_cost=1.1")

AUTH_USER_MODEL = "feedback.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name", "email")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "feedback:home"
LOGOUT_REDIRECT_URL = "login"
# No address of django-allauth's is opened: its rows, codes and protocol are used by pages of ours.
MFA_ADAPTER = "feedback.second_factor.EncryptingAdapter"
MFA_TOTP_ISSUER = "Closed Loop"
MFA_TOTP_TOLERANCE = 1  # clocks differ: half a minute before and after
REQUIRE_SECOND_FACTOR = env.str("REQUIRE_SECOND_FACTOR", default="nobody")
if REQUIRE_SECOND_FACTOR not in ("nobody", "admins", "everybody"):
    raise ImproperlyConfigured("REQUIRE_SECOND_FACTOR is nobody, admins or everybody.")
SOCIALACCOUNT_ADAPTER = "feedback.oidc.OurAccountAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3  # seconds; one of four web threads waits meanwhile
OIDC_ISSUER_URL = env.str("OIDC_ISSUER_URL", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="your company")
OIDC_SIGN_UP = env.bool("OIDC_SIGN_UP", default=False)
OIDC_ROLE_CLAIM = env.str("OIDC_ROLE_CLAIM", default="")
OIDC_ROLES = role_mapping(env.str("OIDC_ROLES", default=""))
OIDC_ONLY = env.bool("OIDC_ONLY", default=False)
if OIDC_ISSUER_URL and not OIDC_CLIENT_ID:
    raise ImproperlyConfigured(
        "OIDC_ISSUER_URL needs OIDC_CLIENT_ID, and OIDC_CLIENT_SECRET unless the client is public."
    )
if OIDC_ISSUER_URL and not OIDC_ISSUER_URL.startswith("https://") and not DEBUG:
    raise ImproperlyConfigured("OIDC_ISSUER_URL has to begin with https://.")
AXES_HANDLER = "feedback.throttle.SignInThrottle"
AXES_FAILURE_LIMIT = 8  # of one name from one address
SIGN_IN_ADDRESS_LIMIT = 60  # of one address, whatever the names: an office may share one
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "feedback.views.signing_in.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else nobody could say when it ends
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # it would keep addresses of people for good
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]  # only debuggers ask for maps
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [  # the first keeps from the others what is too large or sent where no file is taken
    "feedback.uploads.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Read by objections.nlp itself, which works without these settings; named here so that a wrong path stops the start.
NLP_CONFIG = env("NLP_CONFIG", default="")
if NLP_CONFIG and not Path(NLP_CONFIG).is_file():
    raise ImproperlyConfigured(f"NLP_CONFIG names {NLP_CONFIG}, and there is no such file.")

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="closed-loop@localhost")

# Networks of the company's own to which webhooks may be sent, beside the internet.
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])
try:
    list(map(ip_network, WEBHOOK_NETWORKS))
except ValueError as error:
    raise ImproperlyConfigured(f"WEBHOOK_NETWORKS holds networks such as 10.1.0.0/16: {error}.") from error

# The mailbox that `fetch_mail` reads, and the address people write to; what is private to each stands behind a + in it.
INBOUND_MAIL_URL = env.str("INBOUND_MAIL_URL", default="")
INBOUND_MAIL_ADDRESS = env.str("INBOUND_MAIL_ADDRESS", default="")
if INBOUND_MAIL_URL and not INBOUND_MAIL_URL.startswith(("maildir:///", "imap://", "imaps://")):
    raise ImproperlyConfigured("INBOUND_MAIL_URL begins with maildir:///, imaps:// or imap://.")
if INBOUND_MAIL_URL and "@" not in INBOUND_MAIL_ADDRESS:
    raise ImproperlyConfigured("INBOUND_MAIL_URL needs INBOUND_MAIL_ADDRESS, which people write to.")

SESSION_ENGINE = "feedback.sessions"
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_HOURS", default=72) * 3_600
SESSION_DAYS = env.int("SESSION_DAYS", default=14)
# The prefix makes browsers refuse the cookie from any other host, and over plain HTTP.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "feedback.api.authentication.HasScope",
    ],
    "DEFAULT_AUTHENTICATION_CLASSES": [  # the first answers strangers: 401, and how to sign in
        "feedback.api.authentication.TokenAuthentication",
        "feedback.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["feedback.api.parts.Parser"],
    "DEFAULT_PAGINATION_CLASS": "feedback.api.paging.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "feedback.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "feedback.api.problems.answer",
    "DEFAULT_THROTTLE_CLASSES": [
        "feedback.api.throttles.Reading",
        "feedback.api.throttles.Writing",
        "feedback.api.throttles.Strangers",
    ],
    "DEFAULT_THROTTLE_RATES": {"reading": "600/min", "writing": "60/min", "strangers": "30/min"},
    "NUM_PROXIES": 0,  # throttles look at REMOTE_ADDR, which config.client_address has put right
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,  # the schema says it all
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Closed Loop",
    "VERSION": "1",
    "DESCRIPTION": "Everything the pages show, by the same rules: what you may not see answers 404, what you may see "
    "but not do answers 403. Lists come in pages, newest rows first: follow `next` until it is null. Days are "
    '`2027-04-30`, times carry their offset, money is a string like `"1200.00"`, errors are problem+json.',
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ReviewKind": "feedback.models.reviews.Kind",
        "ObjectionKind": "objections.models.objections.Kind",
        "ReviewState": "feedback.api.reviews.STATES",
        "MeetingState": "feedback.api.meetings.STATES",
        "ThemeState": "objections.models.themes.State",
        "RequestState": "objections.models.content.RequestState",
        "CollateralState": "objections.api.collateral.STATES",
        "ContentType": "objections.models.content.ContentType",
        "ThemeOwner": "objections.models.themes.Owner",
        "PlacedBy": "objections.api.objections.PLACED_BY",
        "VerdictState": "objections.api.impact.RESULTS",
    },
    "SERVE_INCLUDE_SCHEMA": False,
}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://")
# With the in-memory broker nobody outside the worker can be woken: its own timer finds the job rows.
EMBEDDED_WORKER = CELERY_BROKER_URL.startswith("memory://")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600} if CELERY_BROKER_URL.startswith("redis") else {}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="closed-loop")
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "feedback.tasks.sweep_jobs", "schedule": 15.0},
    "queue-daily-jobs": {"task": "feedback.tasks.queue_daily_jobs", "schedule": 600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "config.logs.QuietFormatter",
            "format": "{asctime}{levelname}{name}{message}",
            "style": "{",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # 4xx lines repeat the path a person typed; the server's own access log has them without the query.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
