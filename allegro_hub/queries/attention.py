"""What needs a person now, from every room of the house."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization, User
from core.enums import WorkState
from imports.models import ImportJob
from inventory.models import StockLevel
from notifications.enums import Event
from notifications.models import Notification
from offers.queries.stock import open_brakes, stuck_by_account
from orders.ladder import TO_SHIP
from orders.models import Order
from orders.queries.returns import to_decide
from orders.queries.writes import stuck_writes
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from syncs.models import SyncRun
from syncs.queries.discrepancies import grave_count
from webhooks.health import silent_orders
from webhooks.models import InboundEvent

STUCK = [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]
RECENT = timedelta(days=14)
COUNTED = [Event.ORDER_STOP, Event.STOCK_SHORT, Event.STOCK_PARKED, Event.STOCK_BRAKE]
# More than this is said as "100+".
ENOUGH = 100


def what_needs_you(
    *, organization: Organization, user: User, integrations: list[Integration], now: datetime
) -> list[dict[str, Any]]:
    """What a person must look at now, gravest kinds first: {tone, title, detail, action, icon}."""
    entries = [_of_integration(integration) for integration in integrations]
    entries += _of_journals(integrations, now)
    entries += _of_orders(organization, now)
    entries += _of_stock(organization)
    entries += _of_stock_out(organization)
    entries += _of_returns(organization)
    entries += _of_discrepancies(organization)
    entries += _of_work(organization, now)
    entries += _of_notices(organization, user)
    return [entry for entry in entries if entry]


def _of_journals(integrations: list[Integration], now: datetime) -> list[dict[str, Any]]:
    """Accounts whose orders have stopped arriving, counted here so that no worker is needed to notice."""
    return [
        _entry(
            "danger",
            _("Orders of %(account)s have stopped arriving") % {"account": account.label},
            _("Allegro's order journal was not read for ten minutes; nothing is lost so far."),
            _("See the journals"),
            reverse("webhooks:events"),
            "danger",
        )
        for account in silent_orders(integrations=integrations, now=now)
    ]


def _of_orders(organization: Organization, now: datetime) -> list[dict[str, Any]]:
    """Orders that should have left by now, and packed ones that must not leave at all."""
    to_ship = Order.objects.for_organization(organization).filter(display_status__in=TO_SHIP)
    late = _some(to_ship.filter(dispatch_by__lt=now, stop_reason=""))
    stopped = _some(to_ship.exclude(stop_reason=""))
    entries = []
    if stopped:
        title = ngettext(
            "%(n)s order must not be shipped", "%(n)s orders must not be shipped", stopped
        )
        entries.append(
            _entry(
                "danger",
                title % {"n": _some_label(stopped)},
                _("The buyer cancelled or opened a return before it left."),
                _("See them"),
                reverse("orders:list") + "?only=stopped",
                "danger",
            )
        )
    if late:
        title = ngettext("%(n)s order is late", "%(n)s orders are late", late)
        entries.append(
            _entry(
                "danger",
                title % {"n": _some_label(late)},
                _("The time Allegro promised the buyer for shipping is over."),
                _("Ship them"),
                reverse("orders:list") + "?due=late",
                "orders",
            )
        )
    return entries


def _some(queryset: QuerySet[Any]) -> int:
    return int(queryset.order_by().values("pk")[: ENOUGH + 1].count())


def _some_label(number: int) -> str:
    return f"{ENOUGH}+" if number > ENOUGH else str(number)


def _of_integration(integration: Integration) -> dict[str, Any]:
    url = reverse("settings_app:integration", args=[integration.pk])
    if integration.state == IntegrationState.NEEDS_REAUTH:
        return _entry(
            "danger",
            _("%(label)s needs a new sign-in at Allegro") % {"label": integration.label},
            _("Its jobs wait; nothing is lost."),
            _("Sign in again"),
            url,
            "lock",
        )
    if integration.state == IntegrationState.DISABLED:
        return _entry(
            "danger",
            _("%(label)s was switched off after repeated errors") % {"label": integration.label},
            integration.last_sync_error,
            _("See and resume"),
            url,
            "danger",
        )
    if integration.sync_error_count:
        return _entry(
            "warn",
            _("%(label)s could not be reached") % {"label": integration.label},
            integration.last_sync_error,
            _("See why"),
            url,
            "warn",
        )
    return {}


def _of_stock(organization: Organization) -> list[dict[str, Any]]:
    short = (
        StockLevel.objects.for_organization(organization)
        .filter(reserved__gt=F("on_hand"))
        .values("pk")[:100]
        .count()
    )
    if not short:
        return []
    title = ngettext(
        "%(n)d product is sold beyond its stock",
        "%(n)d products are sold beyond their stock",
        short,
    )
    return [
        _entry(
            "danger",
            title % {"n": short},
            _("More pieces are promised than lie on the shelf."),
            _("See them"),
            reverse("inventory:list") + "?only=short",
            "stock",
        )
    ]


def _of_stock_out(organization: Organization) -> list[dict[str, Any]]:
    entries = [
        _entry(
            "danger",
            _("%(account)s: the brake holds all stock") % {"account": brake.integration.label},
            _("%(zeros)d of %(active)d offers would be set to 0.")
            % {"zeros": brake.zeros, "active": brake.active},
            _("Look and decide"),
            reverse("offers:brake", args=[brake.pk]),
            "danger",
        )
        for brake in open_brakes(organization=organization)
    ]
    for row in stuck_by_account(organization=organization):
        title = ngettext(
            "%(account)s: the stock of %(n)d offer could not be sent",
            "%(account)s: the stock of %(n)d offers could not be sent",
            row["count"],
        )
        entries.append(
            _entry(
                "warn",
                title % {"account": row["integration__label"], "n": row["count"]},
                _("Each one says why, and can be tried again."),
                _("Open"),
                f"{reverse('offers:pushes')}?state=stuck&account={row['integration_id']}",
                "updown",
            )
        )
    return entries


def _of_returns(organization: Organization) -> list[dict[str, Any]]:
    waiting = to_decide(organization=organization).order_by().values("pk")[:100].count()
    if not waiting:
        return []
    title = ngettext(
        "%(n)d return waits for your decision",
        "%(n)d returns wait for your decision",
        waiting,
    )
    return [
        _entry(
            "warn",
            title % {"n": waiting},
            _("Say of each piece whether it can be sold again; stock follows."),
            _("Decide"),
            reverse("returns:list"),
            "return",
        )
    ]


def _of_discrepancies(organization: Organization) -> list[dict[str, Any]]:
    grave = grave_count(organization=organization)
    if not grave:
        return []
    title = ngettext(
        "%(n)d value differs gravely from Allegro",
        "%(n)d values differ gravely from Allegro",
        grave,
    )
    return [
        _entry(
            "warn",
            title % {"n": grave},
            _("Each was confirmed at Allegro; choose which side is right."),
            _("Look at them"),
            reverse("syncs:discrepancies"),
            "split",
        )
    ]


def _of_work(organization: Organization, now: datetime) -> list[dict[str, Any]]:
    stuck = [
        (
            InboundEvent.objects.for_organization(organization).filter(state__in=STUCK),
            _("Events that could not be processed"),
            reverse("webhooks:events") + "?state=failed",
        ),
        (
            stuck_writes(organization=organization),
            _("Changes of orders that are not done at Allegro"),
            reverse("orders:writes"),
        ),
        (
            ImportJob.objects.for_organization(organization).filter(state__in=STUCK),
            _("Imports that stopped"),
            reverse("imports:list"),
        ),
        (
            SyncRun.objects.for_organization(organization)
            .filter(state__in=STUCK)
            .filter(requested_at__gte=now - RECENT),
            _("Syncs that stopped"),
            reverse("syncs:list"),
        ),
    ]
    return [
        _entry(
            "warn",
            f"{title}: {count}",
            _("Each one says why, and can be tried again."),
            _("Open"),
            url,
            "warn",
        )
        for queryset, title, url in stuck
        if (count := queryset.values("pk")[:100].count())
    ]


def _of_notices(organization: Organization, user: User) -> list[dict[str, Any]]:
    notices = (
        Notification.objects.for_organization(organization)
        .filter(user=user, read_at=None)
        .exclude(event__startswith="integration.")
        # Counted above, with what they are about.
        .exclude(event__in=COUNTED)
        .exclude(dedupe_key__startswith="discrepancy.run:")  # counted as long as they are open
        .exclude(event=Event.ORDER_WRITE_FAILED, dedupe_key__startswith="order-write:")
        .exclude(severity="info")
        .order_by("-pk")[:5]
    )
    return [
        _entry(
            notice.severity,
            notice.title,
            notice.body,
            _("Open"),
            notice.link or reverse("notifications:list"),
            "bell",
        )
        for notice in notices
    ]


def _entry(
    tone: str, title: str, detail: str, action_label: str, action_url: str, icon: str
) -> dict[str, Any]:
    return {
        "tone": tone,
        "title": title,
        "detail": detail,
        "action_label": action_label,
        "action_url": action_url,
        "icon": icon,
    }
