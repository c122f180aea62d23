"""The whole state of one sandbox, and the few moves everything else is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.state.clock import Clock, iso
from sandbox.state.identity import Identities
from sandbox.state.offers import Offer
from sandbox.state.products import Products
from sandbox.state.schedule import Schedule
from sandbox.state.sellers import Seller
from sandbox.state.settings import Settings
from sandbox.state.tokens import App, TokenStore
from sandbox.traffic import Traffic


@dataclass(frozen=True)
class Size:
    """How much to seed: sellers, and offers and orders for each of them."""

    seed: int = 1
    sellers: int = 2
    offers: int = 120
    orders: int = 40


class World:
    """All of Allegro, for one process. Handlers run on one event loop and never wait while
    they change it, so no locks are needed."""

    def __init__(self, apps: list[App], size: Size) -> None:
        self.apps = {app.client_id: app for app in apps}
        self.size = size
        self.clock = Clock()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the registered apps. Seeding is up to the caller."""
        self.clock.offset_seconds = 0.0
        self.settings = Settings()
        self.identities = Identities(self.size.seed)
        self.tokens = TokenStore()
        self.sellers: dict[str, Seller] = {}
        self.logins: dict[str, Seller] = {}
        self.offers: dict[str, Offer] = {}
        self.products = Products()
        self.commands: dict[tuple[str, str], Any] = {}
        self.operations: dict[str, Any] = {}
        self.shipments: dict[str, list[dict[str, Any]]] = {}
        self.waybills: dict[tuple[str, str], set[str]] = {}
        self.invoices: dict[str, dict[str, Any]] = {}
        self.billing_links: dict[str, list[dict[str, Any]]] = {}
        self.images: dict[str, float] = {}
        self.schedule = Schedule()
        self.faults = Faults(self.size.seed)
        self.limits = Limits(self.settings)
        self.traffic = Traffic()

    @property
    def now(self) -> float:
        return self.clock.now()

    def timestamp(self) -> str:
        return iso(self.clock.now())

    def settle(self) -> float:
        """Do what has fallen due. Returns the present moment."""
        now = self.clock.now()
        self.schedule.settle(now)
        return now

    def later(self, delay: float, work: Callable[[float], None]) -> None:
        """Do ``work`` after ``delay`` seconds, or at once when the delay is zero."""
        if delay <= 0:
            work(self.now)
        else:
            self.schedule.at(self.now + delay, work)

    def show(self, offer: Offer, now: float) -> None:
        """Let the listing see the offer's present state once the lag has passed."""
        seller = self.sellers[offer.seller_id]
        seller.index.push(now + self.settings.listingLagSeconds, offer.id, offer)
