from __future__ import annotations

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inventory.queries.products import available, register_holders, register_obstacles
        from inventory.subscriptions import subscribe_all
        from products.figures import register_available

        subscribe_all()
        register_available(available)
        register_holders()
        register_obstacles()
