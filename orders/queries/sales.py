"""How much was bought of offers; asked before stock is written to Allegro."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from orders.models import OrderLine
from settings_app.models import Integration


def units_bought_since(integration: Integration, since: Mapping[int, datetime]) -> dict[int, int]:
    """Units of each offer bought after its moment, by our offer id, cancelled orders included.

    A purchase lowers what Allegro shows whatever becomes of the order, so it explains a drop.
    """
    if not since:
        return {}
    lines = OrderLine.objects.filter(
        integration=integration, offer_id__in=since, bought_at__gt=min(since.values())
    )
    units: dict[int, int] = {}
    for offer_id, bought_at, quantity in lines.values_list("offer_id", "bought_at", "quantity"):
        if bought_at > since[offer_id]:
            units[offer_id] = units.get(offer_id, 0) + quantity
    return units
