"""One row of every tenant table for an organization, each with the same primary key and marked texts.

New tables are found by themselves; a table whose constraints need more than the right types gets a
line in :data:`SPECIAL`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.models import Membership, Organization, User
from core.models import OutboxMessage
from core.tenancy import TenantModel

PK = 770_077
MARK = "foreign-mark"


def _another_product(organization: Organization) -> models.Model:
    """What a bundle holds: a product beside the populated one."""
    products = apps.get_model("products", "Product").objects
    found, _created = products.get_or_create(
        organization=organization, code=f"{MARK}-part", defaults={"name": f"{MARK}-part"}
    )
    return found  # type: ignore[no-any-return]


def _another_warehouse(organization: Organization) -> models.Model:
    """Where a transfer goes: a warehouse beside the populated one."""
    warehouses = apps.get_model("inventory", "Warehouse").objects
    found, _created = warehouses.get_or_create(
        organization=organization, code=f"{MARK}-there", defaults={"name": f"{MARK}-there"}
    )
    return found  # type: ignore[no-any-return]


def _next_number(model: str) -> Callable[[Organization], int]:
    """The next number of a paper of stock, which an organization gives out once."""
    return lambda organization: (
        apps.get_model("inventory", model).objects.filter(organization=organization).count() + 1
    )


def _next_currency(organization: Organization) -> str:
    """A currency the organization has no rate of: of a day there is one rate."""
    count = (
        apps.get_model("offers", "ExchangeRate").objects.filter(organization=organization).count()
    )
    return f"E{count:02d}"


def _next_fingerprint(organization: Organization) -> str:
    """Another file's columns: what they mean is remembered once for each."""
    known = apps.get_model("imports", "ColumnMapping").objects.filter(organization=organization)
    return f"{MARK}-{known.count()}"


SPECIAL: dict[str, dict[str, Any]] = {
    "inventory.stockmovement": {"on_hand_change": 1},
    "inventory.bundlepart": {"part": _another_product},
    "inventory.reservation": {"quantity": 1},
    "inventory.transfer": {
        "number": _next_number("Transfer"),
        "destination": _another_warehouse,
    },
    "inventory.transferline": {"quantity": 1},
    "inventory.stocktake": {"number": _next_number("Stocktake"), "stage": "POSTED"},
    "inventory.hold": {"quantity": 1, "settled_at": None},
    "products.product": {"selling_currency": "PLN", "purchase_currency": "PLN", "ean": ""},
    "products.productchange": {"field": "brand", "before": "a", "after": "b"},
    "products.bulkedit": {"stage": "PREVIEW", "state": "DONE"},
    "products.bulkeditstep": {"field": "brand", "act": "SET"},
    "settings_app.integration": {"state": "CONNECTED", "environment": "sandbox"},
    "settings_app.fieldrule": {"field": "PRICE", "max_change_percent": 20},
    "settings_app.syncschedule": {"direction": "PUSH", "minutes": 20, "cron": ""},
    "webhooks.inboundevent": {"source": "HTTP", "state": "DEAD"},
    "imports.columnmapping": {"fingerprint": _next_fingerprint},
    "imports.importjob": {"stage": "PREVIEW", "state": "DONE"},
    "syncs.conflict": {"field": "PRICE", "ours": "9.00 PLN", "theirs": "8.00 PLN"},
    "syncs.plannedchange": {"field": "PRICE", "value": "9.00 PLN"},
    "syncs.syncrun": {"state": "DONE", "kind": "PULL_OFFERS"},
    "orders.order": {"superseded_by": None, "display_status": "READY", "stop_reason": ""},
    "orders.returnline": {"quantity": 3},
    "offers.offer": {"link_state": "UNLINKED"},
    "offers.fieldstate": {"field": "PRICE", "ours": "9.00 PLN", "theirs": "8.00 PLN"},
    "offers.offerchange": {"field": "PRICE"},
    "offers.ownvalue": {"field": "PRICE", "value": "9.00 PLN"},
    "offers.valuepush": {"field": "PRICE", "value": "9.00 PLN", "shown": "8.00 PLN"},
    "offers.valuecommanditem": {"field": "PRICE", "value": "9.00 PLN", "before": "8.00 PLN"},
    "offers.pricerule": {"source": "SELLING", "currency": "PLN", "ending": ""},
    "offers.exchangerate": {"currency": _next_currency, "quote": "PLN"},
}
SKIPPED = {Membership}
ONE_EACH = {
    "core.datakey",
    "settings_app.organizationsettings",
    "notifications.preference",
    "notifications.digesttime",
    "products.syncselection",
}


def populate(organization: Organization, *, again: int = 0) -> dict[str, models.Model]:
    """Make the rows; returns them by model label.

    ``again`` (1, 2, …) makes another row of each table beside the first ones, with another key and
    other texts, related to the others of its kind; not of tables an organization has one row in.
    """
    made: dict[str, models.Model] = {}
    for model in tenant_models():
        if not (again and model._meta.label_lower in ONE_EACH):
            _make(model, organization, made, again)
    return made


def tenant_models() -> list[type[models.Model]]:
    """Every table that belongs to an organization, and those that hang below one."""
    direct = [m for m in apps.get_models() if issubclass(m, TenantModel) and m not in SKIPPED]
    return [*direct, OutboxMessage, apps.get_model("imports", "ImportRow")]


def _make(
    model: type[models.Model],
    organization: Organization,
    made: dict[str, models.Model],
    again: int,
) -> models.Model:
    label = model._meta.label_lower
    if label in made:
        return made[label]
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.GeneratedField):
            values[field.name] = _value(field, organization, made, again)
    values |= {"pk": PK + again}
    values |= {
        name: value(organization) if callable(value) else value
        for name, value in SPECIAL.get(label, {}).items()
    }
    values.pop("id", None)
    row = model._default_manager.create(**values)
    made[label] = row
    return row


def _value(
    field: Any, organization: Organization, made: dict[str, models.Model], again: int
) -> Any:
    if field.is_relation:
        return _related(field, organization, made, again)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        text = f"{again or ''}{MARK}-{field.name}"
        return text[: field.max_length or 200] if field.editable or field.unique else ""
    return _plain(field)


def _plain(field: Any) -> Any:
    if field.null or field.has_default():
        return field.get_default()
    samples: list[tuple[Any, Any]] = [
        (models.BooleanField, False),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, 1),
        (models.DateTimeField, timezone.now()),
        (models.DateField, dt.date(2026, 1, 1)),
        (models.JSONField, {}),
        (models.BinaryField, b"{}"),
    ]
    return next(value for kind, value in samples if isinstance(field, kind))


def _related(
    field: Any, organization: Organization, made: dict[str, models.Model], again: int
) -> Any:
    target = field.related_model
    if target is Organization:
        return organization
    if target is User:
        return Membership.objects.filter(organization=organization).first().user  # type: ignore[union-attr]
    if target is field.model:
        return None
    return _make(target, organization, made, again)
