"""What must be known before stock is written: hooks that higher apps register.

Allegro lowers an offer's stock at the purchase, before we can see the order. A number computed from
stock that does not know of it yet would put the sold piece back on sale. So before stock is written,
the account's order journal is read to its head and worked on; ``webhooks`` registers how. ``orders``
registers how many units of an offer were sold since a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from settings_app.models import Integration

Drain = Callable[[Integration], None]
Sold = Callable[[Integration, Mapping[int, datetime]], Mapping[int, int]]

_drains: dict[str, Drain] = {}
_sold: dict[str, Sold] = {}


def register(drain: Drain) -> None:
    """Have ``drain(integration)`` called before stock is written; when it raises, the writing waits.

    Called from ``AppConfig.ready()``; registering the same function again changes nothing.
    """
    _drains[f"{drain.__module__}.{drain.__qualname__}"] = drain


def register_sold(sold: Sold) -> None:
    """Have ``sold(integration, {offer id: since})`` tell the units bought since, by offer id."""
    _sold[f"{sold.__module__}.{sold.__qualname__}"] = sold


def drain_orders(integration: Integration) -> None:
    """Bring what we know of the account's orders up to this moment. Raises what a drain raises."""
    for drain in _drains.values():
        drain(integration)


def sold_since(integration: Integration, since: Mapping[int, datetime]) -> dict[int, int]:
    """Units bought of each offer since its moment, as far as we know of them; 0 left out."""
    units: dict[int, int] = {}
    for sold in _sold.values():
        for offer_id, count in sold(integration, since).items():
            units[offer_id] = units.get(offer_id, 0) + count
    return units
