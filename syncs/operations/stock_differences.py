"""Sending stock again where Allegro shows another number than ours."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from offers.enums import Field, PushCause
from offers.models import FieldState
from offers.operations import request_push
from settings_app.models import Integration
from settings_app.queries import field_rules

MOST_AT_ONCE = 5000


def push_stock_differences(
    *, integration: Integration, now: datetime, most: int = MOST_AT_ONCE
) -> int:
    """Ask for the offers of an account that show another quantity to show ours; returns how many.

    Allegro's listing may be minutes old: each push reads the offer first and writes only what still
    differs, so a difference that is none costs one read. Nothing is asked for while stock is not kept
    in step or may not be written.
    """
    if not field_rules(integration=integration)[Field.STOCK].enabled:
        return 0
    apart = (
        FieldState.objects.filter(
            integration=integration,
            field=Field.STOCK,
            in_step=False,
            ours__isnull=False,
            theirs__isnull=False,
        )
        .exclude(ours=F("theirs"))
        .order_by("offer_id")
    )
    return request_push(
        organization_id=integration.organization_id,
        offer_ids=list(apart.values_list("offer_id", flat=True)[:most]),
        reason=PushCause.DIFFERENCE,
        actor=None,
        now=now,
        urgent=False,
    )
