from __future__ import annotations

from django.urls import path

from settings_app.views import integrations, keeping, preferences, suppliers

app_name = "settings_app"
urlpatterns = [
    path("", integrations.integrations, name="integrations"),
    path("connect/", integrations.connect, name="connect"),
    path("callback/", integrations.oauth_callback, name="oauth_callback"),
    path("device/<uuid:public_id>/", integrations.device, name="device"),
    path("device/<uuid:public_id>/state/", integrations.device_state, name="device_state"),
    path("device/<uuid:public_id>/cancel/", integrations.device_cancel, name="device_cancel"),
    path("<int:pk>/", integrations.integration, name="integration"),
    path("<int:pk>/settings/", integrations.integration_settings, name="integration_settings"),
    path("<int:pk>/in-step/", keeping.kept_in_step, name="kept_in_step"),
    path("<int:pk>/schedules/", keeping.schedules, name="schedules"),
    path("<int:pk>/reconnect/", integrations.reconnect, name="reconnect"),
    path("<int:pk>/pause/", integrations.pause, name="pause"),
    path("<int:pk>/resume/", integrations.resume, name="resume"),
    path("<int:pk>/reset-errors/", integrations.reset_errors, name="reset_errors"),
    path("<int:pk>/sync/", integrations.sync_now, name="sync_now"),
    path("<int:pk>/disconnect/", integrations.disconnect, name="disconnect"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/new/", suppliers.supplier_add, name="supplier_add"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/remove/", suppliers.supplier_remove, name="supplier_remove"),
    path("preferences/", preferences.preferences, name="preferences"),
]
