"""Writes of integrations, settings and suppliers."""

from settings_app.operations.adopting import (
    AlreadyConnected,
    Connected,
    WrongAccount,
)
from settings_app.operations.checks import (
    Verdict,
    adopt_refresh_token,
    check_application,
    check_integration,
    renew_tokens,
)
from settings_app.operations.consent import (
    BadState,
    CodeRefused,
    ConsentDenied,
    complete_oauth,
    start_oauth,
)
from settings_app.operations.devices import (
    cancel_device,
    forget_old_attempts,
    poll_device_due,
    start_device,
)
from settings_app.operations.health import (
    NeedsReauth,
    NotWorking,
    mark_needs_reauth,
    record_order_seen,
    record_sync_failure,
    record_sync_success,
)
from settings_app.operations.keeping import keep_in_step, set_field_rules, set_schedules
from settings_app.operations.lifecycle import (
    CannotNow,
    disconnect,
    pause,
    request_sync,
    reset_errors,
    resume,
)
from settings_app.operations.preferences import (
    SupplierExists,
    SupplierInUse,
    add_supplier,
    organization_settings,
    remove_supplier,
    update_integration,
    update_organization_settings,
    update_supplier,
)
from settings_app.operations.probing import probe_outages
from settings_app.operations.switches import (
    stop_installation_offers,
    stop_installation_stock,
    stop_organization_offers,
    stop_organization_stock,
)
from settings_app.operations.tokens import refresh_due, refresh_tokens

__all__ = [
    "AlreadyConnected",
    "BadState",
    "CannotNow",
    "CodeRefused",
    "Connected",
    "ConsentDenied",
    "NeedsReauth",
    "NotWorking",
    "SupplierExists",
    "SupplierInUse",
    "Verdict",
    "WrongAccount",
    "add_supplier",
    "adopt_refresh_token",
    "cancel_device",
    "check_application",
    "check_integration",
    "complete_oauth",
    "disconnect",
    "forget_old_attempts",
    "keep_in_step",
    "mark_needs_reauth",
    "organization_settings",
    "pause",
    "poll_device_due",
    "probe_outages",
    "record_order_seen",
    "record_sync_failure",
    "record_sync_success",
    "refresh_due",
    "refresh_tokens",
    "remove_supplier",
    "renew_tokens",
    "request_sync",
    "reset_errors",
    "resume",
    "set_field_rules",
    "set_schedules",
    "start_device",
    "start_oauth",
    "stop_installation_offers",
    "stop_installation_stock",
    "stop_organization_offers",
    "stop_organization_stock",
    "update_integration",
    "update_organization_settings",
    "update_supplier",
]
