"""States, permissions and happenings in words, with their colour and icon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from settings_app.enums import ConflictStrategy, IntegrationState

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
    "integration.field_rule_changed": gettext_lazy("What is kept in step changed"),
    "integration.schedule_changed": gettext_lazy("Schedule changed"),
    "integration.sync_requested": gettext_lazy("Reading asked for"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A strategy said so that nobody mistakes which side is overwritten."""

    short: Any
    sentence: Any


STRATEGY_WORDS = {
    ConflictStrategy.MANUAL: Words(
        gettext_lazy("Ask me; nothing is overwritten"),
        gettext_lazy(
            "Ask me. Nothing is overwritten on either side; the difference waits under Conflicts until"
            " you choose."
        ),
    ),
    ConflictStrategy.DB_WINS: Words(
        gettext_lazy("Ours goes to Allegro; Allegro is overwritten"),
        gettext_lazy(
            "Ours wins. The value of your catalogue is written to Allegro, and what was changed at"
            " Allegro is overwritten."
        ),
    ),
    ConflictStrategy.ALLEGRO_WINS: Words(
        gettext_lazy("Allegro's comes here; ours is overwritten"),
        gettext_lazy(
            "Allegro wins. The value at Allegro is written into your catalogue, and what you changed"
            " here is overwritten."
        ),
    ),
    ConflictStrategy.TIMESTAMP: Words(
        gettext_lazy("The newer overwrites the older"),
        gettext_lazy(
            "The newer change wins. Whichever side changed last overwrites the other; where a time is"
            " not known, you are asked."
        ),
    ),
}
