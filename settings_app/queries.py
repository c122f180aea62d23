"""Reads of integrations, their settings, and suppliers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from connectors.allegro import SCOPES
from core.models import AuditEntry
from settings_app.enums import AuthorizationState, IntegrationState
from settings_app.models import DeviceAuthorization, Integration, Supplier

REFRESH_AHEAD = timedelta(hours=1)
GONE = IntegrationState.DISCONNECTED
PENDING, EXPIRED = AuthorizationState.PENDING, AuthorizationState.EXPIRED
HAS_ERROR = Q(sync_error_count__gt=0) | Q(
    state__in=[IntegrationState.NEEDS_REAUTH, IntegrationState.DISABLED]
)
TONES = {
    IntegrationState.CONNECTED: ("ok", "ok"),
    IntegrationState.NEEDS_REAUTH: ("danger", "plug-off"),
    IntegrationState.PAUSED: ("warn", "pause"),
    IntegrationState.DISABLED: ("danger", "danger"),
    IntegrationState.DISCONNECTED: ("neutral", "unlink"),
}
SCOPE_WORDS = {
    "allegro:api:orders:read": gettext_lazy("read orders"),
    "allegro:api:orders:write": gettext_lazy(
        "mark orders as sent, add parcel numbers and invoices"
    ),
    "allegro:api:sale:offers:read": gettext_lazy("read offers"),
    "allegro:api:sale:offers:write": gettext_lazy("change offers, stock and prices"),
    "allegro:api:sale:settings:read": gettext_lazy("read delivery and return settings"),
    "allegro:api:sale:settings:write": gettext_lazy("change delivery and return settings"),
    "allegro:api:payments:read": gettext_lazy("read payments and refunds"),
    "allegro:api:payments:write": gettext_lazy("make refunds"),
    "allegro:api:billing:read": gettext_lazy("read Allegro's fees"),
    "allegro:api:profile:read": gettext_lazy("read the account's name"),
    "allegro:api:shipments:read": gettext_lazy("read shipments"),
    "allegro:api:shipments:write": gettext_lazy("make shipments"),
}
ACTION_WORDS = {
    "integration.connected": gettext_lazy("Connected"),
    "integration.needs_reauth": gettext_lazy("Allegro no longer accepted the connection"),
    "integration.disabled": gettext_lazy("Switched off after repeated errors"),
    "integration.paused": gettext_lazy("Paused"),
    "integration.resumed": gettext_lazy("Resumed"),
    "integration.errors_reset": gettext_lazy("Errors forgotten"),
    "integration.disconnected": gettext_lazy("Disconnected"),
    "integration.settings_changed": gettext_lazy("Settings changed"),
    "integration.sync_requested": gettext_lazy("Reading asked for"),
}


def working_integrations() -> QuerySet[Integration]:
    """Integrations of every organization for which jobs run, in the order of their ids."""
    found: QuerySet[Integration] = Integration.objects.filter(
        state=IntegrationState.CONNECTED
    ).order_by("pk")
    return found


def integrations_of(organization: Organization) -> QuerySet[Integration]:
    """An organization's integrations, disconnected ones last."""
    found: QuerySet[Integration] = Integration.objects.for_organization(organization)
    gone = ExpressionWrapper(Q(state=IntegrationState.DISCONNECTED), BooleanField())
    return found.order_by(gone, "label", "pk")


def due_for_refresh(*, now: datetime) -> QuerySet[Integration]:
    """Integrations whose tokens end within the hour or whose last refresh had no answer.

    Paused and switched-off ones too: their tokens must still be good when they are resumed.
    """
    found: QuerySet[Integration] = Integration.objects.filter(
        Q(refresh_retry_at__lte=now)
        | Q(refresh_retry_at=None, token_expires_at__lte=now + REFRESH_AHEAD),
        state__in=[
            IntegrationState.CONNECTED,
            IntegrationState.PAUSED,
            IntegrationState.DISABLED,
        ],
    ).exclude(refresh_token="")
    return found.order_by("token_expires_at", "pk")


def device_authorizations_due(*, now: datetime) -> QuerySet[DeviceAuthorization]:
    """Open device authorizations whose next poll is due."""
    found: QuerySet[DeviceAuthorization] = DeviceAuthorization.objects.filter(
        state=AuthorizationState.PENDING, next_poll_at__lte=now
    )
    return found.order_by("next_poll_at", "pk")


def integrations_page(*, organization: Organization, now: datetime) -> dict[str, Any]:
    """The list of integrations with what each needs, and codes that are still waited for."""
    integrations = [card(found, now=now) for found in integrations_of(organization)]
    open_codes = (
        DeviceAuthorization.objects.for_organization(organization)
        .filter(state=AuthorizationState.PENDING, expires_at__gt=now)
        .order_by("-pk")
    )
    return {
        "cards": [one for one in integrations if one["integration"].state != GONE],
        "former": [one for one in integrations if one["integration"].state == GONE],
        "open_codes": list(open_codes[:5]),
    }


