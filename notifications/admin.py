from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin
from notifications.models import Notification, Preference


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "event", "severity", "title", "user", "organization", "read_at"]
    list_filter = ["event", "severity"]
    list_select_related = ["user", "organization"]


@admin.register(Preference)
class PreferenceAdmin(ModelAdmin):
    list_display = ["user", "organization", "event", "in_app", "by_email"]
    list_filter = ["event"]
    list_select_related = ["user", "organization"]
    raw_id_fields = ["user", "organization"]
