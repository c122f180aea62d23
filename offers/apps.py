from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class OffersConfig(AppConfig):
    name = "offers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.saved_views import register_list
        from offers import field_subscriptions, subscriptions
        from offers.operations.joining import move_links, move_publications
        from offers.queries.products import is_offered, offers_by_product
        from offers.queries.publications import is_being_published
        from offers.saved_views import DEFAULTS, SAVED_LIST
        from products.actions import register_action
        from products.figures import register_offers
        from products.holding import register_holder
        from products.joining import register_mover, register_obstacle

        subscriptions.subscribe_all()
        field_subscriptions.subscribe_all()
        register_list(SAVED_LIST, "offers:list", DEFAULTS)
        register_offers(offers_by_product)
        register_mover("offers.links", move_links)
        register_mover("offers.publications", move_publications)
        register_obstacle(
            "offers.publications",
            label=gettext_lazy("An offer is being made of it."),
            remedy=gettext_lazy("Wait until it is on Allegro, or call it off under Publications."),
            hinders=is_being_published,
        )
        register_action(
            "offers.publish",
            label=gettext_lazy("Publish on Allegro"),
            url_name="offers:publish",
            icon="upload",
        )
        register_holder("offers.links", gettext_lazy("Offers at Allegro"), is_offered)
