from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettingsAppConfig(AppConfig):
    name = "settings_app"
    verbose_name = _("Integrations and settings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications.addresses import register
        from settings_app.queries.rows import notification_email

        register(notification_email)
