"""What decides our side of an offer's fields, as it was read. No database in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from offers.enums import MARKETPLACE_PRICE, Field, PublicationStatus, price_field
from offers.pricing import Cost, Rates, Terms
from offers.targets import Target


@dataclass(frozen=True, slots=True)
class Part:
    """A product in an offer, as far as the offer's fields follow from it."""

    product_id: int
    cost: Cost
    name: str = ""
    description: str = ""
    images: tuple[str, ...] = ()
    syncs: bool = True
    archived: bool = False
    active: bool = True
    valid_until: date | None = None

    @property
    def units(self) -> int:
        return self.cost.units

    def is_offered(self, today: date) -> bool:
        """Whether the seller offers it at all."""
        over = self.valid_until is not None and self.valid_until < today
        return self.active and not self.archived and not over


@dataclass(frozen=True, slots=True)
class Noted:
    """A field's state as it stands: what :class:`offers.models.FieldState` holds of it."""

    base: str | None
    ours: str | None


@dataclass(slots=True)
class OfferSide:
    """An offer with everything our side of it follows from."""

    id: int
    status: str
    currency: str
    emptied_at: datetime | None = None
    sold_out: bool = False
    parts: tuple[Part, ...] = ()
    target: Target | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    marketplaces: frozenset[str] = frozenset()
    noted: Mapping[str, Noted] = field(default_factory=dict)

    @property
    def only(self) -> Part | None:
        """The only product, when one sold unit is a piece of it."""
        return self.parts[0] if len(self.parts) == 1 and self.parts[0].units == 1 else None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say of it, or something was said already."""
        return bool(self.parts or self.own or self.noted)

    @property
    def ran_out(self) -> bool:
        """Whether it is off sale only because nothing was left."""
        ended = self.status == PublicationStatus.ENDED
        return ended and (self.emptied_at is not None or self.sold_out)

    def fields(self, rules: Mapping[str, Terms]) -> set[str]:
        """Every field this offer has: the plain ones, and a price per marketplace."""
        places = set(self.marketplaces) & set(rules)
        named = {code for code in (*self.own, *self.noted) if code.startswith(MARKETPLACE_PRICE)}
        return {*map(str, Field), *map(price_field, places), *named}


@dataclass(frozen=True, slots=True)
class Account:
    """What holds for all offers of an account: price rules by marketplace (empty: its own), exchange
    rates, and where pictures of ours lie at Allegro, by our addresses of them."""

    rules: Mapping[str, Terms]
    rates: Rates
    today: date
    pictures: Mapping[str, str] = field(default_factory=dict)
    default_vat: Decimal = Decimal(0)
