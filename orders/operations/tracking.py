"""Tracking numbers: on Allegro they can be added and never taken back, so each is added once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, Conflict
from core.timestamps import read_moment
from orders.enums import Fulfilment, ShipmentSource, WriteKind, WriteOutcome
from orders.guards import refuse_not_ours, refuse_stopped
from orders.models import Carrier, Order, OrderWrite, Shipment
from orders.operations.fulfilment import request_fulfilment, reread, state_of
from orders.operations.writing import Performed, mark_sent, open_write
from orders.problems import CarrierIsAllegro, TrackingUnusable, UnknownCarrier, WaybillUsedUp

if TYPE_CHECKING:
    from accounts.models import User

ALLEGRO = "ALLEGRO"
OTHER = "OTHER"
LONGEST_WAYBILL = 64
LONGEST_NAME = 30
# Numbers that "Ship with Allegro" gives its parcels (allegro-api#12366).
ALLEGRO_PREFIXES = ("AD", "A0")


def add_tracking(
    *,
    order: Order,
    carrier_id: str,
    waybill: str,
    actor: User | None,
    now: datetime,
    carrier_name: str = "",
    line_item_ids: Collection[str] = (),
    mark_as_sent: bool = False,
    despite_stop: bool = False,
    seen_revision: str = "",
) -> OrderWrite:
    """Ask for a tracking number on the order; without line items it covers all of them.

    ``carrier_name`` goes with carrier OTHER only and is needed there. With ``mark_as_sent`` the
    status SENT follows once the number is on the order. A number that is there already, in whatever
    letters, counts as done. Raises :class:`TrackingUnusable` with the field, :class:`UnknownCarrier`,
    :class:`CarrierIsAllegro` and what :func:`request_fulfilment` raises.
    """
    refuse_not_ours(order)
    refuse_stopped(order, despite_stop=despite_stop)
    requested = _checked(order, carrier_id, waybill, carrier_name, line_item_ids)
    with transaction.atomic():
        write = open_write(
            order=order,
            kind=WriteKind.SHIPMENT,
            key=f"{requested['carrier_id']}:{requested['waybill']}".upper()[:140],
            requested=requested,
            actor=actor,
            now=now,
            replaces=True,
            before=state_of(order),
            seen_revision=seen_revision or order.revision,
            despite_stop=despite_stop,
        )
        if mark_as_sent:
            request_fulfilment(
                order=order,
                status=Fulfilment.SENT,
                actor=actor,
                now=now,
                despite_stop=despite_stop,
                seen_revision=seen_revision,
                after_write=write,
            )
    return write


def perform_shipment(write: OrderWrite, client: AllegroClient) -> Performed:
    """Look at the order and its numbers, add this one unless it is there, read both again.

    Raises the guards of :func:`add_tracking`, :class:`WaybillUsedUp`, what the client raises.
    """
    order = reread(write, client)
    there = _numbers(read_shipments(order=order, client=client))
    if _key(write.requested["carrier_id"], write.requested["waybill"]) in there:
        _claim_ours(write)
        return Performed(outcome=WriteOutcome.ALREADY, after=state_of(order))
    refuse_not_ours(order)
    refuse_stopped(order, despite_stop=write.despite_stop)
    mark_sent(write)
    remote_id = _add(write, client)
    read_shipments(order=order, client=client)
    _claim_ours(write)
    return Performed(remote_id=remote_id, after=state_of(reread(write, client)))


def read_shipments(*, order: Order, client: AllegroClient) -> list[Shipment]:
    """Read the order's tracking numbers and keep them. Raises what the client raises."""
    told = client.orders.shipments(order.checkout_form_id)
    now = timezone.now()
    ours = _numbers_asked_for(order)
    rows = [_row(order, one, ours, now) for one in told if one.get("id") and one.get("waybill")]
    Shipment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["order", "remote_id"],
        update_fields=["carrier_id", "carrier_name", "waybill", "line_item_ids", "read_at"],
    )
    return rows


