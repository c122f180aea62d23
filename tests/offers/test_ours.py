from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.outbox import deliver_due
from inventory.operations import ensure_default_warehouse, set_on_hand
from offers import values
from offers.models import (
    ExchangeRate,
    FieldState,
    Offer,
    OfferMarketplace,
    OwnValue,
    PriceRule,
    UploadedImage,
)
from offers.operations import note_ours
from products.models import ProductImage
from products.operations import archive_product, update_product
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

pytestmark = pytest.mark.django_db

GOOD = {
    "name": "Czajnik stalowy 2 l srebrny",
    "description": "<p>Stal.</p>",
    "selling_price": Decimal("129.90"),
    "selling_currency": "PLN",
    "main_image_url": "https://shop.example/1.jpg",
}


def linked(units: int = 1, **product: Any) -> Offer:
    integration = product.pop("integration", None) or IntegrationFactory()
    made = ProductFactory(organization=integration.organization, **{**GOOD, **product})
    offer: Offer = OfferFactory.create(integration=integration)
    OfferLinkFactory(offer=offer, product=made, units_per_offer=units)
    return offer


def note(offer: Offer) -> dict[str, FieldState]:
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=timezone.now())
    return states(offer)


def states(offer: Offer) -> dict[str, FieldState]:
    return {one.field: one for one in FieldState.objects.filter(offer=offer)}


def test_what_follows_from_the_product_is_noted_once() -> None:
    offer = linked()
    found = note(offer)
    assert found["PRICE"].ours == "129.90 PLN"
    assert found["TITLE"].ours == GOOD["name"]
    assert found["DESCRIPTION"].ours == values.description_text("<p>Stal.</p>")
    assert found["IMAGES"].ours == values.images_text(["https://shop.example/1.jpg"])
    assert (found["STOCK"].ours, found["STOCK"].ours_reason) == (None, "NO_STOCK_KEPT")
    assert (found["STATUS"].ours, found["STATUS"].ours_reason) == (None, "AS_THERE")
    again = note_ours(integration=offer.integration, offer_ids=None, now=timezone.now())
    assert again == 0


def test_the_moment_moves_only_with_the_value() -> None:
    offer = linked()
    at = note(offer)["PRICE"].ours_at
    OwnValue.objects.create(
        organization=offer.organization, offer=offer, field="TITLE", value="Inny tytuł oferty tu",
        set_at=timezone.now(),
    )  # fmt: skip
    found = note(offer)
    assert found["PRICE"].ours_at == at
    assert found["TITLE"].ours == "Inny tytuł oferty tu"
    assert found["TITLE"].ours_at > at  # type: ignore[operator]


@pytest.mark.parametrize(
    ("product", "offer", "field", "reason"),
    [
        ({"sync_enabled": False}, {}, "PRICE", "SYNC_OFF"),
        ({"archived_at": timezone.now()}, {}, "TITLE", "ARCHIVED"),
        ({}, {"publication_status": "INACTIVE"}, "PRICE", "DRAFT"),
        ({}, {"publication_status": "ENDED"}, "PRICE", "ENDED"),
        ({"selling_price": None}, {}, "PRICE", "NO_PRICE"),
        ({"selling_currency": "EUR"}, {}, "PRICE", "OTHER_CURRENCY"),
        ({"name": "Czajnik"}, {}, "TITLE", "BAD_TITLE"),
        ({"name": " "}, {}, "TITLE", "NO_TITLE"),
        ({"description": "<p> </p>"}, {}, "DESCRIPTION", "NO_DESCRIPTION"),
        ({"main_image_url": ""}, {}, "IMAGES", "NO_IMAGES"),
        ({"units": 2}, {}, "PRICE", "SEVERAL_PRODUCTS"),
        ({"units": 2}, {}, "TITLE", "SEVERAL_PRODUCTS"),
    ],
)
def test_where_there_is_no_value_there_is_a_reason(
    product: dict[str, Any], offer: dict[str, Any], field: str, reason: str
) -> None:
    made = linked(**product)
    Offer.objects.filter(pk=made.pk).update(**offer)
    found = note(made)[field]
    assert (found.ours, found.ours_reason) == (None, reason)


def test_an_offer_that_only_ran_out_keeps_its_values() -> None:
    offer = linked()
    Offer.objects.filter(pk=offer.pk).update(publication_status="ENDED", emptied_at=timezone.now())
    found = note(offer)
    assert found["PRICE"].ours == "129.90 PLN"
    assert found["STATUS"].ours is None


def test_an_offer_without_product_is_not_spoken_of() -> None:
    offer = OfferFactory()
    assert note(offer) == {}
    FieldState.objects.create(
        organization=offer.organization, integration=offer.integration, offer=offer, field="PRICE",
        theirs="9.00 PLN",
    )  # fmt: skip
    assert note(offer)["PRICE"].ours_reason == "UNLINKED"


