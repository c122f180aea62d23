"""Orders of a connected account of the sandbox, and the workers that write to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone

from core.enums import WorkState
from orders.models import Order, OrderWrite
from orders.operations import drain_order_writes, refresh_order
from settings_app.connection import allegro_client
from settings_app.models import Integration


@dataclass
class Shop:
    """One account: buy there, look at what Allegro has, let the workers run."""

    sandbox: Any
    login: str
    integration: Integration
    offers: list[str] = field(default_factory=list)

    def buy(self, *quantities: int, **wish: Any) -> Order:
        """A purchase of so many pieces of the first offers, recorded here."""
        lines = dict(zip(self.offers, quantities or (1,), strict=False))
        return self.read(self.sandbox.buy(self.login, lines, **wish))

    def read(self, form_id: str) -> Order:
        """Read a form from Allegro and record it."""
        with allegro_client(integration=self.integration) as client:
            recorded = refresh_order(
                integration=self.integration,
                checkout_form_id=form_id,
                client=client,
                now=timezone.now(),
            )
        assert recorded is not None
        return recorded.order

    def form(self, order: Order) -> dict[str, Any]:
        """The order's true form."""
        found: dict[str, Any] = self.sandbox.control("GET", f"/orders/{order.checkout_form_id}")
        return found

    def truth(self) -> dict[str, Any]:
        """The seller's true state."""
        found: dict[str, Any] = self.sandbox.seller(self.login)
        return found

    def act(self, order: Order, what: str, **body: Any) -> None:
        """Do something to the order as its buyer or as Allegro."""
        self.sandbox.control("POST", f"/orders/{order.checkout_form_id}/{what}", body or {})

    def fault(self, route: str, **fault: Any) -> None:
        """Strike the next call of ``route`` (or ``count`` of them)."""
        values = {"kind": "status", "count": 1} | fault
        self.sandbox.control("POST", "/faults", {"route": route, "seller": self.login} | values)

    def calls(self, route: str) -> int:
        """How often a route was called."""
        return int(self.sandbox.control("GET", "/requests")["byRoute"].get(route, 0))


def work() -> None:
    """Let the workers do what is due."""
    drain_order_writes(seconds=30)


def work_later() -> None:
    """Let time pass for what waits and for refused calls, then let the workers run."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushdb()
    OrderWrite.objects.filter(state=WorkState.PENDING).update(next_attempt_at=timezone.now())
    work()


def done(write: OrderWrite) -> OrderWrite:
    """The write as it is now."""
    write.refresh_from_db()
    return write
