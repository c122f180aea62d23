"""What the home page shows: the set-up, the counts, the health of each account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from allegro_hub.queries.attention import what_needs_you
from core.paging import COUNT_CAP
from imports.enums import ImportStage
from imports.models import ImportJob
from offers.enums import LinkState
from offers.models import Offer
from orders.enums import DisplayStatus
from orders.models import Order
from products.models import Product
from settings_app.enums import IntegrationState
from settings_app.models import Integration

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
        "attention": what_needs_you(
            organization=organization, user=user, integrations=integrations, now=now
        ),
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
            "help": _("A file of your shop or supplier; you see every change before it is made."),
        },
        {
            "label": _("See offers linked to products"),
            "done": linked.exists(),
            "url": reverse("offers:list"),
            "help": _("By the offer's external id or EAN; the rest you link with one click."),
        },
    ]
