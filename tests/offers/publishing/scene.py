"""A seller of the running sandbox who is about to publish products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from offers.candidates import Wanted
from offers.dictionaries import dictionaries_of
from offers.models import Publication, PublicationBatch
from offers.operations.mapping import map_categories, set_fillings
from offers.operations.publishing import publish_account, request_publications
from offers.operations.terms import set_terms
from offers.preparing import parameters_of
from offers.publishing.facts import Filling
from products.models import Category, Product, ProductImage
from settings_app.models import Integration
from tests.factories import ProductFactory
from tests.offers.scene import put_on_shelf

MUGS = "257931"
STATE, NEW = "11323", "11323_1"


def ready_account(integration: Integration, owner: Any) -> Integration:
    """May write offers, and everything about new offers is chosen."""
    Integration.objects.filter(pk=integration.pk).update(may_write_offers=True)
    known = dictionaries_of(integration=integration)
    set_terms(
        integration=integration,
        values={
            "shipping_rates_id": known.shipping_rates[0][0],
            "return_policy_id": known.return_policies[0][0],
            "implied_warranty_id": known.implied_warranties[0][0],
            "responsible_producer_id": known.producers[0][0],
            "safety_information": "Gorące napoje mogą poparzyć.",
            "city": "Poznań",
            "post_code": "60-166",
            "province": "WIELKOPOLSKIE",
        },
        dictionaries=known,
        actor=owner,
        now=timezone.now(),
    )
    integration.refresh_from_db()
    return integration


def mapped_category(
    integration: Integration, owner: Any, path: str = "Kuchnia > Kubki"
) -> Category:
    """A category of ours that lies at Allegro, with the state of goods filled."""
    category: Category = Category.objects.create(organization=integration.organization, path=path)
    map_categories(
        organization=integration.organization,
        category_ids=[category.pk],
        allegro_category_id=MUGS,
        integration=integration,
        actor=owner,
        now=timezone.now(),
    )
    parameters = parameters_of(integration=integration, category_id=MUGS)
    set_fillings(
        mapping=category.allegro_mapping,
        parameters=parameters or (),
        fillings={STATE: Filling(value_id=NEW)},
        actor=owner,
        now=timezone.now(),
    )
    return category


def ready_product(
    sandbox: Any, category: Category, number: int = 1, on_hand: int = 5, **more: Any
) -> Product:
    """A product nothing is in the way of."""
    values: dict[str, Any] = {
        "organization": category.organization,
        "code": f"NOWY-{number:04d}",
        "name": f"Kubek emaliowany biały nr {number}",
        "brand": "Lipowa",
        "default_category": category,
        "selling_price": Decimal("39.90"),
        "selling_currency": "PLN",
        **more,
    }
    product: Product = ProductFactory.create(**values)
    ProductImage.objects.create(
        organization=category.organization,
        product=product,
        url=f"{sandbox.url}/pictures/kubek-{number}.png",
        position=0,
    )
    if on_hand:
        put_on_shelf(product, on_hand)
    return product


def wish(
    integration: Integration, products: Sequence[Product], owner: Any, *, activate: bool = True,
    **more: Any,
) -> PublicationBatch:  # fmt: skip
    return request_publications(
        integration=integration,
        wanted=[Wanted(one.pk, **more) for one in products],
        activate=activate,
        actor=owner,
        now=timezone.now(),
    )


def work(integration: Integration, *, seconds: float = 15.0, doubt_for: float = 7200) -> int:
    return publish_account(
        integration_id=integration.pk, seconds=seconds, doubt_for=timedelta(seconds=doubt_for)
    )


def make_due() -> None:
    """Let what waits for its time be due now."""
    Publication.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())


def with_code(sandbox: Any, login: str, code: str) -> list[dict[str, Any]]:
    """The truth: offers of the seller with this external id."""
    return [one for one in sandbox.seller(login)["offers"] if one["externalId"] == code]


def states(batch: PublicationBatch) -> list[tuple[str, str]]:
    return list(batch.publications.order_by("pk").values_list("state", "reason"))
