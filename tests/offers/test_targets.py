"""What an offer is to show: the arithmetic, the reasons to say nothing, and the reads behind them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import BundlePart, StockLevel, Warehouse
from offers.models import StockFeed
from offers.queries import feeding_warehouse_ids
from offers.targets import OfferFacts, Part, Target, pieces, target_of, targets_for
from tests.factories import IntegrationFactory, ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACTIVE = OfferFacts("ACTIVE")
NOW = timezone.now()


@pytest.mark.parametrize(
    ("available", "units", "buffer", "quantity"),
    [(10, 1, 0, 10), (10, 3, 0, 3), (10, 3, 2, 2), (2, 1, 5, 0), (-4, 1, 0, 0), (0, 1, 0, 0)],
)
def test_one_product(available: int, units: int, buffer: int, quantity: int) -> None:
    assert pieces([Part(available, units)], buffer=buffer) == quantity


def test_the_scarcest_product_of_a_set_decides() -> None:
    assert pieces([Part(10, 1), Part(7, 2), Part(100, 1)], buffer=1) == 3


@PATIENT
@given(
    st.lists(st.tuples(st.integers(-50, 500), st.integers(1, 9)), min_size=1, max_size=4),
    st.integers(0, 60),
)
def test_what_is_shown_can_always_be_delivered(parts: list[tuple[int, int]], buffer: int) -> None:
    quantity = pieces([Part(*one) for one in parts], buffer=buffer)
    assert quantity >= 0
    if quantity:
        assert all(quantity * units + buffer <= available for available, units in parts)
    assert any((quantity + 1) * units + buffer > available for available, units in parts)


@pytest.mark.parametrize(
    ("facts", "parts", "reason"),
    [
        (ACTIVE, [], "UNLINKED"),
        (OfferFacts("ACTIVE", fulfilled_by_allegro=True), [Part(5, 1)], "BY_ALLEGRO"),
        (OfferFacts("INACTIVE"), [Part(5, 1)], "DRAFT"),
        (OfferFacts("ENDED"), [Part(5, 1)], "ENDED"),
        (ACTIVE, [Part(5, 1, archived=True)], "ARCHIVED"),
        (ACTIVE, [Part(5, 1), Part(5, 1, syncs=False)], "SYNC_OFF"),
        (ACTIVE, [Part(5, 1, tracked=False)], "NOT_TRACKED"),
        (ACTIVE, [Part(None, 1)], "NO_STOCK_KEPT"),
    ],
)
def test_not_ours_to_say(facts: OfferFacts, parts: list[Part], reason: str) -> None:
    assert target_of(facts, parts, buffer=0, policy="SET_ZERO") == Target(None, reason)


def test_what_we_let_run_out_is_ours_to_bring_back() -> None:
    parts = [Part(5, 1)]
    emptied = OfferFacts("ENDED", emptied_at=NOW)
    sold_out = OfferFacts("ENDED", sold_out=True)
    for facts in (emptied, sold_out):
        assert target_of(facts, parts, buffer=0, policy="SET_ZERO") == Target(5, "STOCK")


def test_zero_is_a_value_unless_the_policy_leaves_it() -> None:
    for policy, expected in [
        ("SET_ZERO", Target(0, "STOCK")),
        ("END", Target(0, "STOCK")),
        ("LEAVE", Target(None, "ZERO_LEFT")),
    ]:
        assert target_of(ACTIVE, [Part(0, 1)], buffer=0, policy=policy) == expected


def test_an_untracked_product_in_a_set_never_runs_out() -> None:
    parts = [Part(4, 1), Part(None, 1, tracked=False)]
    assert target_of(ACTIVE, parts, buffer=0, policy="SET_ZERO") == Target(4, "STOCK")


def _warehouse(organization: Any, code: str, **more: Any) -> Warehouse:
    return Warehouse.objects.create(organization=organization, name=code, code=code, **more)


def _level(warehouse: Warehouse, product: Any, on_hand: int, reserved: int = 0) -> None:
    StockLevel.objects.create(
        organization=warehouse.organization,
        warehouse=warehouse,
        product=product,
        on_hand=on_hand,
        reserved=reserved,
    )


@pytest.fixture
def linked(organization: Any) -> Any:
    """An account with one offer of one product, which lies in two warehouses: 7 and 4 pieces."""
    integration = IntegrationFactory(organization=organization)
    product = ProductFactory(organization=organization)
    offer = OfferFactory(integration=integration, link_state="LINKED")
    OfferLinkFactory(offer=offer, product=product, organization=organization)
    main = _warehouse(organization, "MAIN", is_default=True)
    shop = _warehouse(organization, "SHOP")
    _level(main, product, 9, reserved=2)
    _level(shop, product, 4)
    return integration, offer, main, shop


def test_without_feeds_every_warehouse_counts(linked: Any) -> None:
    integration, offer, _main, _shop = linked
    assert feeding_warehouse_ids(integration_id=integration.pk) == ()
    assert targets_for(integration=integration) == {offer.pk: Target(11, "STOCK")}


def test_only_feeding_warehouses_count_in_their_order(linked: Any) -> None:
    integration, offer, main, shop = linked
    StockFeed.objects.create(
        organization=integration.organization, integration=integration, warehouse=main, priority=2
    )
    assert targets_for(integration=integration)[offer.pk].quantity == 7
    StockFeed.objects.create(
        organization=integration.organization, integration=integration, warehouse=shop, priority=1
    )
    assert feeding_warehouse_ids(integration_id=integration.pk) == (shop.pk, main.pk)
    assert targets_for(integration=integration)[offer.pk].quantity == 11


def test_asked_for_by_id_unlinked_offers_are_told_of_too(linked: Any) -> None:
    integration, offer, _main, _shop = linked
    alone = OfferFactory(integration=integration)
    foreign = OfferFactory()
    found = targets_for(integration=integration, offer_ids=[offer.pk, alone.pk, foreign.pk])
    assert found == {offer.pk: Target(11, "STOCK"), alone.pk: Target(None, "UNLINKED")}
    assert set(targets_for(integration=integration)) == {offer.pk}


def test_a_product_sold_alone_and_inside_a_bundle_of_one_offer_is_counted_once(linked: Any) -> None:
    integration, offer, main, _shop = linked
    organization, product = integration.organization, offer.links.get().product
    bundle, other = (ProductFactory(organization=organization) for _ in range(2))
    for part, units in ((product, 2), (other, 1)):
        BundlePart.objects.create(organization=organization, bundle=bundle, part=part, units=units)
    _level(main, other, 100)
    OfferLinkFactory(offer=offer, product=bundle, organization=organization)
    # 11 pieces, and a sold unit takes one by itself and two inside the bundle.
    assert targets_for(integration=integration) == {offer.pk: Target(3, "STOCK")}


def test_the_number_of_queries_is_fixed(linked: Any) -> None:
    integration, offer, _main, _shop = linked
    product = offer.links.get().product
    counts = []
    for more in (1, 30):
        for _number in range(more):
            made = OfferFactory(integration=integration, link_state="LINKED")
            OfferLinkFactory(offer=made, product=product, organization=integration.organization)
        with CaptureQueriesContext(connection) as seen:
            targets_for(integration=integration)
        counts.append(len(seen))
    assert counts[0] == counts[1]
