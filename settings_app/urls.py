from __future__ import annotations

from django.urls import path

from settings_app import views

app_name = "settings_app"
urlpatterns = [
    path("", views.integrations, name="integrations"),
    path("connect/", views.connect, name="connect"),
    path("callback/", views.oauth_callback, name="oauth_callback"),
    path("device/<uuid:public_id>/", views.device, name="device"),
    path("device/<uuid:public_id>/state/", views.device_state, name="device_state"),
    path("device/<uuid:public_id>/cancel/", views.device_cancel, name="device_cancel"),
    path("<int:pk>/", views.integration, name="integration"),
    path("<int:pk>/settings/", views.integration_settings, name="integration_settings"),
    path("<int:pk>/reconnect/", views.reconnect, name="reconnect"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/reset-errors/", views.reset_errors, name="reset_errors"),
    path("<int:pk>/sync/", views.sync_now, name="sync_now"),
    path("<int:pk>/disconnect/", views.disconnect, name="disconnect"),
]
