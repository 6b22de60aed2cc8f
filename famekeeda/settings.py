"""All settings, read once from the environment; an invalid variable ends the process with one line that names it."""

import logging
import os
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import environ
import orjson
import structlog
from corsheaders.defaults import default_headers
from django.templatetags.static import static
from django.urls import reverse_lazy

NEEDED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS")

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    """The variable's value, or the default if it is absent or empty; manage.py has read .env into the environment."""
    return os.environ.get(name, "").strip() or default


def refuse(why: str) -> NoReturn:
    sys.exit(f"famekeeda: {why} (.env.example describes every variable)")


def flag(name: str, *, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value not in ("0", "1", "false", "true"):
        refuse(f"{name}={value} is neither 0 nor 1")
    return value in ("1", "true")


def whole_number(name: str, *, default: int, least: int = 1) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < least:
        refuse(f"{name}={value} is no whole number {'from' if least != 1 else 'above'} zero")
    return int(value)


DEBUG = flag("DEBUG", default=True)
if not DEBUG and (missing := [name for name in NEEDED_IN_PRODUCTION if not text(name)]):
    refuse(f"DEBUG=0 needs {', '.join(missing)} in the environment")

SECRET_KEY = text("SECRET_KEY", "laptop-only-key-that-production-refuses-to-start-with")
DATABASE_URL = text("DATABASE_URL", "postgres:///famekeeda")
REDIS_URL = text("REDIS_URL")
ALLOWED_HOSTS = [host.strip() for host in text("ALLOWED_HOSTS").split(",") if host.strip()]
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith("laptop-only")):
    refuse("SECRET_KEY is guessable: production needs 50 random characters or more")
if not DEBUG and any("*" in host for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS=* would answer to any name: production needs the names it is reached by")
if DEBUG:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
if REDIS_URL and not re.match(r"(redis|rediss)://[^/]|unix:///", REDIS_URL):
    refuse("REDIS_URL is not like redis://:PASSWORD@HOST:PORT/0 or unix:///PATH?db=0")

# HTTPS=1: a proxy in front ends TLS and sets X-Forwarded-Proto. Its own health checks come over plain HTTP.
HTTPS = flag("HTTPS", default=not DEBUG)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# How many of the last addresses in X-Forwarded-For proxies of ours wrote: the client can forge those before them.
NUM_PROXIES = whole_number("NUM_PROXIES", default=int(HTTPS), least=0)
PROBES = ("/healthz", "/readyz")  # answered whatever host and scheme a probe names, and while all threads are busy
SECURE_REDIRECT_EXEMPT = [f"^{path.lstrip('/')}$" for path in PROBES]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # without a site: ours is famekeeda.site
    "unfold.contrib.filters",
    "famekeeda.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_structlog",
    "famekeeda",
    "campaigns",
    "performance",
    "briefs",
    "loads",
]
if DEBUG:
    INSTALLED_APPS.append("dev")

MIDDLEWARE = [
    "famekeeda.middleware.request_log.request_log",
    "famekeeda.middleware.text_only.text_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "famekeeda.middleware.content_policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "famekeeda.middleware.hosts.CommonMiddleware",
    "famekeeda.middleware.body_limit.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "famekeeda.middleware.text_only.TextOnlyForms",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

CSRF_FAILURE_VIEW = "famekeeda.problems.foreign_form"
ROOT_URLCONF = "famekeeda.urls"
WSGI_APPLICATION = "famekeeda.wsgi.application"
APPEND_SLASH = False

# Pages of other origins whose scripts may read the API; never with cookies.
CORS_ORIGINS = [origin.strip() for origin in text("CORS_ORIGINS").split(",") if origin.strip()]
for origin in CORS_ORIGINS:
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", origin):
        refuse(f"CORS_ORIGINS: {origin} is no origin such as https://app.example.com, without a path")
if CORS_ORIGINS:
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(1, "corsheaders.middleware.CorsMiddleware")
    CORS_ALLOWED_ORIGINS = CORS_ORIGINS
    CORS_URLS_REGEX = r"^/(?!admin/)"
    CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "prefer", "x-request-id"]
    CORS_EXPOSE_HEADERS = ["Link", "Location", "ETag", "Retry-After", "X-Request-ID", "X-Cache", "Idempotent-Replayed"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

try:
    # environ warns of schemes that it does not know, quoting the password.
    database = environ.Env.db_url_config(DATABASE_URL) if re.match("postgres(ql)?://", DATABASE_URL) else {}
except ValueError:
    database = {}
if not database.get("NAME"):
    refuse("DATABASE_URL is not like postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters as %XX")
database["ENGINE"] = "famekeeda.postgresql"
DATABASES = {"default": database | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # seconds; then it is 503
# Uses before famekeeda.postgresql.prepared prepares a statement. A PgBouncer in between must be 1.21 or newer.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5
if text("DATABASE_POOL"):  # not for processes that fork: children must not share their parent's
    pool = {"min_size": 1, "max_size": whole_number("DATABASE_POOL", default=1), "timeout": 5}
    # Seconds. A pool doubles its pause after each failed attempt until this has passed; psycopg's five minutes meant
    # 26 s of 503 after PostgreSQL had been away for 100 s.
    pool["reconnect_timeout"] = 3
    DATABASES["default"]["OPTIONS"]["pool"] = pool
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False  # famekeeda.postgresql finds dead connections more cheaply
WEB_STATEMENT_TIMEOUT = whole_number("WEB_STATEMENT_TIMEOUT", default=30)  # seconds; famekeeda.postgresql.timeouts
WEB_LOCK_TIMEOUT = whole_number("WEB_LOCK_TIMEOUT", default=10)  # seconds
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL or "redis://localhost:6379/0",
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5},
    }
}