def test_the_offer_of_an_archived_product_ends_and_comes_back_with_it() -> None:
    offer = linked(archived_at=timezone.now())
    assert note(offer)["STATUS"].ours == "ENDED"
    FieldState.objects.filter(offer=offer, field="STATUS").update(base="ENDED")
    Offer.objects.filter(pk=offer.pk).update(publication_status="ENDED")
    assert note(offer)["STATUS"].ours == "ENDED"
    offer.links.get().product.__class__.objects.update(archived_at=None)
    assert note(offer)["STATUS"].ours == "ACTIVE"
    assert note(offer)["STATUS"].ours == "ACTIVE"
    Offer.objects.filter(pk=offer.pk).update(publication_status="ACTIVE")
    assert note(offer)["STATUS"].ours_reason == "AS_THERE"


def test_an_offer_ended_at_allegro_does_not_come_back() -> None:
    offer = linked()
    note(offer)
    FieldState.objects.filter(offer=offer, field="STATUS").update(base="ACTIVE", theirs="ENDED")
    Offer.objects.filter(pk=offer.pk).update(publication_status="ENDED")
    assert note(offer)["STATUS"].ours is None


def test_prices_of_marketplaces_need_a_rule_and_a_fresh_rate() -> None:
    offer = linked()
    OfferMarketplace.objects.create(
        organization=offer.organization, offer=offer, marketplace="allegro-cz", price=Decimal(999),
        currency="CZK", seen_at=timezone.now(),
    )  # fmt: skip
    assert "PRICE@allegro-cz" not in note(offer)
    rule = PriceRule.objects.create(
        organization=offer.organization, integration=offer.integration, marketplace="allegro-cz",
        currency="CZK", source="SELLING", decimals=0, ending="9",
    )  # fmt: skip
    assert note(offer)["PRICE@allegro-cz"].ours_reason == "NO_RATE"
    ExchangeRate.objects.create(
        organization=offer.organization, currency="PLN", quote="CZK", rate=Decimal("5.80"),
        rate_date=timezone.localdate(), entered_at=timezone.now(),
    )  # fmt: skip
    assert note(offer)["PRICE@allegro-cz"].ours == "759.00 CZK"
    ExchangeRate.objects.update(rate_date=timezone.localdate() - timedelta(days=8))
    assert note(offer)["PRICE@allegro-cz"].ours_reason == "NO_RATE"
    rule.delete()
    assert note(offer)["PRICE@allegro-cz"].ours_reason == "NO_RULE"


def test_a_picture_that_was_uploaded_is_the_one_at_allegro() -> None:
    offer = linked()
    ProductImage.objects.create(
        organization=offer.organization, product=offer.links.get().product, position=0,
        url="https://shop.example/front.jpg",
    )  # fmt: skip
    there = "https://a.allegroimg.com/original/12/34"
    UploadedImage.objects.create(
        organization=offer.organization, integration=offer.integration, content_hash="x",
        source_url="https://shop.example/front.jpg", location=there, uploaded_at=timezone.now(),
        expires_at=timezone.now(),
    )  # fmt: skip
    assert note(offer)["IMAGES"].ours == values.images_text([there])


def test_a_batch_takes_as_many_queries_for_many_offers_as_for_one() -> None:
    integration = IntegrationFactory()
    counts = []
    for more in (1, 30):
        offers = [linked(integration=integration) for _one in range(more)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            written = note_ours(
                integration=integration, offer_ids=[one.pk for one in offers], now=timezone.now()
            )
        assert written == 6 * more
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_changes_are_noted_by_themselves(owner: Any) -> None:
    offer = linked()
    product = offer.links.get().product
    now = timezone.now()
    update_product(product=product, values={"selling_price": Decimal(50)}, actor=owner, now=now)
    deliver_due()
    assert states(offer)["PRICE"].ours == "50.00 PLN"
    set_on_hand(
        organization_id=product.organization_id, product_id=product.pk, on_hand=7, reason="",
        warehouse=ensure_default_warehouse(organization_id=product.organization_id), actor=None,
        now=now, key="test",
    )  # fmt: skip
    deliver_due()
    assert states(offer)["STOCK"].ours == "7"
    archive_product(product=product, actor=owner, now=now)
    deliver_due()
    assert states(offer)["PRICE"].ours_reason == "ARCHIVED"
    assert states(offer)["STATUS"].ours == "ENDED"


def test_a_product_no_longer_valid_ends_its_offer() -> None:
    offer = linked(valid_until=date(2020, 1, 1))
    assert note(offer)["STATUS"].ours == "ENDED"
