"""Faults the sandbox can be told to make, by the routes that stock goes through."""

from __future__ import annotations

from typing import Any

from settings_app.models import Integration
from tests.offers.scene import (
    sell,
    shown,
)

PARTS = "GET /sale/product-offers/{offerId}/parts"
PATCH = "PATCH /sale/product-offers/{offerId}"
BULK = "POST /sale/offer-bulk-modification-commands"
BULK_TASKS = "GET /sale/offer-bulk-modification-commands/{commandId}/tasks"
BULK_STATUS = "GET /sale/offer-bulk-modification-commands/{commandId}"


def fault(sandbox: Any, kind: str, route: str, **more: Any) -> None:
    sandbox.control("POST", "/faults", {"kind": kind, "route": route, **more})


def heal(sandbox: Any) -> None:
    sandbox.control("DELETE", "/faults")


def five(account: Integration, numbers: list[str], first: int = 30) -> list[int]:
    """Five offers with five new quantities: one bulk command."""
    wanted = [first + at for at in range(5)]
    for number, pieces in zip(numbers, wanted, strict=False):
        sell(account, number, on_hand=pieces)
    return wanted


def quantities(sandbox: Any, numbers: list[str]) -> list[int]:
    return [shown(sandbox, number)[0] for number in numbers[:5]]
