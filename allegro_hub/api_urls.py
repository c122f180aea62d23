"""The API: canonical under ``/api/v1/``, the same routes answering under ``/api/``.

Each app gives its routes with an optional trailing slash, because clients of the published routes
write both.
"""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

routes = [
    path("", include("accounts.api.urls")),
    path("", include("settings_app.api.urls")),
    path("", include("products.api.urls")),
    path("", include("inventory.api.urls")),
    path("", include("offers.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("imports.api.urls")),
    path("", include("syncs.api.urls")),
    path("", include("webhooks.api.urls")),
    path("", include("notifications.api.urls")),
]

urlpatterns = [
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="schema"), name="api_docs"),
    path("docs/redoc", SpectacularRedocView.as_view(url_name="schema"), name="api_redoc"),
    path("v1/", include((routes, "api"), namespace="v1")),
    path("", include((routes, "api"), namespace="unversioned")),
]
