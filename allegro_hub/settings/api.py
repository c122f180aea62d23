"""The REST API: authentication, formats, throttling, tokens."""

from __future__ import annotations

from datetime import timedelta

from allegro_hub.api_schema import DESCRIPTION
from allegro_hub.settings.environment import env

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
