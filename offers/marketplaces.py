"""Allegro's marketplaces and their currencies, as Allegro names them."""

from __future__ import annotations

from typing import Any

from connectors.allegro import AllegroClient
from offers.remembered import remembered
from settings_app.models import Integration

# Every account has one; those connected before we asked are on the oldest marketplace.
DEFAULT = "allegro-pl"


def currencies(*, integration: Integration) -> dict[str, str]:
    """The currency of each marketplace, by its id. Errors as ``offers.remembered.remembered``."""

    def read(client: AllegroClient) -> dict[str, str]:
        return {
            str(one["id"]): code for one in client.marketplaces() if (code := _currency(dict(one)))
        }

    found: dict[str, str] = remembered(integration, "marketplaces", read)
    return found


def base_marketplace(integration: Integration) -> str:
    """Where the account sells first; an offer's base marketplace never changes."""
    return integration.base_marketplace or DEFAULT


def _currency(marketplace: dict[str, Any]) -> str:
    base = (marketplace.get("currencies") or {}).get("base") or {}
    return str(base.get("code") or "")
