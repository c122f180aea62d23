"""Which colour a status has; the words are the statuses' own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from orders.enums import (
    ClaimStatus,
    DisplayStatus,
    RefundStatus,
    ShipmentSource,
    StockState,
)

STATUS_TONES = {
    DisplayStatus.UNPAID: "warn",
    DisplayStatus.READY: "info",
    DisplayStatus.PROCESSING: "info",
    DisplayStatus.SENT: "ok",
    DisplayStatus.DELIVERED: "ok",
    DisplayStatus.BY_ALLEGRO: "neutral",
    DisplayStatus.CANCELLED: "neutral",
    DisplayStatus.SUPERSEDED: "neutral",
    DisplayStatus.RETURNED: "warn",
    DisplayStatus.SUSPENDED: "danger",
}
STOCK_TONES: dict[str, str] = {
    StockState.RESERVED: "info",
    StockState.CONSUMED: "ok",
    StockState.UNLINKED: "warn",
}
REFUND_TONES: dict[str, str] = {
    RefundStatus.SUCCESS: "ok",
    RefundStatus.PARTIAL: "warn",
    RefundStatus.CANCELED: "danger",
    RefundStatus.VALIDATE_FAILED: "danger",
}
CLAIM_TONES: dict[str, str] = {
    ClaimStatus.GRANTED: "ok",
    ClaimStatus.REJECTED: "danger",
    ClaimStatus.REJECTED_AFTER_APPEAL: "danger",
    ClaimStatus.CANCELLED: "neutral",
}
SOURCE_TONES: dict[str, str] = {ShipmentSource.HUB: "ok", ShipmentSource.ALLEGRO: "info"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Something Allegro told of, with the words and the tone of its state."""

    row: Any
    label: str
    tone: str


def labelled(row: Any, statuses: type[TextChoices], tones: Mapping[str, str]) -> Labelled:
    """The row with its status in words; a status Allegro adds later is shown as it is told."""
    known = row.status in statuses.values
    words = str(statuses(row.status).label) if known else row.status
    return Labelled(row, words, tones.get(row.status, "info"))
