"""Django settings. Everything that differs between installations comes from the environment."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from allegro_hub.api_schema import DESCRIPTION
from allegro_hub.env import Environment
from allegro_hub.schedule import BEAT_SCHEDULE, TASK_ROUTES
from core.logging import configure, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

HUB_ENV = env.name
HUB_DEMO = env.flag("HUB_DEMO")
DEBUG = False
SECRET_KEY = env.required("SECRET_KEY")
HUB_MASTER_KEYS = env.required("HUB_MASTER_KEYS")
HUB_BASE_URL = env.required("HUB_BASE_URL").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if env.is_production else "*")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
INTERNAL_METRICS = env.flag("HUB_METRICS")

INSTALLED_APPS = [
    "allegro_hub",  # for its commands
    "core",
    "accounts",
    "notifications",
    "settings_app",
    "products",
    "inventory",
    "offers",
    "orders",
    "invoices",
    "imports",
    "syncs",
    "webhooks",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "core.middleware.CorrelationMiddleware",
    "core.middleware.RefuseNulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.OrganizationMiddleware",
]

ROOT_URLCONF = "allegro_hub.urls"
WSGI_APPLICATION = "allegro_hub.wsgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "allegro_hub.context_processors.shell",
            ],
        },
    }
]

# -- Data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool owns the connections
# A connection is tried before it is handed out: after a restart of PostgreSQL all of the pool's are cut,
# and each would fail one request or task.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": env.number("DATABASE_POOL_SIZE", 8),
    "timeout": 15,
}
if HUB_ENV == "test":
    # Tests open and drop databases; a pool would hold them open.
    del DATABASES["default"]["OPTIONS"]["pool"]
    DATABASES["default"]["TEST"] = {"NAME": env.text("HUB_TEST_DB", "test_hub")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
# A session must survive a flushed cache.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# -- Work ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "global_keyprefix": env.text("CELERY_KEY_PREFIX"),
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = TASK_ROUTES
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_max": 0.5}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# -- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if HUB_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("HUB_TRUSTED_PROXIES", 0)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HUB_BASE_URL.startswith("https") else "http"

EMAIL_CONFIG = env.text("EMAIL_URL")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if EMAIL_CONFIG:
    globals().update(env._env.email_url_config(EMAIL_CONFIG))
elif not env.is_production:
    # Development and demo: mails lie as files where a person can read them.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(BASE_DIR / ".run" / "mail")
EMAIL_TIMEOUT = 20  # a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Allegro Hub <no-reply@localhost>")

# -- Notices: what holds for the installation until a person says otherwise -----------------------
NOTIFICATIONS_OFF = frozenset(
    event
    for event, told in (
        ("order.created", env.flag("NOTIFICATION_ORDER_CREATED", default=True)),
        ("order.updated", env.flag("NOTIFICATION_ORDER_UPDATED", default=True)),
        ("stock.low", env.flag("NOTIFICATION_STOCK_LOW", default=True)),
    )
    if not told
)
NOTIFICATION_EMAIL_TO = env.text("NOTIFICATION_EMAIL_TO")
NOTIFICATION_SERVICE_URL = env.http_address("NOTIFICATION_SERVICE_URL")
NOTIFICATION_SERVICE_SECRET = (
    env.required("NOTIFICATION_SERVICE_SECRET") if NOTIFICATION_SERVICE_URL else ""
)

# -- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiKeyAuthentication",
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["djangorestframework_camel_case.render.CamelCaseJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "core.api.parsers.JSONParser",
        "djangorestframework_camel_case.parser.CamelCaseMultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "core.api.paging.PageLimitPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "user": env.text("API_RATE_USER", "1200/min"),
        "anon": env.text("API_RATE_ANONYMOUS", "60/min"),
        "sign-in": env.text("API_RATE_SIGN_IN", "10/min"),
    },
    # How many proxies in front are trusted to say whose request it is; with none nobody is asked,
    # because a caller who may name any address is counted under none.
    "NUM_PROXIES": env.number("HUB_TRUSTED_PROXIES", 0),
    "EXCEPTION_HANDLER": "core.api.problems.handle_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "JSON_UNDERSCOREIZE": {"no_underscore_before_number": True},
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "UPDATE_LAST_LOGIN": False,
    "ALGORITHM": "HS256",
}
SPECTACULAR_SETTINGS = DESCRIPTION

# -- Allegro ------------------------------------------------------------------------------------
ALLEGRO_USER_AGENT = env.required("ALLEGRO_USER_AGENT")
ALLEGRO_ENVIRONMENTS = {
    "production": {
        "client_id": env.text("ALLEGRO_CLIENT_ID"),
        "client_secret": env.text("ALLEGRO_CLIENT_SECRET"),
        "api": env.text("ALLEGRO_API_URL", "https://api.allegro.pl"),
        "auth": env.text("ALLEGRO_AUTH_URL", "https://allegro.pl/auth/oauth"),
        "upload": env.text("ALLEGRO_UPLOAD_URL", "https://upload.allegro.pl"),
    },
    "sandbox": {
        "client_id": env.text("ALLEGRO_SANDBOX_CLIENT_ID"),
        "client_secret": env.text("ALLEGRO_SANDBOX_CLIENT_SECRET"),
        "api": env.text("ALLEGRO_SANDBOX_API_URL", "https://api.allegro.pl.allegrosandbox.pl"),
        "auth": env.text(
            "ALLEGRO_SANDBOX_AUTH_URL", "https://allegro.pl.allegrosandbox.pl/auth/oauth"
        ),
        "upload": env.text(
            "ALLEGRO_SANDBOX_UPLOAD_URL", "https://upload.allegro.pl.allegrosandbox.pl"
        ),
    },
}
ALLEGRO_ORDER_POLL_SECONDS = env.number("ALLEGRO_ORDER_POLL_SECONDS", 5)

# -- Imports ------------------------------------------------------------------------------------
MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / ".run" / "media"))
IMPORT_CSV_MAX_SIZE = env.number("IMPORT_CSV_MAX_SIZE", 100 * 1024 * 1024)
IMPORT_CSV_BATCH_SIZE = env.number("IMPORT_CSV_BATCH_SIZE", 2000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
WEBHOOK_MAX_BODY = env.number("WEBHOOK_MAX_BODY", 256 * 1024)

# -- Pages --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pl", _("Polish")), ("cs", _("Czech"))]
LOCALE_PATHS = [BASE_DIR / "allegro_hub" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Elsewhere WhiteNoise serves straight from the source folders.
STATIC_ROOT = BASE_DIR / "staticfiles" if env.is_production else None
WHITENOISE_USE_FINDERS = not env.is_production
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.is_production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
_ORIGINS = {
    "/".join(str(endpoint["auth"]).split("/")[:3]) for endpoint in ALLEGRO_ENVIRONMENTS.values()
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # Pictures of offers: Allegro's servers speak https, the sandbox beside us need not.
        "img-src": [SELF, "data:", "https:", *sorted(_ORIGINS)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Connecting an account is a POST that ends at Allegro's consent page; browsers apply
        # form-action to that redirect too.
        "form-action": [SELF, *sorted(_ORIGINS)],
    },
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/api/docs"),
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if HUB_BASE_URL.startswith("https"):
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_REDIRECT_EXEMPT = [r"^health"]

UNFOLD = {
    "SITE_TITLE": "Allegro Hub",
    "SITE_HEADER": "Allegro Hub operators",
    "SITE_URL": reverse_lazy("home"),
    "SHOW_VIEW_ON_SITE": False,
}

LOGGING = logging_config(
    level=env.text("LOG_LEVEL", "INFO"), json_lines=env.flag("LOG_JSON", default=True)
)
configure()
env.verify()