def _checked(
    order: Order,
    carrier_id: str,
    waybill: str,
    carrier_name: str,
    line_item_ids: Collection[str],
) -> dict[str, Any]:
    carrier_id, waybill, carrier_name = carrier_id.strip(), waybill.strip(), carrier_name.strip()
    if carrier_id.upper() == ALLEGRO:
        raise CarrierIsAllegro(fields={"carrierId": [str(CarrierIsAllegro.title)]})
    _check_carrier(order, carrier_id)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(waybill) <= LONGEST_WAYBILL or not waybill.isprintable():
        wrong["waybill"] = [_("1 to 64 characters.")]
    if carrier_id == OTHER and not 1 <= len(carrier_name) <= LONGEST_NAME:
        wrong["carrierName"] = [_("Name the carrier, in at most 30 characters.")]
    if carrier_id != OTHER and carrier_name:
        wrong["carrierName"] = [_("A name goes with carrier OTHER only.")]
    chosen = sorted(set(line_item_ids))
    if order.lines.filter(line_item_id__in=chosen).count() != len(chosen):
        wrong["lineItemIds"] = [_("These lines are not in the order.")]
    if wrong:
        raise TrackingUnusable(next(iter(wrong.values()))[0], fields=wrong)
    return {
        "carrier_id": carrier_id,
        "waybill": waybill,
        "carrier_name": carrier_name,
        "line_item_ids": chosen,
    }


def _check_carrier(order: Order, carrier_id: str) -> None:
    known = Carrier.objects.filter(environment=order.integration.environment)
    ids = set(known.values_list("carrier_id", flat=True))
    if not carrier_id or (ids and carrier_id not in ids):
        raise UnknownCarrier(fields={"carrierId": [str(UnknownCarrier.title)]})


def _add(write: OrderWrite, client: AllegroClient) -> str:
    wish = write.requested
    try:
        added = client.orders.add_shipment(
            write.order.checkout_form_id,
            carrier_id=wish["carrier_id"],
            waybill=wish["waybill"],
            carrier_name=wish["carrier_name"] or None,
            line_item_ids=wish["line_item_ids"],
        )
    except Conflict as too_many:
        raise WaybillUsedUp from too_many
    return str(added.get("id") or "")


def _key(carrier_id: str, waybill: str) -> tuple[str, str]:
    return carrier_id.upper(), "".join(waybill.split()).upper()


def _numbers(shipments: Iterable[Shipment]) -> set[tuple[str, str]]:
    return {_key(one.carrier_id, one.waybill) for one in shipments}


def _numbers_asked_for(order: Order) -> set[tuple[str, str]]:
    """Numbers whose adding was begun here; only those can be ours."""
    begun = OrderWrite.objects.filter(
        order=order, kind=WriteKind.SHIPMENT, sent_at__isnull=False
    ).values_list("requested", flat=True)
    return {_key(wish["carrier_id"], wish["waybill"]) for wish in begun}


def _row(
    order: Order, told: Mapping[str, Any], ours: Collection[tuple[str, str]], now: datetime
) -> Shipment:
    carrier_id, waybill = str(told.get("carrierId") or ""), str(told["waybill"])
    if _key(carrier_id, waybill) in ours:
        source = ShipmentSource.HUB
    elif carrier_id == ALLEGRO or waybill.upper().startswith(ALLEGRO_PREFIXES):
        source = ShipmentSource.ALLEGRO
    else:
        source = ShipmentSource.ELSEWHERE
    return Shipment(
        organization_id=order.organization_id,
        order=order,
        remote_id=str(told["id"])[:64],
        carrier_id=carrier_id[:64],
        carrier_name=str(told.get("carrierName") or "")[:200],
        waybill=waybill[:LONGEST_WAYBILL],
        line_item_ids=[one["id"] for one in told.get("lineItems") or []],
        source=source,
        created_at=read_moment(told.get("createdAt")),
        read_at=now,
    )


def _claim_ours(write: OrderWrite) -> None:
    """Tie the number to the write that added it."""
    if write.sent_at is None:
        return
    wanted = _key(write.requested["carrier_id"], write.requested["waybill"])
    for shipment in Shipment.objects.filter(order=write.order, write=None):
        if _key(shipment.carrier_id, shipment.waybill) == wanted:
            Shipment.objects.filter(pk=shipment.pk).update(write=write, source=ShipmentSource.HUB)
            return
