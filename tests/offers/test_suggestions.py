from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry, OutboxMessage
from offers.enums import SuggestedBy
from offers.models import LinkSuggestion, Offer, OfferLink
from offers.operations import (
    ignore_offers,
    link_offer,
    link_offers,
    link_picked,
    link_suggested,
    make_product,
    relink_for_products,
    undo_batch,
    unlink_offer,
)
from offers.operations.link_inbox import AlreadyUndone, NothingSuggested
from offers.operations.making_products import HasProduct
from products.models import Product
from tests.factories import ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

pytestmark = pytest.mark.django_db
EAN = "5901234123457"


def recognise(integration: Any, *offers: Offer) -> None:
    link_offers(
        organization_id=integration.organization_id,
        offer_ids=[one.pk for one in offers] or None,
        now=timezone.now(),
    )


def suggested(offer: Offer) -> tuple[str, str] | None:
    found = LinkSuggestion.objects.filter(offer=offer).first()
    return (found.product.code, found.why) if found else None


@pytest.mark.parametrize(
    ("offer", "products", "expected"),
    [
        ({"external_id": "mug-1"}, [{"code": "MUG-1"}], ("MUG-1", "CODE_CASE")),
        ({"external_id": EAN}, [{"code": "A", "ean": EAN}], ("A", "EAN_AS_CODE")),
        ({"external_id": "", "ean": EAN}, [{"code": EAN}], (EAN, "CODE_IS_EAN")),
        (
            {"external_id": "", "ean": "012345678905"},
            [{"code": "A", "ean": "0012345678905"}],
            ("A", "EAN_PADDED"),
        ),
        # Two products by two signs: nobody can tell.
        ({"external_id": "mug-1"}, [{"code": "MUG-1"}, {"code": "Mug-1"}], None),
        ({"external_id": "X"}, [{"code": "MUG-1"}], None),
        ({"external_id": "mug-1"}, [{"code": "MUG-1", "archived_at": "2026-01-01T00:00Z"}], None),
        # What is certain is linked and needs no suggestion.
        ({"external_id": "MUG-1"}, [{"code": "MUG-1"}], None),
        ({"external_id": "", "ean": ""}, [{"code": "", "ean": ""}], None),
    ],
)
def test_what_comes_close_is_suggested_and_not_linked(
    integration: Any, offer: dict[str, Any], products: list[dict[str, Any]], expected: Any
) -> None:
    for values in products:
        ProductFactory(organization=integration.organization, **values)
    ProductFactory(code="MUG-1", ean=EAN)
    made = OfferFactory(integration=integration, **offer)
    recognise(integration, made)
    assert suggested(made) == expected
    exact = any(one["code"] == offer["external_id"] != "" for one in products)
    assert OfferLink.objects.filter(offer=made).exists() is exact


def test_a_suggestion_follows_the_products_and_stays_as_long_as_it_holds(integration: Any) -> None:
    offer = OfferFactory(integration=integration, external_id="mug-1")
    recognise(integration)
    assert suggested(offer) is None
    product = ProductFactory(organization=integration.organization, code="MUG-1")

    def changed() -> None:
        relink_for_products(
            organization_id=integration.organization_id,
            product_ids=[product.pk],
            now=timezone.now(),
        )

    changed()
    first = LinkSuggestion.objects.get()
    changed()
    assert LinkSuggestion.objects.get().pk == first.pk
    Product.objects.filter(pk=product.pk).update(code="CUP-9")
    changed()
    assert suggested(offer) is None
    # The last spelling is the offer's own: then it is certain.
    Product.objects.filter(pk=product.pk).update(code="mug-1")
    changed()
    assert offer.links.get().source == "EXTERNAL_ID"


def _three(integration: Any) -> list[Offer]:
    offers: list[Offer] = []
    for number in range(3):
        ProductFactory(organization=integration.organization, code=f"CUP-{number}")
        offers.append(OfferFactory(integration=integration, external_id=f"cup-{number}"))
    recognise(integration)
    return offers


