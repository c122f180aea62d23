"""Telling people of pushes that wait for them: one notice per account, not a flood."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.enums import WorkState
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from offers.models import OfferPush
from settings_app.models import Integration

COUNTED = 1000


def tell_parked(*, integration: Integration, now: datetime) -> int:
    """Write, or take back, the notice that stock of this account could not be sent; gives how many."""
    stuck = OfferPush.objects.filter(
        organization_id=integration.organization_id,
        integration=integration,
        state__in=[WorkState.WAITING_FOR_PERSON, WorkState.DEAD],
    )
    count = stuck.values("pk")[:COUNTED].count()
    key = f"stock.parked:{integration.pk}"
    if not count:
        settle(organization_id=integration.organization_id, dedupe_key=key, now=now)
        return 0
    title = ngettext(
        "%(account)s: the stock of %(n)d offer could not be sent",
        "%(account)s: the stock of %(n)d offers could not be sent",
        count,
    )
    notify(
        organization_id=integration.organization_id,
        event=Event.STOCK_PARKED,
        severity=Severity.WARNING,
        title=title % {"account": integration.label, "n": count},
        body=_("Each one says why, and can be tried again."),
        link=reverse("offers:pushes") + f"?state=stuck&account={integration.pk}",
        dedupe_key=key,
        now=now,
    )
    return count
