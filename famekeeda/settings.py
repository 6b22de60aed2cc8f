"""Every setting of the project, read once from the environment; nonsense is refused in one line."""

import sys
from pathlib import Path

import environ
from django.templatetags.static import static
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()  # manage.py has put .env into the environment

DEBUG = env.bool("DEBUG", default=True)
if not DEBUG:
    missing = [
        name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS") if not env.str(name, default="")
    ]
    if missing:
        sys.exit(
            f"famekeeda: DEBUG=0 needs {', '.join(missing)} in the environment (.env.example says what each is for)"
        )

SECRET_KEY = env.str("SECRET_KEY", default="laptop-only-key-that-production-refuses-to-start-with")
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.bool("HTTPS", default=not DEBUG)

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
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
    "django_prometheus",
    "famekeeda",
    "performance",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "famekeeda.urls"
WSGI_APPLICATION = "famekeeda.wsgi.application"
APPEND_SLASH = False

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

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///famekeeda")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL or "redis://localhost:6379/0",
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
    }
}

# redis-py says unix://PATH?db=N where Celery says redis+socket://PATH?virtual_host=N.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = env.str("MEDIA_ROOT", default="") or BASE_DIR / env.str("LOCAL_STATE_DIR", default=".local") / "media"
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=200)

REST_FRAMEWORK = {
    # JWT first: it says WWW-Authenticate, without which a missing token would be 403 instead of 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "famekeeda.access.LongLivedToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["famekeeda.access.TokenNeeded"],
    "DEFAULT_RENDERER_CLASSES": ["famekeeda.formats.JSONRenderer", "rest_framework.renderers.BrowsableAPIRenderer"],
    "DEFAULT_PARSER_CLASSES": ["famekeeda.formats.JSONParser", "rest_framework.parsers.FormParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "famekeeda.formats.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "famekeeda.api.Schema",
    "EXCEPTION_HANDLER": "famekeeda.problems.answer",
    "NON_FIELD_ERRORS_KEY": "nonFieldErrors",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}


def sidebar_item(title: str, icon: str, link: str, permission: str = "") -> dict[str, object]:
    """A line of the admin's menu, shown to those with the permission."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(link),
        "permission": lambda request: not permission or request.user.has_perm(permission),
    }


UNFOLD = {
    "SITE_TITLE": "Fame Keeda",
    "SITE_HEADER": "Fame Keeda",
    "SITE_SYMBOL": "trophy",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "performance.panels.sample_label",
    "DASHBOARD_CALLBACK": "famekeeda.pages.start",
    "STYLES": [lambda request: static("famekeeda/admin.css")],
    "SIDEBAR": {
        "navigation": [
            {
                "items": [
                    sidebar_item("Start", "home", "admin:index"),
                    sidebar_item("Campaigns", "campaign", "campaigns", "performance.view_engagement"),
                    sidebar_item(
                        "Creator results",
                        "leaderboard",
                        "admin:performance_engagement_changelist",
                        "performance.view_engagement",
                    ),
                    sidebar_item(
                        "Shortlist", "bookmark_star", "admin:performance_verdict_changelist", "performance.view_verdict"
                    ),
                ]
            },
            {
                "title": "Data",
                "items": [
                    sidebar_item(
                        "Upload an export", "upload_file", "admin:performance_load_add", "performance.add_load"
                    ),
                    sidebar_item("Loads", "database", "admin:performance_load_changelist", "performance.view_load"),
                    sidebar_item(
                        "Rejected rows", "rule", "admin:performance_reject_changelist", "performance.view_reject"
                    ),
                ],
            },
            {
                "title": "People",
                "items": [
                    sidebar_item("Users", "person", "admin:auth_user_changelist", "auth.view_user"),
                    sidebar_item("Groups", "group", "admin:auth_group_changelist", "auth.view_group"),
                    sidebar_item("API tokens", "key", "admin:knox_authtoken_changelist", "knox.view_authtoken"),
                ],
            },
        ]
    },
}
