"""How many calls it takes to give an account's offers their values, and how long a push of stock takes."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from offers.planning import ALLEGRO, Wish, calls, plan, plan_prices
from tests.bench.catching_up import connected
from tests.bench.shop import vacuum
from tests.measures import Result, Results, measure
from tests.sandbox_server import SandboxServer

OFFERS = 10_000
QUANTITIES = 2_000
ZEROS = 500
PUSHED = 5_000
LATENCY_MS = 30
PARTS = "GET /sale/product-offers/{offerId}/parts"


@measure("offers: calls of a full push")
def calls_of_a_full_push() -> Results:
    """10,000 offers with 2,000 different quantities and 500 zeros, and the same with few quantities."""
    return {
        "offers: calls that write 10,000 offers, 2,000 quantities": _against_bound(QUANTITIES),
        "offers: calls that write 10,000 offers, 20 quantities": _against_bound(20),
        "offers: calls that write 10,000 offers, all different": _against_bound(OFFERS),
    }


def _against_bound(quantities: int) -> Result:
    wishes = [Wish(number, 0) for number in range(ZEROS)]
    wishes += [Wish(number, 1 + number % quantities) for number in range(ZEROS, OFFERS)]
    made = calls(plan(wishes))
    return Result(made, _fewest(wishes), goal=1.1, unit=" calls", at_most=True)


def _fewest(wishes: list[Wish]) -> float:
    """No plan can do with less: each zero its own call, each other offer its share of the best command.

    A command that holds an offer with a quantity shared by g offers holds at most max(25, g) of them,
    and never more than 1000.
    """
    groups = Counter(wish.value for wish in wishes if wish.value)
    zeros = sum(1 for wish in wishes if not wish.value)
    shares = (
        size * ALLEGRO.calls / max(ALLEGRO.bulk, min(size, ALLEGRO.one_value))
        for size in groups.values()
    )
    return zeros + sum(shares)


@measure("offers: calls of a morning's changes")
def calls_of_a_mornings_changes() -> Result:
    """2,000 different quantities, 500 zeros and 300 prices on 10,000 offers: the plans' calls.

    Counted on the plans of both writers, results included. The least: a zero is a call of its own, a
    bulk command holds 25 offers, and a price could ride along with its offer's quantity for nothing.
    """
    zeros = [Wish(number, 0) for number in range(500)]
    quantities = [Wish(number, number) for number in range(500, 2_500)]
    prices = [Wish(number, ("PRICE", f"{number}.00 PLN")) for number in range(600, 900)]
    made = calls(plan([*zeros, *quantities])) + calls(plan_prices(prices))
    least = _fewest([*zeros, *quantities])
    return Result(made, least, goal=1.1, unit=" calls", at_most=True)


@measure("offers: a push of 5,000 stock changes")
def pushed() -> Result:
    """Each offer read, written by bulk commands and read back, at a sandbox 30 ms away."""
    with SandboxServer(sellers=1, offers=PUSHED * 6 // 5, orders=0) as sandbox:
        account = connected(sandbox)
        offers = _stocked(account, sandbox)
        sandbox.control("POST", "/faults", {"kind": "latency", "latencyMs": LATENCY_MS})
        sandbox.control("DELETE", "/requests")
        vacuum()
        started = time.perf_counter()
        _push_all(account)
        taken = time.perf_counter() - started
        counted = sandbox.control("GET", "/requests")["byRoute"]
        _assert_all_are_there(sandbox, offers)
    return Result(taken, _least_seconds(counted), 1.5, "s", at_most=True)


def _stocked(account: Any, sandbox: SandboxServer) -> dict[str, int]:
    """Offers on sale with a product of ours behind each and a new quantity; {number: quantity}."""
    from django.utils import timezone

    from inventory.models import StockLevel
    from inventory.operations import ensure_default_warehouse
    from offers.enums import PushCause
    from offers.models import Offer, OfferLink
    from offers.operations import request_push
    from products.models import Product
    from settings_app.models import Integration

    now, organization = timezone.now(), account.organization
    Integration.objects.filter(pk=account.pk).update(may_write_stock=True, brake_minimum=10_000)
    shown = sandbox.control("GET", f"/sellers/{sandbox.sellers()[0]}")["offers"]
    numbers = [one["id"] for one in shown if one["status"] == "ACTIVE"][:PUSHED]
    assert len(numbers) == PUSHED, f"{len(numbers)} offers on sale"
    products = Product.objects.bulk_create(
        Product(organization=organization, code=f"P{number}", name=number) for number in numbers
    )
    offers = Offer.objects.bulk_create(
        Offer(
            organization=organization, integration=account, allegro_id=number, title=number,
            publication_status="ACTIVE", link_state="LINKED", first_seen_at=now, remote_seen_at=now,
        )
        for number in numbers
    )  # fmt: skip
    OfferLink.objects.bulk_create(
        OfferLink(
            organization=organization, offer=offer, product=product, source="PERSON", linked_at=now
        )
        for offer, product in zip(offers, products, strict=True)
    )
    warehouse = ensure_default_warehouse(organization_id=organization.pk)
    wanted = {number: 1000 + at for at, number in enumerate(numbers)}
    StockLevel.objects.bulk_create(
        StockLevel(
            organization=organization, warehouse=warehouse, product=product,
            on_hand=wanted[product.name],
        )
        for product in products
    )  # fmt: skip
    request_push(
        organization_id=organization.pk, offer_ids=[one.pk for one in offers],
        reason=PushCause.STOCK, actor=None, now=now,
    )  # fmt: skip
    return wanted


def _push_all(account: Any) -> None:
    from core.enums import WorkState
    from offers.models import OfferPush
    from offers.operations.pushing import push_account

    open_ones = OfferPush.objects.filter(integration=account).exclude(state=WorkState.DONE)
    deadline = time.monotonic() + 600
    while open_ones.exists() and time.monotonic() < deadline:
        push_account(integration_id=account.pk, seconds=60)
    left = dict(Counter(open_ones.values_list("state", "reason")))
    assert not left, f"not done: {left}"


def _assert_all_are_there(sandbox: SandboxServer, wanted: dict[str, int]) -> None:
    shown = sandbox.control("GET", f"/sellers/{sandbox.sellers()[0]}")["offers"]
    there = {one["id"]: one["available"] for one in shown if one["id"] in wanted}
    wrong = {number for number, quantity in wanted.items() if there[number] != quantity}
    assert not wrong, f"{len(wrong)} offers show something else"


def _least_seconds(counted: dict[str, int]) -> float:
    """What these calls take at least: reads by the limit of ``/parts`` or by the way there over the
    reading threads, and the other calls one after another."""
    from connectors.allegro.budgets import Lane, budgets
    from connectors.allegro.limits import Bucket
    from offers.reading import THREADS

    reads = counted[PARTS]
    allowed = budgets(seller_id="x", bucket=Bucket.OFFER_PARTS, lane=Lane.STOCK, scale=1.0, cost=1)
    by_limit = max((reads - one.capacity) / one.rate for one in allowed)
    by_way = reads / THREADS * LATENCY_MS / 1000
    others = sum(count for route, count in counted.items() if route != PARTS)
    return max(by_limit, by_way) + others * LATENCY_MS / 1000
