"""Asking Allegro now, because a person wants to see it."""

from __future__ import annotations

from datetime import datetime

from connectors.allegro import AllegroError, Lane
from orders.models import Order
from orders.operations.claim_readings import read_claims
from orders.operations.refreshing import refresh_order
from orders.operations.refunds import read_refunds
from orders.operations.tracking import read_shipments
from orders.problems import AllegroAway, OrderGone, told_by
from settings_app.connection import allegro_client

# One question for each offer of the order; more is not worth a person's waiting.
MOST_OFFERS = 5


def ask_allegro(*, order: Order, now: datetime) -> Order:
    """Read the order, its tracking numbers, refunds and claims, and record them.

    Not for use inside a transaction. Raises :class:`OrderGone`, and :class:`AllegroAway` when
    Allegro, or the connection with it, does not answer; what was read until then is kept.
    """
    try:
        with allegro_client(integration=order.integration, lane=Lane.ORDERS) as client:
            found = refresh_order(
                integration=order.integration,
                checkout_form_id=order.checkout_form_id,
                client=client,
                now=now,
            )
            if found is None:
                raise OrderGone
            read_shipments(order=order, client=client)
            read_refunds(order=order, client=client)
            offers = {line.offer_allegro_id: line for line in order.lines.order_by("-position")}
            for line in list(offers.values())[:MOST_OFFERS]:
                read_claims(order=order, line=line, client=client)
    except AllegroError as error:
        raise AllegroAway(told_by(error)) from error
    order.refresh_from_db()
    return order
