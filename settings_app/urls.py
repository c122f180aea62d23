from __future__ import annotations

from django.urls import URLPattern

app_name = "settings_app"
urlpatterns: list[URLPattern] = []
