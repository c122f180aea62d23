"""Commands of values: fields of one offer by PATCH, prices of many, offers put on or off sale."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from connectors.allegro import AllegroClient
from connectors.allegro.types import Accepted, CommandState, Done, Money
from core.enums import WorkState
from offers import markup, values
from offers.enums import Field, PublicationStatus, WriteKind, base_field
from offers.models import Offer, ValueCommand, ValueCommandItem, ValuePush
from offers.operations.commanding import Book
from offers.operations.writing.requesting import Settled, tell_settled
from settings_app.queries import offer_stop

_OVER = (WorkState.DONE, WorkState.WAITING_FOR_PERSON, WorkState.DEAD)


class ValueBook(Book):
    """Pushes of values, one per offer and field."""

    commands, items, pushes = ValueCommand, ValueCommandItem, ValuePush
    waiting = ("shown", "former")

    def key(self, row: Any) -> Hashable:
        return row.offer_id, row.field

    def wait_for(self, push: Any, item: Any) -> None:
        push.shown = item.before
        if push.former is None:
            push.former = item.before

    def is_stopped(self, *, integration_id: int, items: Sequence[Any]) -> bool:
        kinds = {base_field(item.field) for item in items}
        return any(offer_stop(integration_id=integration_id, field=one) for one in kinds)

    def patch(self, items: Sequence[Any], client: AllegroClient) -> Done | Accepted:
        offer = items[0].offer
        return client.offers.patch(offer.allegro_id, patch_body(items))

    def register(self, command: Any, items: Sequence[Any], client: AllegroClient) -> CommandState:
        ids = [item.offer.allegro_id for item in items]
        if command.kind == WriteKind.BULK:
            home = command.integration.base_marketplace
            return client.commands.bulk_modify(
                command.uuid, modifications=_modifications(items, home=home)
            )
        if command.kind == WriteKind.PRICE:
            modification: dict[str, Any] = {"type": "FIXED_PRICE", "price": _money(items[0].value)}
            if marketplace := items[0].field.partition("@")[2]:
                modification["marketplaceId"] = marketplace
            return client.commands.change_price(
                command.uuid, offer_ids=ids, modification=modification
            )
        return client.commands.publish(command.uuid, offer_ids=ids, action=command.kind)

    def pushes_of(self, command: Any, items: Sequence[Any]) -> QuerySet[Any]:
        found = Q(pk__in=[])
        for field in {item.field for item in items}:
            ids = [item.offer_id for item in items if item.field == field]
            found |= Q(field=field, offer_id__in=ids)
        return ValuePush.objects.filter(found, command=command)

    def note(self, command: Any, done: Sequence[Any], now: datetime) -> None:
        """A newer wish meanwhile was decided before this write: what it may replace is this value."""
        for item in done:
            self.pushes_of(command, [item]).filter(expected__isnull=False).exclude(
                value=item.value
            ).update(expected=item.value)
        ends = {
            WriteKind.END: PublicationStatus.ENDED,
            WriteKind.ACTIVATE: PublicationStatus.ACTIVE,
        }
        if command.kind in ends:
            Offer.objects.filter(pk__in=[item.offer_id for item in done]).update(
                publication_status=ends[command.kind], emptied_at=None, content_hash=""
            )

    def tell(self, pushes: Sequence[int], *, now: datetime) -> None:
        tell_ended(ValuePush.objects.filter(pk__in=pushes))


VALUES = ValueBook()


def tell_ended(pushes: QuerySet[ValuePush]) -> None:
    """Publish ``offer.values_settled`` for those of these pushes that ended."""
    rows = pushes.filter(state__in=_OVER).order_by("offer_id", "field")
    ended: dict[int, list[Settled]] = {}
    for one in rows:
        ended.setdefault(one.organization_id, []).append(
            Settled(one.integration_id, one.offer_id, one.field, one.state, one.reason, one.run_id)
        )
    for organization_id, settled in sorted(ended.items()):
        tell_settled(organization_id=organization_id, settled=settled)


def patch_body(items: Sequence[ValueCommandItem]) -> dict[str, Any]:
    """What a PATCH sends for these fields; everything else of the offer stays as it is.

    Lists are replaced whole by Allegro, so a description keeps its pictures and its unknown items by
    being merged into the one that was read.
    """
    body: dict[str, Any] = {}
    for item in items:
        kind, marketplace = base_field(item.field), item.field.partition("@")[2]
        if kind == Field.PRICE and marketplace:
            places = body.setdefault("additionalMarketplaces", {})
            places[marketplace] = {"sellingMode": {"price": _money(item.value)}}
        elif kind == Field.PRICE:
            body["sellingMode"] = {"price": _money(item.value)}
        elif kind == Field.TITLE:
            body["name"] = item.value
        elif kind == Field.DESCRIPTION:
            present = json.loads(item.whole_before or "{}")
            body["description"] = markup.sections(item.whole, present)
        elif kind == Field.IMAGES:
            body["images"] = values.images_of(item.whole)
    return body


def _modifications(items: Sequence[ValueCommandItem], *, home: str) -> list[dict[str, Any]]:
    by_offer: dict[str, dict[str, Any]] = {}
    for item in items:
        marketplace = item.field.partition("@")[2] or item.offer.marketplace or home
        prices = by_offer.setdefault(item.offer.allegro_id, {})
        prices[marketplace] = {"changeType": "FIXED", "value": _money(item.value)}
    return [{"offerId": number, "prices": prices} for number, prices in by_offer.items()]


def _money(text: str) -> Money:
    """Whole amounts without decimals: a currency may refuse them (allegro-api#13367)."""
    money = values.price_of(text)
    whole = money.amount == money.amount.to_integral_value()
    amount = f"{money.amount:.0f}" if whole else f"{money.amount:.2f}"
    return {"amount": amount, "currency": money.currency}
