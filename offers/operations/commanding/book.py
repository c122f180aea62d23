"""What commands of stock and commands of other values each do in their own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet

from connectors.allegro import AllegroClient, CommandKind
from connectors.allegro.types import Accepted, CommandState, Done
from offers.enums import WriteKind
from offers.models.commands import OfferCommand, OfferCommandItem

KINDS = {
    WriteKind.BULK: CommandKind.BULK,
    WriteKind.QUANTITY: CommandKind.QUANTITY,
    WriteKind.PRICE: CommandKind.PRICE,
    WriteKind.END: CommandKind.PUBLICATION,
    WriteKind.ACTIVATE: CommandKind.PUBLICATION,
}


class Book(ABC):
    """The tables of one kind of writes, and how such a write is made and noted.

    ``commands`` are sent, ``items`` are the offers (or fields of offers) in them, ``pushes`` the wishes
    behind them. ``waiting`` are the columns of a push that :meth:`wait_for` sets, ``ended`` what a push
    that ended has in its own columns.
    """

    commands: ClassVar[Any]
    items: ClassVar[Any]
    pushes: ClassVar[Any]
    waiting: ClassVar[tuple[str, ...]]
    ended: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def key(self, row: Any) -> Hashable:
        """What ties an item to its push: the same for both."""

    @abstractmethod
    def wait_for(self, push: Any, item: Any) -> None:
        """Note on a push what is about to be sent for it."""

    @abstractmethod
    def is_stopped(self, *, integration_id: int, items: Sequence[Any]) -> bool:
        """Whether a switch forbids sending these at this moment."""

    @abstractmethod
    def patch(self, items: Sequence[Any], client: AllegroClient) -> Done | Accepted:
        """Change one offer. Raises AllegroError."""

    @abstractmethod
    def register(
        self, command: OfferCommand, items: Sequence[Any], client: AllegroClient
    ) -> CommandState:
        """Send a command for many offers under its id. Raises AllegroError."""

    @abstractmethod
    def pushes_of(self, command: OfferCommand, items: Sequence[OfferCommandItem]) -> QuerySet[Any]:
        """The pushes that wait for these items of a command."""

    @abstractmethod
    def note(self, command: OfferCommand, done: Sequence[Any], now: datetime) -> None:
        """Write down what offers show by Allegro's own word; called in the completing transaction."""

    @abstractmethod
    def tell(self, pushes: Sequence[int], *, now: datetime) -> None:
        """Tell others of pushes that ended; called in the transaction that ended them."""