# redis-py says unix://PATH?db=N where Celery says redis+socket://PATH?virtual_host=N.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_ACKS_LATE = True  # also what famekeeda.transport counts by
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "queue_order_strategy": "priority",  # a worker takes from the first of its queues that is not empty
}

# The language model: OpenAI's, or whatever speaks its protocol at OPENAI_BASE_URL.
OPENAI_API_KEY = text("OPENAI_API_KEY")
OPENAI_BASE_URL = text("OPENAI_BASE_URL")
OPENAI_MODEL = text("OPENAI_MODEL", "gpt-4.1-mini")
if OPENAI_BASE_URL and not re.match(r"https?://[^/]", OPENAI_BASE_URL):
    refuse("OPENAI_BASE_URL is not like https://api.openai.com/v1")
LLM_MAX_ATTEMPTS = whole_number("LLM_MAX_ATTEMPTS", default=3)  # of each request to it
LLM_ATTEMPT_TIMEOUT = whole_number("LLM_ATTEMPT_TIMEOUT", default=20)  # seconds
LLM_DEADLINE = whole_number("LLM_DEADLINE", default=60)  # seconds for a whole brief, from when its task starts
BRIEF_CACHE_TTL = whole_number("BRIEF_CACHE_TTL", default=24 * 3600)  # seconds
BRIEF_MONTHLY_TOKENS = whole_number("BRIEF_MONTHLY_TOKENS", default=0) if text("BRIEF_MONTHLY_TOKENS") else None

AUTHENTICATION_BACKENDS = ["famekeeda.accounts.sign_in.PasswordBackend"]
SIGN_IN_THROTTLE = flag("SIGN_IN_THROTTLE", default=True)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "famekeeda.accounts.passwords.EndTokens"})
# Django's default also looks for messages in a cookie: 0.02 ms of the 0.8 ms of CPU that GET /top-performers takes.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False  # one language: asking for it at each number and address took a tenth of a page's time

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"  # cached for ever: names carry a hash
STORAGES = {
    "default": {"BACKEND": "famekeeda.storage.UploadStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else STATIC_STORAGE},
}
MEDIA_ROOT = text("MEDIA_ROOT") or BASE_DIR / Path(text("LOCAL_STATE_DIR", ".local")).expanduser() / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes, of bodies other than uploads
UPLOAD_MAX_MB = whole_number("UPLOAD_MAX_MB", default=200)
LOAD_MAX_UNPACKED_MB = whole_number("LOAD_MAX_UNPACKED_MB", default=4_000)  # of a gzipped file or a workbook
LOAD_MAX_REJECTS_KEPT = whole_number("LOAD_MAX_REJECTS_KEPT", default=100_000)  # per load; all of them are counted
LOAD_MAX_SECONDS = whole_number("LOAD_MAX_SECONDS", default=3_600)  # from when the file is opened

# Days for which data is kept: from when its load or brief finished or, for sessions and tokens, from when it expired.
KEEP_UPLOADS_DAYS = whole_number("KEEP_UPLOADS_DAYS", default=180)
KEEP_REJECTS_DAYS = whole_number("KEEP_REJECTS_DAYS", default=180)
KEEP_STEPS_DAYS = whole_number("KEEP_STEPS_DAYS", default=90)
KEEP_FAILED_BRIEFS_DAYS = whole_number("KEEP_FAILED_BRIEFS_DAYS", default=90)
KEEP_SESSIONS_DAYS = whole_number("KEEP_SESSIONS_DAYS", default=1)
KEEP_TOKENS_DAYS = whole_number("KEEP_TOKENS_DAYS", default=30)
KEEP_ANSWERS_DAYS = whole_number("KEEP_ANSWERS_DAYS", default=1)
KEEP_SIGN_INS_DAYS = whole_number("KEEP_SIGN_INS_DAYS", default=30)
KEEP_EVENTS_DAYS = whole_number("KEEP_EVENTS_DAYS", default=730)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# In addition for the admin: unfold evaluates Alpine expressions and has inline styles.
ADMIN_CONTENT_SECURITY_POLICY = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}
ERROR_CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
DATA_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"  # for responses that are not HTML

