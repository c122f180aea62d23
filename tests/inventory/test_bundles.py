from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import NotYours
from core.models import AuditEntry, OutboxMessage
from inventory.models import BundlePart, StockLevel, StockMovement
from inventory.operations import (
    BundleHasNoStock,
    BundleItem,
    ImportedLevel,
    InvalidBundle,
    import_levels,
    restock,
    set_bundle,
)
from inventory.queries import available_by_product, components_of
from offers.models import OfferLink
from orders.queries import Part, sold_offers
from products.models import Product
from products.operations import remove_product
from tests.factories import IntegrationFactory, ProductFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take
from tests.offers.factories import OfferFactory


def made_of(bundle: Any, *parts: tuple[Any, int], actor: Any = None) -> list[BundlePart]:
    items = [BundleItem(product.pk, units) for product, units in parts]
    return set_bundle(product=bundle, items=items, actor=actor, now=timezone.now())


def left(*products: Any) -> dict[int, int]:
    return available_by_product(
        organization_id=products[0].organization_id, product_ids=[one.pk for one in products]
    )


@pytest.fixture
def kit(organization: Any) -> tuple[Any, Any, Any]:
    """A set of one pot and two cups."""
    bundle, pot, cup = ProductFactory.create_batch(3, organization=organization)
    made_of(bundle, (pot, 1), (cup, 2))
    return bundle, pot, cup


def test_a_bundle_has_what_its_scarcest_part_gives(kit: Any) -> None:
    bundle, pot, cup = kit
    assert left(bundle) == {}  # nothing is known of its parts yet
    put(pot, 10)
    put(cup, 7)
    assert left(bundle, pot, cup) == {bundle.pk: 3, pot.pk: 10, cup.pk: 7}
    take(cup, 9, "a")
    assert left(bundle) == {bundle.pk: -1}
    Product.objects.filter(pk=cup.pk).update(track_inventory=False)
    assert left(bundle) == {bundle.pk: 10}


def test_a_part_that_moves_tells_of_its_bundles(kit: Any) -> None:
    bundle, pot, _cup = kit
    OutboxMessage.objects.all().delete()
    put(pot, 10)
    assert OutboxMessage.objects.get().payload == {"product_ids": sorted([bundle.pk, pot.pk])}


def test_making_a_bundle_is_audited_and_told_once(organization: Any, staff: Any) -> None:
    bundle, part = ProductFactory.create_batch(2, organization=organization)
    for _again in range(2):
        made_of(bundle, (part, 3), actor=staff)
    entry = AuditEntry.objects.get(action="product.bundle_set")
    assert (entry.before, entry.after) == ({"parts": []}, {"parts": [f"3 x {part.code}"]})
    assert OutboxMessage.objects.get().payload == {"product_ids": [bundle.pk]}
    made_of(bundle)
    assert not components_of(organization_id=organization.pk, product_ids=[bundle.pk])


@pytest.mark.parametrize("case", ["itself", "nested", "of a part", "twice", "none", "foreign"])
def test_impossible_bundles_are_refused(
    organization: Any, other_organization: Any, kit: Any, case: str
) -> None:
    bundle, pot, cup = kit
    fresh = ProductFactory(organization=organization)
    foreign = ProductFactory(organization=other_organization)
    product, parts = {
        "itself": (fresh, [(fresh, 1)]),
        "nested": (fresh, [(bundle, 1)]),
        "of a part": (cup, [(fresh, 1)]),
        "twice": (fresh, [(pot, 1), (pot, 2)]),
        "none": (fresh, [(pot, 0)]),
        "foreign": (fresh, [(foreign, 1)]),
    }[case]
    with pytest.raises(NotYours if case == "foreign" else InvalidBundle):
        made_of(product, *parts)
    assert BundlePart.objects.count() == 2


def test_a_product_with_pieces_of_its_own_is_no_bundle_yet(kit: Any) -> None:
    _bundle, pot, _cup = kit
    full = ProductFactory(organization=pot.organization)
    put(full, 1)
    with pytest.raises(InvalidBundle):
        made_of(full, (pot, 1))
    put(full, 0)
    assert len(made_of(full, (pot, 1))) == 1


def test_a_bundle_gets_no_stock_of_its_own(kit: Any) -> None:
    bundle, pot, _cup = kit
    with pytest.raises(BundleHasNoStock):
        put(bundle, 5)
    rows = [ImportedLevel(bundle.pk, "", 5), ImportedLevel(pot.pk, "", 5)]
    values = {"organization_id": pot.organization_id, "reference": "job", "now": timezone.now()}
    assert import_levels(rows=rows, **values) == 1
    assert not StockLevel.objects.filter(product=bundle).exclude(on_hand=0).exists()


def test_a_returned_bundle_puts_its_parts_back_once(kit: Any) -> None:
    bundle, pot, cup = kit
    for _again in range(2):
        restock(
            organization_id=bundle.organization_id, product_id=bundle.pk, quantity=2, key="r",
            reference="", reason="", warehouse_id=None, actor=None, now=timezone.now(),
        )  # fmt: skip
    assert left(pot, cup) == {pot.pk: 2, cup.pk: 4}
    assert StockMovement.objects.count() == 2
    assert_ledger_equals_levels(bundle.organization)


def test_the_database_refuses_parts_without_pieces_and_bundles_of_themselves(kit: Any) -> None:
    bundle, pot, _cup = kit
    for wrong in ({"units": 0}, {"part": bundle}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BundlePart.objects.filter(part=pot).update(**wrong)


def test_parts_and_bundles_are_archived_rather_than_deleted(kit: Any) -> None:
    for product in kit[:2]:
        gone = remove_product(product=product, actor=None, now=timezone.now())
        assert gone == "archived"


def test_an_offer_of_a_bundle_sells_its_parts(organization: Any) -> None:
    bundle, pot, cup = ProductFactory.create_batch(3, organization=organization)
    made_of(bundle, (pot, 1), (cup, 2))
    account = IntegrationFactory(organization=organization)
    offer = OfferFactory(organization=organization, integration=account, allegro_id="1")
    for product, units in ((bundle, 3), (cup, 1)):
        OfferLink.objects.create(
            organization=organization,
            offer=offer,
            product=product,
            units_per_offer=units,
            source="PERSON",
            linked_at=timezone.now(),
        )
    sold = sold_offers(integration_id=account.pk, allegro_ids=["1"])["1"]
    assert sold.parts == [Part(pot.pk, 3, tracked=True), Part(cup.pk, 7, tracked=True)]


@pytest.mark.django_db(transaction=True)
def test_two_products_made_bundles_of_each_other_at_once_never_both_become_one(
    organization: Any,
) -> None:
    one, other = ProductFactory.create_batch(2, organization=organization)
    ready, refused = threading.Barrier(2), []

    def make(bundle: Any, part: Any) -> None:
        try:
            ready.wait()
            made_of(bundle, (part, 1))
        except InvalidBundle:
            refused.append(bundle)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert BundlePart.objects.count() == 1
