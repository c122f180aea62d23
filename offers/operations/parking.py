"""Telling people of pushes that wait for them: one notice per account, not a flood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.enums import WorkState
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from offers.models import OfferPush, ValuePush
from settings_app.models import Integration

COUNTED = 1000


def tell_parked(*, integration: Integration, now: datetime) -> int:
    """Write, or take back, the notice that stock of this account could not be sent; gives how many."""
    count = _stuck(OfferPush, integration)
    title = ngettext(
        "%(account)s: the stock of %(n)d offer could not be sent",
        "%(account)s: the stock of %(n)d offers could not be sent",
        count,
    )
    _tell(integration, Event.STOCK_PARKED, title, count, reverse("offers:pushes"), now)
    return count


def tell_parked_values(*, integration: Integration, now: datetime) -> int:
    """The same of prices, texts, pictures and status."""
    count = _stuck(ValuePush, integration)
    title = ngettext(
        "%(account)s: %(n)d value could not be written",
        "%(account)s: %(n)d values could not be written",
        count,
    )
    _tell(integration, Event.VALUES_PARKED, title, count, reverse("offers:value_pushes"), now)
    return count


def _stuck(pushes: Any, integration: Integration) -> int:
    stuck = pushes.objects.filter(
        organization_id=integration.organization_id,
        integration=integration,
        state__in=[WorkState.WAITING_FOR_PERSON, WorkState.DEAD],
    )
    count: int = stuck.values("pk")[:COUNTED].count()
    return count


def _tell(
    integration: Integration, event: Event, title: str, count: int, page: str, now: datetime
) -> None:
    key = f"{event.value}:{integration.pk}"
    if not count:
        settle(organization_id=integration.organization_id, dedupe_key=key, now=now)
        return
    notify(
        organization_id=integration.organization_id,
        event=event,
        severity=Severity.WARNING,
        title=title % {"account": integration.label, "n": count},
        body=_("Each one says why, and can be tried again."),
        link=f"{page}?state=stuck&account={integration.pk}",
        dedupe_key=key,
        now=now,
    )
