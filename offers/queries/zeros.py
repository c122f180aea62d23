"""Offers about to be set to zero."""

from __future__ import annotations

from datetime import datetime

from core.enums import WorkState
from offers.enums import BrakeState
from offers.models import OfferPush, StockBrake
from offers.targets import targets_for
from settings_app.models import Integration


def zeros_waiting(*, integration: Integration) -> list[int]:
    """Our ids of the offers that open pushes of an account would set to zero, unless released."""
    pushes = OfferPush.objects.filter(
        integration=integration, state__in=[WorkState.PENDING, WorkState.RUNNING], command=None
    )
    if released_at := decided_at(integration, BrakeState.RELEASED):
        pushes = pushes.filter(requested_at__gt=released_at)
    asked = dict(pushes.values_list("offer_id", "offer__stock_shown"))
    listed = dict(pushes.values_list("offer_id", "offer__stock_available"))
    targets = targets_for(integration=integration, offer_ids=list(asked))
    return [
        pk
        for pk, target in targets.items()
        if target.quantity == 0 and (listed[pk] if asked[pk] is None else asked[pk]) != 0
    ]


def decided_at(integration: Integration, *states: BrakeState) -> datetime | None:
    """When a person last decided a brake of the account one of these ways."""
    brakes = StockBrake.objects.filter(integration=integration, state__in=states)
    found: datetime | None = (
        brakes.order_by("-decided_at").values_list("decided_at", flat=True).first()
    )
    return found
