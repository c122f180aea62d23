from __future__ import annotations

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "products"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from products.saved_views import DEFAULTS

        register_list("products", "products:list", DEFAULTS)
