"""Allegro's value made ours: in the place ours came from, and put back there."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from offers.models import FieldState, Offer, OfferContent, OwnValue, PriceRule
from offers.operations import NotTakable, Taken, give_back_value, note_ours, take_value
from offers.values import description_text, images_text
from products.models import Product
from tests.factories import ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(organization: Any) -> Product:
    made: Product = ProductFactory.create(
        organization=organization, selling_price="100.00", name="Kubek emaliowany duży biały"
    )
    return made


@pytest.fixture
def offer(product: Product) -> Offer:
    made: Offer = OfferFactory.create(integration__organization=product.organization)
    OfferLinkFactory.create(offer=made, product=product)
    _note(made)
    return made


def _note(offer: Offer) -> None:
    note_ours(integration=offer.integration, offer_ids=[offer.pk], now=timezone.now())


def _state(offer: Offer, field: str) -> FieldState:
    return FieldState.objects.get(offer=offer, field=field)


def _take(offer: Offer, field: str, theirs: str) -> Taken:
    FieldState.objects.filter(offer=offer, field=field).update(theirs=theirs)
    taken = take_value(offer=offer, field=field, actor=None, now=timezone.now())
    state = _state(offer, field)
    assert state.ours == state.theirs == theirs
    return taken


def _give_back(offer: Offer, field: str, taken: Taken) -> None:
    give_back_value(offer=offer, field=field, taken=taken.as_json(), actor=None, now=timezone.now())


def test_the_only_offer_of_a_product_writes_its_price_to_the_product_and_back(
    offer: Offer, product: Product
) -> None:
    taken = _take(offer, "PRICE", "120.00 PLN")
    product.refresh_from_db()
    assert (taken.place, product.selling_price) == ("PRODUCT", 120)
    assert not OwnValue.objects.exists()
    assert AuditEntry.objects.filter(action="offer.value_taken", target_id=offer.pk).exists()
    _give_back(offer, "PRICE", taken)
    product.refresh_from_db()
    assert product.selling_price == 100
    assert _state(offer, "PRICE").ours == "100.00 PLN"


def test_a_product_of_several_offers_keeps_its_price_and_the_offer_gets_one_of_its_own(
    offer: Offer, product: Product
) -> None:
    OfferLinkFactory.create(
        offer=OfferFactory.create(integration=offer.integration), product=product
    )
    taken = _take(offer, "PRICE", "120.00 PLN")
    product.refresh_from_db()
    assert (taken.place, taken.former, product.selling_price) == ("OFFER", None, 100)
    again = _take(offer, "PRICE", "130.00 PLN")
    assert again.former == "120.00 PLN"
    _give_back(offer, "PRICE", again)
    assert _state(offer, "PRICE").ours == "120.00 PLN"
    _give_back(offer, "PRICE", taken)
    assert not OwnValue.objects.exists()
    assert _state(offer, "PRICE").ours == "100.00 PLN"


def test_a_price_rule_between_them_is_not_written_around(offer: Offer, product: Product) -> None:
    PriceRule.objects.create(
        organization=offer.organization,
        integration=offer.integration,
        currency="PLN",
        source="SELLING",
        percent=10,
    )
    _note(offer)
    assert _state(offer, "PRICE").ours == "110.00 PLN"
    assert _take(offer, "PRICE", "120.00 PLN").place == "OFFER"
    product.refresh_from_db()
    assert product.selling_price == 100


def test_title_description_and_pictures_are_taken_whole(offer: Offer, product: Product) -> None:
    html, pictures = "<p>Inny opis.</p>", ["https://a.allegroimg.com/original/1", "https://b/2.jpg"]
    OfferContent.objects.create(
        organization=offer.organization,
        offer=offer,
        document={
            "description": {"sections": [{"items": [{"type": "TEXT", "content": html}]}]},
            "images": pictures,
        },
        read_at=timezone.now(),
        changed_at=timezone.now(),
    )
    before = _state(offer, "TITLE").ours
    title = _take(offer, "TITLE", "Kubek emaliowany bardzo duży")
    _take(offer, "DESCRIPTION", description_text(html))
    _take(offer, "IMAGES", images_text(pictures))
    product.refresh_from_db()
    assert (product.name, product.description) == ("Kubek emaliowany bardzo duży", html)
    assert [one.url for one in product.images.order_by("position")] == pictures
    _give_back(offer, "TITLE", title)
    assert _state(offer, "TITLE").ours == before


def test_a_status_is_taken_as_the_offers_own(offer: Offer) -> None:
    taken = _take(offer, "STATUS", "ENDED")
    assert OwnValue.objects.get().value == "ENDED"
    _give_back(offer, "STATUS", taken)
    assert not OwnValue.objects.exists()


def test_what_allegro_did_not_say_cannot_be_taken(offer: Offer) -> None:
    with pytest.raises(NotTakable):
        take_value(offer=offer, field="PRICE", actor=None, now=timezone.now())
    FieldState.objects.filter(offer=offer, field="DESCRIPTION").update(theirs="0" * 64)
    with pytest.raises(NotTakable):
        take_value(offer=offer, field="DESCRIPTION", actor=None, now=timezone.now())
    assert not OwnValue.objects.exists()
