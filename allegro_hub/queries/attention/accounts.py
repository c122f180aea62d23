"""Accounts that need a person, and accounts whose orders stopped arriving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from allegro_hub.queries.attention.entries import entry
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.health import silent_orders


def of_integration(integration: Integration) -> dict[str, Any]:
    """What an account needs; nothing when it works."""
    url = reverse("settings_app:integration", args=[integration.pk])
    if integration.state == IntegrationState.NEEDS_REAUTH:
        return entry(
            "danger",
            _("%(label)s needs a new sign-in at Allegro") % {"label": integration.label},
            _("Its jobs wait; nothing is lost."),
            _("Sign in again"),
            url,
            "lock",
        )
    if integration.state == IntegrationState.DISABLED:
        return entry(
            "danger",
            _("%(label)s was switched off after repeated errors") % {"label": integration.label},
            integration.last_sync_error,
            _("See and resume"),
            url,
            "danger",
        )
    if integration.sync_error_count:
        return entry(
            "warn",
            _("%(label)s could not be reached") % {"label": integration.label},
            integration.last_sync_error,
            _("See why"),
            url,
            "warn",
        )
    return {}


def of_journals(integrations: list[Integration], now: datetime) -> list[dict[str, Any]]:
    """Accounts whose orders have stopped arriving, counted here so that no worker is needed to notice."""
    return [
        entry(
            "danger",
            _("Orders of %(account)s have stopped arriving") % {"account": account.label},
            _("Allegro's order journal was not read for ten minutes; nothing is lost so far."),
            _("See the journals"),
            reverse("webhooks:events"),
            "danger",
        )
        for account in silent_orders(integrations=integrations, now=now)
    ]
