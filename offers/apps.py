from __future__ import annotations

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "offers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from offers import field_subscriptions, subscriptions
        from offers.saved_views import DEFAULTS, SAVED_LIST

        subscriptions.subscribe_all()
        field_subscriptions.subscribe_all()
        register_list(SAVED_LIST, "offers:list", DEFAULTS)
