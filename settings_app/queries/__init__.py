"""Reads of integrations, their settings, and suppliers."""

from settings_app.queries.field_rules import FieldRules, Rule, default_rule, field_rules
from settings_app.queries.keeping import field_label, kept_fields, schedule_rows
from settings_app.queries.pages import (
    card,
    device_page,
    disconnect_page,
    integration_page,
    integrations_page,
    missing_scopes,
)
from settings_app.queries.rows import (
    HAS_ERROR,
    REFRESH_AHEAD,
    device_authorizations_due,
    due_for_refresh,
    integrations_of,
    overview,
    suppliers_of,
    working_integrations,
)
from settings_app.queries.schedules import Schedule, schedules_of
from settings_app.queries.suppliers import (
    remove_supplier_page,
    section_tabs,
    settings_of,
    supplier_page,
    suppliers_page,
)
from settings_app.queries.switches import StockStop, offer_stop, stock_stop

__all__ = [
    "HAS_ERROR",
    "REFRESH_AHEAD",
    "FieldRules",
    "Rule",
    "Schedule",
    "StockStop",
    "card",
    "default_rule",
    "device_authorizations_due",
    "device_page",
    "disconnect_page",
    "due_for_refresh",
    "field_label",
    "field_rules",
    "integration_page",
    "integrations_of",
    "integrations_page",
    "kept_fields",
    "missing_scopes",
    "offer_stop",
    "overview",
    "remove_supplier_page",
    "schedule_rows",
    "schedules_of",
    "section_tabs",
    "settings_of",
    "stock_stop",
    "supplier_page",
    "suppliers_of",
    "suppliers_page",
    "working_integrations",
]
