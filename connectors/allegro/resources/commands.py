"""Commands: asynchronous changes of many offers, each under an id of our own.

The id makes a command safe to send again: Allegro answers 409 when it has it already, and that is
read as "accepted". So persist the id before calling, and reuse it after any doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from connectors.allegro.answers import Answer, Caller
from connectors.allegro.errors import Conflict
from connectors.allegro.limits import (
    MAX_BULK_MODIFICATIONS,
    MAX_OFFERS_PER_COMMAND,
    MAX_TASKS_PER_PAGE,
)
from connectors.allegro.types import CommandState, CommandTask, Money, OfferPriceChange


class CommandKind(StrEnum):
    """The kinds of commands whose state can be asked for."""

    QUANTITY = "quantity"
    PRICE = "price"
    PUBLICATION = "publication"
    MODIFICATION = "modification"
    BULK = "bulk"
    PRICE_AUTOMATION = "price_automation"


class Commands:
    """Commands over the seller's offers, at most 1000 offers each.

    A command for an offer of somebody else registers and silently does nothing
    (allegro-api#5465): look at the tasks, not at the registration.
    """

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def change_quantity(
        self,
        command_id: UUID | str,
        *,
        offer_ids: Sequence[str],
        value: int,
        change_type: str = "FIXED",
    ) -> CommandState:
        """Set (FIXED) or move (GAIN) the available quantity, one value for all offers.

        FIXED must be above zero: to reach zero, patch the stock or end the offer.
        """
        if change_type == "FIXED" and value < 1:
            raise ValueError("a fixed quantity must be above zero")
        modification = {"changeType": change_type, "value": value}
        return self._register(CommandKind.QUANTITY, command_id, offer_ids, modification)

    def change_price(
        self, command_id: UUID | str, *, offer_ids: Sequence[str], modification: Mapping[str, Any]
    ) -> CommandState:
        """Change the price of many offers in one way.

        ``modification`` is Allegro's, such as ``{"type": "FIXED_PRICE", "price": {...}}`` or
        ``{"type": "INCREASE_PERCENTAGE", "percentage": "5"}``, optionally with ``marketplaceId``.
        """
        return self._register(CommandKind.PRICE, command_id, offer_ids, dict(modification))

    def publish(
        self,
        command_id: UUID | str,
        *,
        offer_ids: Sequence[str],
        action: str,
        scheduled_for: datetime | None = None,
    ) -> CommandState:
        """ACTIVATE or END offers, now or at a moment (with time zone)."""
        publication: dict[str, str] = {"action": action}
        if scheduled_for is not None:
            publication["scheduledFor"] = _moment(scheduled_for)
        body = {"offerCriteria": _criteria(offer_ids), "publication": publication}
        return self._send(CommandKind.PUBLICATION, command_id, body, len(offer_ids))

    def modify(
        self, command_id: UUID | str, *, offer_ids: Sequence[str], modification: Mapping[str, Any]
    ) -> CommandState:
        """Give many offers the same delivery, payments, location or the like.

        ``modification`` is Allegro's, such as ``{"delivery": {"handlingTime": "PT24H"}}`` or
        ``{"payments": {"invoice": "VAT", "tax": {"percentage": "23.00"}}}``. Raises ValueError
        unless it holds exactly one group of fields, as Allegro demands (allegro-api#1579).
        """
        if len(modification) != 1:
            raise ValueError("a modification holds exactly one group of fields")
        return self._register(CommandKind.MODIFICATION, command_id, offer_ids, dict(modification))

    def automate_prices(
        self, command_id: UUID | str, *, offer_ids: Sequence[str], modification: Mapping[str, Any]
    ) -> CommandState:
        """Assign pricing rules to many offers per marketplace, or take them away.

        ``modification`` is Allegro's: ``{"set": [{"marketplace": {"id"}, "rule": {"id"},
        "configuration": {"priceRange": {"type", "minPrice", "maxPrice"}}}]}`` or
        ``{"remove": [{"marketplace": {"id"}}]}``. Raises ValueError unless it is one of the two.
        """
        if len(modification) != 1 or not modification.get("set", modification.get("remove")):
            raise ValueError('a price automation holds either "set" or "remove"')
        body = {"modification": dict(modification), "offerCriteria": _criteria(offer_ids)}
        command = str(UUID(str(command_id)))
        return self._post(
            CommandKind.PRICE_AUTOMATION, command, {"id": command, **body}, len(offer_ids)
        )

    def bulk_modify(
        self, command_id: UUID | str, *, modifications: Sequence[Mapping[str, Any]]
    ) -> CommandState:
        """Give up to 25 offers different quantities and prices.

        Each modification is ``{"offerId", "stock": {"changeType", "value"}, "prices": {...}}``.
        """
        if not 0 < len(modifications) <= MAX_BULK_MODIFICATIONS:
            raise ValueError(f"a bulk command takes 1 to {MAX_BULK_MODIFICATIONS} modifications")
        command = str(UUID(str(command_id)))
        body = {"commandId": command, "modifications": [dict(one) for one in modifications]}
        return self._post(CommandKind.BULK, command, body, len(modifications))

    def change_offer_price(
        self, command_id: UUID | str, *, offer_id: str, price: Money
    ) -> OfferPriceChange:
        """Change the price of one offer on its base marketplace (allegro-api#9296).

        There is no way to ask for the outcome later: read the offer's parts.
        """
        command = str(UUID(str(command_id)))
        try:
            answer = self._caller.request(
                "commands.offer_price",
                path={"offerId": offer_id, "commandId": command},
                body={"id": command, "input": {"buyNowPrice": dict(price)}},
            )
        except Conflict as used:
            return OfferPriceChange(command, "", [], used.trace_id, replayed=True)
        output = answer.mapping().get("output") or {}
        errors = output.get("errors") or []
        return OfferPriceChange(command, str(output.get("status") or ""), errors, answer.trace_id)

    def status(
        self, kind: CommandKind, command_id: UUID | str, *, replayed: bool = False
    ) -> CommandState:
        """Ask how far a command is: seconds usually, up to an hour (allegro-api#3696)."""
        answer = self._caller.request(
            f"commands.{kind}.status", path={"commandId": str(UUID(str(command_id)))}
        )
        return _state(answer, replayed=replayed)

    def tasks(
        self,
        kind: CommandKind,
        command_id: UUID | str,
        *,
        limit: int = MAX_TASKS_PER_PAGE,
        offset: int = 0,
    ) -> list[CommandTask]:
        """Read the outcome per offer; a full page of 1000 is a whole command."""
        answer = self._caller.request(
            f"commands.{kind}.tasks",
            path={"commandId": str(UUID(str(command_id)))},
            query={"limit": limit, "offset": offset},
            cost=limit,
        )
        return answer.records("tasks")

    def _register(
        self,
        kind: CommandKind,
        command_id: UUID | str,
        offer_ids: Sequence[str],
        modification: dict[str, Any],
    ) -> CommandState:
        body = {"modification": modification, "offerCriteria": _criteria(offer_ids)}
        return self._send(kind, command_id, body, len(offer_ids))

    def _send(
        self, kind: CommandKind, command_id: UUID | str, body: dict[str, Any], cost: int
    ) -> CommandState:
        command = str(UUID(str(command_id)))
        try:
            answer = self._caller.request(
                f"commands.{kind}", path={"commandId": command}, body=body, cost=cost
            )
        except Conflict:
            return self.status(kind, command, replayed=True)
        return _state(answer)

    def _post(
        self, kind: CommandKind, command: str, body: dict[str, Any], cost: int
    ) -> CommandState:
        """Register a command that carries its id in the body."""
        try:
            answer = self._caller.request(f"commands.{kind}", body=body, cost=cost)
        except Conflict:
            return self.status(kind, command, replayed=True)
        return _state(answer)


def _criteria(offer_ids: Sequence[str]) -> list[dict[str, Any]]:
    if not 0 < len(offer_ids) <= MAX_OFFERS_PER_COMMAND:
        raise ValueError(f"a command takes 1 to {MAX_OFFERS_PER_COMMAND} offers")
    return [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer_id} for offer_id in offer_ids]}]


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _state(answer: Answer, *, replayed: bool = False) -> CommandState:
    body = answer.mapping()
    counts = body.get("taskCount") or {}
    return CommandState(
        id=answer.identifier(),
        created_at=str(body.get("createdAt") or ""),
        completed_at=str(body.get("completedAt") or ""),
        total=int(counts.get("total") or 0),
        success=int(counts.get("success") or 0),
        failed=int(counts.get("failed") or 0),
        trace_id=answer.trace_id,
        replayed=replayed,
    )
