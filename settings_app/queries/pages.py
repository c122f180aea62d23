"""What the pages of integrations show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from connectors.allegro import SCOPES
from core.models import AuditEntry
from settings_app.enums import AuthorizationState, IntegrationState
from settings_app.models import DeviceAuthorization, Integration
from settings_app.queries.rows import integrations_of
from settings_app.queries.suppliers import section_tabs
from settings_app.queries.words import ACTION_WORDS, SCOPE_WORDS, TONES

GONE = IntegrationState.DISCONNECTED
PENDING, EXPIRED = AuthorizationState.PENDING, AuthorizationState.EXPIRED


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
        "tabs": section_tabs(here="integrations"),
    }


def card(integration: Integration, *, now: datetime) -> dict[str, Any]:
    """An integration as a person sees it: state in words, and what to do next."""
    tone, icon = TONES[IntegrationState(integration.state)]
    return {
        "integration": integration,
        "tone": tone,
        "icon": icon,
        "missing_scopes": missing_scopes(integration),
        "problems": problems(integration, now=now),
        "can_resume": integration.state in (IntegrationState.PAUSED, IntegrationState.DISABLED),
        "is_gone": integration.state == GONE,
        "needs_reauth": integration.state == IntegrationState.NEEDS_REAUTH,
        "writes": [
            word
            for allowed, word in (
                (integration.may_write_stock, _("stock")),
                (integration.may_write_price, _("prices")),
                (integration.may_write_offers, _("offers")),
            )
            if allowed
        ],
    }


def problems(integration: Integration, *, now: datetime) -> list[dict[str, str]]:
    """What is wrong with an integration, the gravest first, each with what to do about it."""
    found = [_stopped(integration)]
    if integration.identity_error:
        found.append(
            _problem("danger", integration.identity_error, _("Connect the right account again."))
        )
    connected = integration.state not in (GONE, IntegrationState.NEEDS_REAUTH)
    if integration.state != GONE and missing_scopes(integration):
        found.append(
            _problem(
                "warn",
                _("Some permissions are missing."),
                _(
                    "Connect the account again and allow everything that is asked for;"
                    " a permission is never added by itself."
                ),
            )
        )
    if connected and _ends_soon(integration, now):
        found.append(
            _problem("warn", _("The permission ends soon."), _("Connect the account again."))
        )
    return [problem for problem in found if problem]


def _stopped(integration: Integration) -> dict[str, str]:
    if integration.state == IntegrationState.NEEDS_REAUTH:
        return _problem(
            "danger",
            _("Allegro no longer accepts this connection."),
            _("Connect it again; reading goes on from where it stopped and nothing is lost."),
        )
    if integration.state == IntegrationState.DISABLED:
        title = _("Switched off after repeated errors. Resume it when the cause is gone.")
        return _problem("danger", title, integration.last_sync_error)
    if integration.sync_error_count and integration.is_working:
        title = _("The last attempt failed; it is tried again by itself.")
        return _problem("warn", title, integration.last_sync_error)
    return {}


def _problem(tone: str, title: str, text: str) -> dict[str, str]:
    return {"tone": tone, "title": title, "text": text}


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
        {
            "scope": scope,
            "words": SCOPE_WORDS.get(scope, scope),
            "held": scope in held,
            "tone": "ok" if scope in held else "warn",
            "label": _("given") if scope in held else _("missing"),
        }
        for scope in SCOPES
    ]


def integration_page(*, integration: Integration, now: datetime) -> dict[str, Any]:
    """One integration with its scopes and what happened to it last."""
    entries = AuditEntry.objects.filter(
        target_type=Integration._meta.label_lower, target_id=str(integration.pk)
    ).order_by("-at")[:12]
    shown = card(integration, now=now)
    return shown | {
        "card": shown,
        "last_synced": _ago(integration.last_synced_at),
        "last_order": _ago(integration.last_order_at),
        "frequency": ngettext("%(n)d minute", "%(n)d minutes", integration.sync_frequency_minutes)
        % {"n": integration.sync_frequency_minutes},
        "settings_lines": _settings_lines(integration),
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


def _ends_soon(integration: Integration, now: datetime) -> bool:
    ends = integration.refresh_expires_at
    return ends is not None and ends <= now + timedelta(days=7)


def _device_steps(waiting: bool, authorized: bool) -> list[dict[str, str]]:
    return [
        {"label": _("Get a code"), "state": "done"},
        {"label": _("Confirm at Allegro"), "state": "done" if authorized else "current"},
        {"label": _("Connected"), "state": "done" if authorized else "todo"},
    ]


def _ago(at: datetime | None) -> str:
    return str(naturaltime(at)) if at else _("not yet")


def _settings_lines(integration: Integration) -> list[dict[str, str]]:
    return [
        {"label": _("May change stock"), "value": _yes(integration.may_write_stock)},
        {"label": _("May change prices"), "value": _yes(integration.may_write_price)},
        {"label": _("May change offers"), "value": _yes(integration.may_write_offers)},
        {
            "label": _("Kept back from stock"),
            "value": ngettext("%(n)d piece", "%(n)d pieces", integration.stock_buffer)
            % {"n": integration.stock_buffer},
        },
        {"label": _("At zero stock"), "value": integration.get_zero_stock_policy_display()},
        {
            "label": _("Brake"),
            "value": _("above %(share)d %% of the offers, from %(n)d")
            % {"share": integration.brake_share_percent, "n": integration.brake_minimum},
        },
        {"label": _("On conflict"), "value": integration.get_conflict_strategy_display()},
        {"label": _("Products from offers"), "value": _yes(integration.auto_create_product)},
        {"label": _("Customers from buyers"), "value": _yes(integration.auto_create_customer)},
        {"label": _("Invoices by themselves"), "value": _yes(integration.auto_generate_invoices)},
        {"label": _("VAT rate"), "value": f"{integration.default_vat_rate.normalize():f} %"},
    ]


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
