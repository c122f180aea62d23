"""Commands of stock: a number for each offer, or offers ended and put on sale again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from connectors.allegro import AllegroClient
from connectors.allegro.types import Accepted, CommandState, Done
from core.bulk import update_rows
from offers.enums import PublicationStatus, WriteKind
from offers.models import OfferPush, StockCommand, StockCommandItem
from offers.operations.commanding.book import Book
from settings_app.queries import stock_stop


class StockBook(Book):
    """Pushes of stock, one per offer."""

    commands, items, pushes = StockCommand, StockCommandItem, OfferPush
    waiting = ("target", "shown", "unexplained_since")
    ended = {"urgent": False}

    def key(self, row: Any) -> Hashable:
        offer_id: int = row.offer_id
        return offer_id

    def wait_for(self, push: Any, item: Any) -> None:
        push.target, push.shown = item.value, item.shown_before
        # From this number on, the next fall that nothing explains is waited for anew.
        push.unexplained_since = None

    def is_stopped(self, *, integration_id: int, items: Sequence[Any]) -> bool:
        return stock_stop(integration_id=integration_id) is not None

    def patch(self, items: Sequence[Any], client: AllegroClient) -> Done | Accepted:
        stock = {"available": items[0].value, "unit": "UNIT"}
        return client.offers.patch(items[0].offer.allegro_id, {"stock": stock})

    def register(self, command: Any, items: Sequence[Any], client: AllegroClient) -> CommandState:
        ids = [item.offer.allegro_id for item in items]
        if command.kind == WriteKind.BULK:
            return client.commands.bulk_modify(
                command.uuid,
                modifications=[
                    {
                        "offerId": item.offer.allegro_id,
                        "stock": {"changeType": "FIXED", "value": item.value},
                    }
                    for item in items
                ],
            )
        if command.kind == WriteKind.QUANTITY:
            return client.commands.change_quantity(
                command.uuid, offer_ids=ids, value=items[0].value
            )
        return client.commands.publish(command.uuid, offer_ids=ids, action=command.kind)

    def pushes_of(self, command: Any, items: Sequence[Any]) -> QuerySet[Any]:
        return OfferPush.objects.filter(
            command=command, offer_id__in=[item.offer_id for item in items]
        )

    def note(self, command: Any, done: Sequence[Any], now: datetime) -> None:
        """What the offers show now; the next reading has the last word."""
        seen_at = command.sent_at or now
        for item in done:
            offer = item.offer
            offer.content_hash = ""
            if command.kind == WriteKind.ACTIVATE:
                offer.publication_status, offer.emptied_at = PublicationStatus.ACTIVE, None
                continue
            if command.kind == WriteKind.END or item.value == 0:
                offer.publication_status, offer.emptied_at = PublicationStatus.ENDED, now
            if command.kind != WriteKind.END:
                offer.stock_shown = offer.stock_available = item.value
                offer.stock_shown_at = seen_at
        update_rows(
            [item.offer for item in done],
            [
                "content_hash", "publication_status", "emptied_at", "stock_shown",
                "stock_shown_at", "stock_available",
            ],
        )  # fmt: skip

    def tell(self, pushes: Sequence[int], *, now: datetime) -> None:
        """Nobody waits for a push of stock to end: the newest number goes out in any case."""


STOCK = StockBook()
