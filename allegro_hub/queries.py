"""What the home page shows: what needs a person now, the set-up, the health of each account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization, User
from core.enums import WorkState
from core.paging import COUNT_CAP
from imports.enums import ImportStage
from imports.models import ImportJob
from inventory.models import StockLevel
from notifications.enums import Event
from notifications.models import Notification
from offers.enums import LinkState
from offers.models import Offer
from offers.queries.stock import open_brakes, stuck_by_account
from orders.enums import DisplayStatus
from orders.models import Order
from orders.queries.returns import to_decide
from orders.queries.writes import stuck_writes
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from syncs.models import SyncRun
from syncs.queries.discrepancies import grave_count
from webhooks.health import silent_orders
from webhooks.models import InboundEvent

STUCK = [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]
RECENT = timedelta(days=14)
STATE_TONES = {
    IntegrationState.CONNECTED: "ok",
    IntegrationState.NEEDS_REAUTH: "danger",
    IntegrationState.PAUSED: "warn",
    IntegrationState.DISABLED: "danger",
    IntegrationState.DISCONNECTED: "neutral",
}


def home_context(*, organization: Organization, user: User, now: datetime) -> dict[str, Any]:
    """Everything the home page needs, in a fixed number of queries."""
    integrations = list(
        Integration.objects.for_organization(organization)
        .exclude(state=IntegrationState.DISCONNECTED)
        .order_by("label", "pk")
    )
    counts = _counts(organization, now)
    checklist = _checklist(organization, integrations, counts)
    return {
        "attention": _attention(organization, user, integrations, now),
        "checklist": checklist,
        "checklist_done": all(step["done"] for step in checklist),
        "integrations": [_account(integration) for integration in integrations],
        "counts": {name: _capped_label(number) for name, number in counts.items()},
        "recent_orders": list(
            Order.objects.for_organization(organization)
            .select_related("integration")
            .order_by(F("bought_at").desc(), "-id")[:8]
        ),
        "recent_imports": list(
            ImportJob.objects.for_organization(organization).order_by("-id")[:5]
        ),
    }


def _account(integration: Integration) -> dict[str, Any]:
    return {
        "label": integration.label,
        "login": integration.seller_login,
        "state": integration.get_state_display(),
        "state_tone": STATE_TONES[IntegrationState(integration.state)],
        "last_synced_at": integration.last_synced_at,
        "last_order_at": integration.last_order_at,
        "url": reverse("settings_app:integration", args=[integration.pk]),
    }


def _counts(organization: Organization, now: datetime) -> dict[str, int]:
    orders = Order.objects.for_organization(organization)
    offers = Offer.objects.for_organization(organization)
    return {
        "orders_today": _capped(orders.filter(bought_at__gte=_midnight(now))),
        "open_orders": _capped(
            orders.filter(display_status__in=[DisplayStatus.READY, DisplayStatus.PROCESSING])
        ),
        "products": _capped(Product.objects.for_organization(organization)),
        "offers": _capped(offers),
        "unlinked_offers": _capped(offers.exclude(link_state=LinkState.LINKED)),
    }


def _capped(queryset: QuerySet[Any]) -> int:
    return int(queryset.order_by().values("pk")[: COUNT_CAP + 1].count())


def _capped_label(number: int) -> str:
    return f"{COUNT_CAP:,}+" if number > COUNT_CAP else f"{number:,}"


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _checklist(
    organization: Organization, integrations: list[Integration], counts: dict[str, int]
) -> list[dict[str, Any]]:
    imported = ImportJob.objects.for_organization(organization).filter(stage=ImportStage.APPLIED)
    linked = Offer.objects.for_organization(organization).filter(link_state=LinkState.LINKED)
    return [
        {
            "label": _("Connect an Allegro account"),
            "done": bool(integrations),
            "url": reverse("settings_app:connect"),
            "help": _("You sign in at Allegro; nothing is written there until you allow it."),
        },
        {
            "label": _("Bring in your offers"),
            "done": counts["offers"] > 0,
            "url": reverse("syncs:list"),
            "help": _("Starts by itself once an account is connected."),
        },
        {
            "label": _("Import your catalogue"),
            "done": imported.exists() or counts["products"] > 0,
            "url": reverse("imports:list"),
            "help": _("A BizBox file; you see every change before it is made."),
        },
        {
            "label": _("See offers linked to products"),
            "done": linked.exists(),
            "url": reverse("offers:list"),
            "help": _("By the offer's external id or EAN; the rest you link with one click."),
        },
    ]


def _attention(
    organization: Organization, user: User, integrations: list[Integration], now: datetime
) -> list[dict[str, Any]]:
    entries = [_of_integration(integration) for integration in integrations]
    entries += _of_journals(integrations, now)
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
        .exclude(event__in=[Event.STOCK_SHORT, Event.STOCK_PARKED, Event.STOCK_BRAKE])
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
