"""A day's order events read and recorded, beside the time that Allegro's limit and the way there take."""

from __future__ import annotations

import time
from typing import Any

from tests.bench.shop import new_shop, vacuum
from tests.measures import Result, measure
from tests.sandbox_server import SandboxServer

EVENTS = 10_000
# An order has between one and four events.
ORDERS = 3_700
LATENCY_MS = 30


@measure("webhooks: catching up with 10,000 order events")
def caught_up() -> Result:
    """From the journal's first page to the last order recorded, in one process over ten connections."""
    with SandboxServer(sellers=1, offers=200, orders=0) as sandbox:
        account = connected(sandbox)
        body = {"seller": sandbox.sellers()[0], "count": ORDERS}
        sandbox.control("POST", "/orders", body)
        sandbox.control("POST", "/faults", {"kind": "latency", "latencyMs": LATENCY_MS})
        vacuum()
        started = time.perf_counter()
        told, forms = catch_up(account)
        taken = time.perf_counter() - started
        assert told >= EVENTS, f"{told} events"
        assert_all_is_recorded(account, forms)
    return Result(taken, least_seconds(forms=forms, pages=told // 1000 + 1), 1.3, "s", at_most=True)


def connected(sandbox: SandboxServer) -> Any:
    """The sandbox's seller, connected through the consent page, with the journal's cursor at its end."""
    from django.conf import settings
    from django.utils import timezone

    from tests.integrations import connect
    from webhooks.operations import poll_orders

    settings.ALLEGRO_ENVIRONMENTS["sandbox"] = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "api": sandbox.base_url,
        "auth": sandbox.auth_url,
        "upload": sandbox.base_url,
    }
    organization, owner = new_shop()
    login = sandbox.sellers()[0]
    account = connect(organization=organization, user=owner, sandbox=sandbox, login=login)
    poll_orders(integration=account, now=timezone.now())
    return account


def catch_up(account: Any) -> tuple[int, int]:
    """Read the journal to its head and work until nothing is due; events and the orders they name."""
    from django.utils import timezone

    from webhooks.models import InboundEvent
    from webhooks.operations import process_inbox, read_to_head

    told = read_to_head(integration=account, now=timezone.now())
    while process_inbox(seconds=20).done:
        pass
    named = InboundEvent.objects.filter(integration=account).values("checkout_form_id").distinct()
    return told, named.count()


def assert_all_is_recorded(account: Any, forms: int) -> None:
    from core.enums import WorkState
    from orders.models import Order
    from webhooks.models import InboundEvent

    events = InboundEvent.objects.filter(integration=account)
    left = events.exclude(state=WorkState.DONE).count()
    assert left == 0, f"{left} events left"
    recorded = Order.objects.filter(integration=account).count()
    assert recorded == forms, f"{recorded} of {forms} orders"


def least_seconds(*, forms: int, pages: int) -> float:
    """What the reads take at least: by our share of Allegro's 9,000 a minute, or by the way there."""
    from connectors.allegro.budgets import Lane, budgets
    from connectors.allegro.limits import Bucket
    from orders.operations.rereading import CONNECTIONS

    allowed = budgets(seller_id="", bucket=Bucket.DEFAULT, lane=Lane.ORDERS, scale=1.0, cost=1)[0]
    by_limit = max(0.0, (forms + pages - allowed.capacity) / allowed.rate)
    by_way = (forms / CONNECTIONS + pages) * LATENCY_MS / 1000
    return max(by_limit, by_way)
