from __future__ import annotations

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "offers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from offers import field_subscriptions, subscriptions

        subscriptions.subscribe_all()
        field_subscriptions.subscribe_all()
