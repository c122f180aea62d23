"""Which colour a status has; the words are the statuses' own."""

from __future__ import annotations

from orders.enums import DisplayStatus, StockState

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
