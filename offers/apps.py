from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class OffersConfig(AppConfig):
    name = "offers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from offers import field_subscriptions, subscriptions
        from offers.operations.joining import move_links
        from offers.queries.products import is_offered, offers_by_product
        from offers.saved_views import DEFAULTS, SAVED_LIST
        from products.figures import register_offers
        from products.holding import register_holder
        from products.joining import register_mover

        subscriptions.subscribe_all()
        field_subscriptions.subscribe_all()
        register_list(SAVED_LIST, "offers:list", DEFAULTS)
        register_offers(offers_by_product)
        register_mover("offers.links", move_links)
        register_holder("offers.links", gettext_lazy("Offers at Allegro"), is_offered)