def test_all_of_a_kind_are_linked_at_once_and_taken_back(integration: Any, staff: Any) -> None:
    offers = _three(integration)
    upto = LinkSuggestion.objects.order_by("-pk")[1].pk
    batch = link_suggested(
        organization=integration.organization,
        why=SuggestedBy.CODE_CASE,
        upto=upto,
        actor=staff,
        now=timezone.now(),
    )
    # What came after the page was shown waits.
    assert batch.links == 2
    links = OfferLink.objects.filter(batch=batch)
    assert {(one.source, one.linked_by) for one in links} == {("PERSON", staff)}
    assert Offer.objects.filter(link_state="LINKED").count() == 2
    assert AuditEntry.objects.filter(action="offer.linked").count() == 2
    told = OutboxMessage.objects.filter(topic="offer.linked").last()
    assert told is not None
    assert len(told.payload["offer_ids"]) == 2
    # One of them is changed by a person since, and stays.
    changed = links.order_by("pk")[0]
    link_offer(
        offer=changed.offer, product=changed.product, units_per_offer=6, actor=staff,
        now=timezone.now(),
    )  # fmt: skip

    assert undo_batch(batch=batch, actor=staff, now=timezone.now()) == 1

    assert {one.offer_id for one in OfferLink.objects.all()} == {changed.offer_id}
    # The freed one is suggested again, so nothing is lost.
    assert LinkSuggestion.objects.count() == 2
    assert len(offers) == 3
    with pytest.raises(AlreadyUndone):
        undo_batch(batch=batch, actor=staff, now=timezone.now())
    assert OfferLink.objects.count() == 1


def test_ticked_offers_are_linked_to_what_is_suggested_and_others_are_told(
    integration: Any, staff: Any
) -> None:
    offers = _three(integration)
    foreign = OfferFactory(external_id="cup-1")
    organization = integration.organization
    ids = [offers[0].pk, foreign.pk]
    (batch,) = link_picked(
        organization=organization, offer_ids=ids, actor=staff, now=timezone.now()
    )
    assert batch.links == 1
    assert not foreign.links.exists()
    with pytest.raises(NothingSuggested):
        link_picked(organization=organization, offer_ids=ids, actor=staff, now=timezone.now())


def test_what_is_left_out_stays_left_out(integration: Any, staff: Any) -> None:
    offers = _three(integration)
    linked = OfferLinkFactory(offer__integration=integration, offer__link_state="LINKED").offer
    ids = [offers[0].pk, linked.pk]
    count = ignore_offers(
        organization=integration.organization, offer_ids=ids, actor=staff, now=timezone.now()
    )
    assert count == 1
    recognise(integration)
    offers[0].refresh_from_db()
    assert (offers[0].link_state, suggested(offers[0])) == ("IGNORED", None)
    linked.refresh_from_db()
    assert linked.link_state == "LINKED"


def test_a_link_made_or_removed_by_a_person_ends_the_suggestion(
    integration: Any, staff: Any
) -> None:
    offer, *_rest = _three(integration)
    product = Product.objects.get(code="CUP-2")
    link = link_offer(
        offer=offer, product=product, units_per_offer=1, actor=staff, now=timezone.now()
    )
    assert suggested(offer) is None
    unlink_offer(link=link, actor=staff, now=timezone.now())
    assert suggested(offer) is None


def test_a_product_is_made_of_an_offer_once(integration: Any, staff: Any) -> None:
    offer = OfferFactory(integration=integration, external_id="NEW-1", ean=EAN, price="12.50")
    product = make_product(offer=offer, actor=staff, now=timezone.now())
    assert (product.code, product.name, product.ean, str(product.selling_price)) == (
        "NEW-1", offer.title, EAN, "12.50",
    )  # fmt: skip
    assert offer.links.get().source == "CREATED"
    with pytest.raises(HasProduct):
        make_product(offer=offer, actor=staff, now=timezone.now())
    same = OfferFactory(integration=integration, external_id="NEW-1")
    with pytest.raises(HasProduct):
        make_product(offer=same, actor=staff, now=timezone.now())
    assert Product.objects.count() == 1
