"""What an account keeps at Allegro for its offers to refer to, read by need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.allegro import AllegroClient
from offers.remembered import remembered
from settings_app.models import Integration

# A seller who has just added something at Allegro wants to see it here.
FRESH_SECONDS = 60.0
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """(id, name) of each thing, in Allegro's order."""

    shipping_rates: tuple[Named, ...] = ()
    return_policies: tuple[Named, ...] = ()
    implied_warranties: tuple[Named, ...] = ()
    warranties: tuple[Named, ...] = ()
    producers: tuple[Named, ...] = ()


def dictionaries_of(*, integration: Integration) -> Dictionaries:
    """The account's dictionaries. Raises ``NoAccount``, ``AllegroAway``, ``AllegroRefused``."""

    def read(client: AllegroClient) -> dict[str, list[list[str]]]:
        lists = client.dictionaries
        return {
            "shipping_rates": _named(lists.shipping_rates()),
            "return_policies": _named(lists.return_policies()),
            "implied_warranties": _named(lists.implied_warranties()),
            "warranties": _named(lists.warranties()),
            "producers": _named(lists.responsible_producers()),
        }

    name = f"account:{integration.pk}:dictionaries"
    found = remembered(integration, name, read, fresh_seconds=FRESH_SECONDS)
    return Dictionaries(**{key: tuple((a, b) for a, b in rows) for key, rows in found.items()})


def _named(rows: list[Any]) -> list[list[str]]:
    return [[str(one["id"]), str(one.get("name") or one["id"])] for one in rows if one.get("id")]