def card(integration: Integration, *, now: datetime) -> dict[str, Any]:
    """An integration as a person sees it: state in words, and what to do next."""
    tone, icon = TONES[IntegrationState(integration.state)]
    return {
        "integration": integration,
        "tone": tone,
        "icon": icon,
        "missing_scopes": missing_scopes(integration),
        "can_resume": integration.state in (IntegrationState.PAUSED, IntegrationState.DISABLED),
        "is_gone": integration.state == GONE,
        "needs_reauth": integration.state == IntegrationState.NEEDS_REAUTH,
        "is_disabled": integration.state == IntegrationState.DISABLED,
        "writes": [
            word
            for allowed, word in (
                (integration.may_write_stock, _("stock")),
                (integration.may_write_price, _("prices")),
                (integration.may_write_offers, _("offers")),
            )
            if allowed
        ],
        "reauth_soon": _ends_soon(integration, now),
    }


def missing_scopes(integration: Integration) -> list[str]:
    """Permissions the product asks for and the seller's consent does not hold.

    A refresh never adds one; the seller must connect again (allegro-api#10441).
    """
    if not integration.scopes:
        return []
    return sorted(set(SCOPES) - set(integration.scopes))


def scope_words(integration: Integration) -> list[dict[str, Any]]:
    """Every permission the product asks for, in words, and whether it was given."""
    held = set(integration.scopes)
    return [
        {"scope": scope, "words": SCOPE_WORDS.get(scope, scope), "held": scope in held}
        for scope in SCOPES
    ]


def integration_page(*, integration: Integration, now: datetime) -> dict[str, Any]:
    """One integration with its scopes and what happened to it last."""
    entries = AuditEntry.objects.filter(
        target_type=Integration._meta.label_lower, target_id=str(integration.pk)
    ).order_by("-at")[:12]
    return card(integration, now=now) | {
        "scopes": scope_words(integration),
        "history": [
            {
                "title": ACTION_WORDS.get(entry.action, entry.action),
                "at": entry.at,
                "detail": "",
                "tone": "neutral",
                "actor": "" if entry.actor_id is None else entry.actor_label,
            }
            for entry in entries
        ],
    }


def device_page(*, authorization: DeviceAuthorization, now: datetime) -> dict[str, Any]:
    """The code, how long it lives, and what came of it."""
    waiting = authorization.state == AuthorizationState.PENDING and authorization.expires_at > now
    state = authorization.state if waiting or authorization.state != PENDING else EXPIRED
    return {
        "authorization": authorization,
        "waiting": waiting,
        "state": state,
        "expired": state == EXPIRED,
        "authorized": state == AuthorizationState.AUTHORIZED,
        "denied": state == AuthorizationState.DENIED,
        "steps": _device_steps(waiting, state == AuthorizationState.AUTHORIZED),
    }


def disconnect_page(*, integration: Integration) -> dict[str, Any]:
    """What the confirmation of a disconnection says."""
    return {
        "title": _("Disconnect %(label)s") % {"label": integration.label},
        "question": _("Shall this account no longer be connected?"),
        "consequences": [
            _("The stored tokens are destroyed; nothing is read or written any more."),
            _("Offers, orders and the history stay here."),
            _("If you connect the same account again later, it goes on from there."),
            _("At Allegro the permission itself stays until you remove the application there."),
        ],
        "action_label": _("Disconnect"),
        "cancel_url": reverse("settings_app:integration", args=[integration.pk]),
        "tone": "danger",
    }


def overview() -> dict[str, Any]:
    """The operators' figures over all organizations."""
    figures: dict[str, Any] = Integration.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(state=IntegrationState.CONNECTED)),
        errors=Count("pk", filter=HAS_ERROR),
        last_sync=Max("last_synced_at"),
    )
    return figures


def suppliers_of(organization: Organization) -> QuerySet[Supplier]:
    """An organization's suppliers by name."""
    found: QuerySet[Supplier] = Supplier.objects.for_organization(organization)
    return found.order_by("name", "pk")


def _ends_soon(integration: Integration, now: datetime) -> bool:
    ends = integration.refresh_expires_at
    return ends is not None and ends <= now + timedelta(days=7)


def _device_steps(waiting: bool, authorized: bool) -> list[dict[str, str]]:
    return [
        {"label": _("Get a code"), "state": "done"},
        {"label": _("Confirm at Allegro"), "state": "done" if authorized else "current"},
        {"label": _("Connected"), "state": "done" if authorized else "todo"},
    ]
