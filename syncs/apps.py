from __future__ import annotations

from django.apps import AppConfig


class SyncsConfig(AppConfig):
    name = "syncs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from syncs.subscriptions import subscribe_all

        subscribe_all()
        register_list("conflicts", "syncs:conflicts")
