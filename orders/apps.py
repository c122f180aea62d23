from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from offers.draining import register_sold
        from orders.operations.telling import register_words
        from orders.queries.products import is_ordered
        from orders.queries.sales import units_bought_since
        from orders.saved_views import DEFAULTS
        from orders.subscriptions import subscribe_all
        from orders.timeline import register
        from orders.write_timeline import entries
        from products.holding import register_holder

        subscribe_all()
        register_list("orders", "orders:list", DEFAULTS)
        register("orders.writes", entries)
        register_words()
        register_sold(units_bought_since)
        register_holder("orders.lines", gettext_lazy("Orders"), is_ordered)