THROTTLES = {"anon": text("THROTTLE_ANON"), "user": text("THROTTLE_USER")}
THROTTLES = {scope: rate for scope, rate in THROTTLES.items() if rate}
for scope, rate in THROTTLES.items():
    if not re.fullmatch(r"[1-9][0-9]*/(sec|min|hour|day)", rate):
        sys.exit(f"famekeeda: THROTTLE_{scope.upper()}={rate!r} is no rate such as 60/min (or sec, hour, day)")

REST_FRAMEWORK = {
    # JWT first: DRF answers 401 to a missing token if the first class has a WWW-Authenticate header, else 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "famekeeda.accounts.access.JWTAuthentication",
        "famekeeda.accounts.access.LongLivedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["famekeeda.accounts.access.TokenNeeded"],
    "DEFAULT_RENDERER_CLASSES": ["famekeeda.renderers.JSONRenderer", "famekeeda.renderers.BrowsableAPIRenderer"],
    "DEFAULT_PARSER_CLASSES": ["famekeeda.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "famekeeda.renderers.ContentNegotiation",
    "DEFAULT_SCHEMA_CLASS": "famekeeda.api.Schema",
    "DEFAULT_THROTTLE_CLASSES": [f"rest_framework.throttling.{scope.title()}RateThrottle" for scope in THROTTLES],
    "DEFAULT_THROTTLE_RATES": THROTTLES,
    "NUM_PROXIES": NUM_PROXIES,
    "EXCEPTION_HANDLER": "famekeeda.problems.exception_handler",
    "NON_FIELD_ERRORS_KEY": "nonFieldErrors",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "CHECK_REVOKE_TOKEN": True,  # a new password invalidates the tokens signed before
}
REST_KNOX = {
    "TOKEN_TTL": None,  # tokens last until they are revoked, unless created with `days`
    "TOKEN_LIMIT_PER_USER": 50,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Fame Keeda",
    "DESCRIPTION": "Which creators actually performed, and what should they make?\n\n"
    "Send `Authorization: Bearer …` with the `access` token of `POST /token`, or `Authorization: Token …` with a "
    "long-lived one of `POST /tokens`. Errors are `application/problem+json` (RFC 9457).",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "famekeeda.api.postprocess_schema"],
    "ENUM_NAME_OVERRIDES": {  # the schema would number enums of the same name: several models have a state
        "BriefState": "briefs.models.Brief.State",
        "BriefReview": "briefs.models.Brief.Review",
        "LoadState": "loads.models.Load.State",
        "CampaignStatus": "campaigns.models.Campaign.Status",
        "CollaborationState": "campaigns.models.Collaboration.State",
        "DeliverableState": "campaigns.models.Deliverable.State",
    },
    "PATH_CONVERTER_OVERRIDES": {"id": str},  # famekeeda.ids.IdConverter
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

# One line per request (famekeeda.middleware.request_log) and per task (django-structlog), as JSON; on a laptop as text.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
LOG_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper("iso"),
]
LOG_LEVEL = text("LOG_LEVEL", "info").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    refuse(f"LOG_LEVEL={LOG_LEVEL.lower()} is neither debug, info, warning nor error")
IN_COLOUR = sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR"))  # `make run` sets it for its terminal
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *LOG_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Neither renderer may show local variables: they can hold passwords.
                *(
                    [structlog.dev.ConsoleRenderer(colors=IN_COLOUR, exception_formatter=structlog.dev.plain_traceback)]
                    if DEBUG
                    else [
                        structlog.processors.format_exc_info,
                        structlog.processors.JSONRenderer(lambda event, **_: orjson.dumps(event, default=str).decode()),
                    ]
                ),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO" if LOG_LEVEL == "DEBUG" else LOG_LEVEL},  # DEBUG is every statement
        # The line per request or task already says what these loggers say.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "CRITICAL"},
        "celery.beat": {"level": "WARNING"},
    },
}


UNFOLD = {
    "SITE_TITLE": "Fame Keeda",
    "SITE_HEADER": "Fame Keeda",
    "SITE_SYMBOL": "trophy",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "famekeeda.pages.environment",
    "DASHBOARD_CALLBACK": "famekeeda.pages.start",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("famekeeda/icon.svg")}],
    "STYLES": [lambda request: static("famekeeda/admin.css")],
    "SCRIPTS": [
        lambda request: static("famekeeda/keyboard.js"),
        lambda request: static("famekeeda/once.js"),
        lambda request: static("famekeeda/ticks.js"),
    ],
    "SIDEBAR": {"navigation": "famekeeda.sidebar.navigation"},
    "ACCOUNT": {
        "navigation": [
            {"title": "API tokens", "link": reverse_lazy("pages:tokens")},
            {"title": "API documentation", "link": reverse_lazy("api:docs")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
}
