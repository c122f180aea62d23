from __future__ import annotations

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from offers.freshness import register
        from webhooks.freshness import offer_journal_news
        from webhooks.subscriptions import drain_before_stock_is_written, subscribe_all
        from webhooks.timeline import register_events

        subscribe_all()
        register_events()
        drain_before_stock_is_written()
        register("webhooks.journal", offer_journal_news)
