"""Languages, static files, and what browsers are told to refuse."""

from __future__ import annotations

from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from allegro_hub.settings.allegro import ALLEGRO_ENVIRONMENTS
from allegro_hub.settings.environment import BASE_DIR, HUB_BASE_URL, env

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
