"""Every page's address. The API has its own file, :mod:`allegro_hub.api_urls`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from allegro_hub import health, home, metrics

handler400 = "allegro_hub.failures.bad_request"
handler404 = "allegro_hub.failures.not_found"
handler500 = "allegro_hub.failures.server_error"

urlpatterns = [
    path("", home.front, name="landing"),
    path("home/", home.home, name="home"),
    path("health", health.alive, name="health"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("allauth.account.urls")),
    path("organization/", include("accounts.urls")),
    path("notifications/", include("notifications.urls")),
    path("integrations/", include("settings_app.urls")),
    path("products/", include("products.urls")),
    path("stock/", include("inventory.urls")),
    path("offers/", include("offers.urls")),
    path("orders/", include("orders.urls")),
    path("returns/", include("orders.return_urls")),
    path("imports/", include("imports.urls")),
    path("syncs/", include("syncs.urls")),
    path("events/", include("webhooks.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("allegro_hub.api_urls")),
]
