"""How integrations and the organization behave, and the suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core import audit
from core.errors import StateConflict
from core.outbox import publish
from core.sealed import seal
from core.tenancy import TenantModel
from settings_app.locks import lock_integration
from settings_app.models import Integration, OrganizationSettings, Supplier
from settings_app.schedules import ensure_schedules

M = TypeVar("M", bound=TenantModel)

# What a person may set; tokens, identity and health are never set through a form.
INTEGRATION_SETTINGS = frozenset(
    {
        "label",
        "expected_login",
        "may_write_stock",
        "may_write_price",
        "may_write_offers",
        "stock_buffer",
        "zero_stock_policy",
        "brake_share_percent",
        "brake_minimum",
        "brake_changed_percent",
        "brake_changed_minimum",
        "brake_ended_per_day",
        "conflict_strategy",
        "auto_generate_invoices",
        "invoice_template_id",
        "sync_frequency_minutes",
        "auto_mark_as_paid",
        "auto_create_customer",
        "auto_create_product",
        "default_vat_rate",
    }
)

# Changing one of these changes what offers should show.
STOCK_SETTINGS = frozenset({"may_write_stock", "stock_buffer", "zero_stock_policy"})
PRICE_SETTINGS = frozenset({"default_vat_rate"})


def update_integration(
    *, integration: Integration, values: Mapping[str, Any], actor: User, now: datetime
) -> Integration:
    """Change settings of an integration, given validated ``values``; its schedules follow.

    Values left out stay. Publishes ``integration.stock_settings_changed`` or ``offer.prices_changed``
    when what offers should show depends on the change. Raises ``KeyError`` for a value that is not a
    setting.
    """
    unknown = set(values) - INTEGRATION_SETTINGS
    if unknown:
        raise KeyError(f"not settings of an integration: {sorted(unknown)}")
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        changed = _change(current, values, "integration.settings_changed", actor, now)
        if "sync_frequency_minutes" in changed:
            ensure_schedules(integration=current)
        topics = {
            "integration.stock_settings_changed": STOCK_SETTINGS,
            "offer.prices_changed": PRICE_SETTINGS,
        }
        for topic, settings in topics.items():
            if settings & set(changed):
                publish(
                    topic=topic,
                    payload={"integration_id": current.pk},
                    organization_id=current.organization_id,
                )
    return current


def organization_settings(*, organization: Organization) -> OrganizationSettings:
    """The organization's settings; made with the defaults when first asked for."""
    found: OrganizationSettings = OrganizationSettings.objects.get_or_create(
        organization=organization
    )[0]
    return found


def update_organization_settings(
    *, organization: Organization, values: Mapping[str, Any], actor: User, now: datetime
) -> OrganizationSettings:
    """Change the organization's settings, given validated ``values``; publishes ``settings.changed``."""
    with transaction.atomic():
        organization_settings(organization=organization)
        current: OrganizationSettings = OrganizationSettings.objects.select_for_update().get(
            organization=organization
        )
        if _change(current, values, "settings.changed", actor, now):
            publish(topic="settings.changed", payload={}, organization_id=organization.pk)
    return current


class SupplierExists(StateConflict):
    """Suppliers are told apart by their names."""

    code = "supplier_exists"
    title = _("There is a supplier of this name already")


class SupplierInUse(StateConflict):
    """A rule names the supplier."""

    code = "supplier_in_use"
    title = _("The supplier is still needed")


ANOTHER_NAME = _("Give another name, or change the supplier there is.")


def add_supplier(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    api_key: str = "",
) -> Supplier:
    """Add a supplier; the key is stored sealed. Raises :class:`SupplierExists`."""
    try:
        with transaction.atomic():
            supplier = Supplier.objects.create(organization=organization, **values)
            _put_key(supplier, api_key, actor, now)
            audit.record_change("supplier.added", supplier, actor, now, {}, dict(values))
    except IntegrityError as error:
        raise SupplierExists(remedy=ANOTHER_NAME) from error
    return supplier


def update_supplier(
    *,
    supplier: Supplier,
    values: Mapping[str, Any],
    actor: User,
    now: datetime,
    api_key: str | None = None,
) -> Supplier:
    """Change a supplier. ``api_key`` None keeps the key, an empty one clears it.

    Publishes ``supplier.changed`` when prices depend on the change. Raises :class:`SupplierExists`.
    """
    try:
        with transaction.atomic():
            current: Supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
            if api_key is not None:
                _put_key(current, api_key, actor, now)
            if "margin_percent" in _change(current, values, "supplier.changed", actor, now):
                publish(
                    topic="supplier.changed",
                    payload={"supplier_id": current.pk},
                    organization_id=current.organization_id,
                )
    except IntegrityError as error:
        raise SupplierExists(remedy=ANOTHER_NAME) from error
    return current


def remove_supplier(*, supplier: Supplier, actor: User, now: datetime) -> None:
    """Delete a supplier and the prices they gave; products and imports of theirs stay, without one.

    Raises :class:`SupplierInUse` while something that cannot do without them names them.
    """
    try:
        with transaction.atomic():
            audit.record_change(
                "supplier.removed", supplier, actor, now, {"name": supplier.name}, {}
            )
            supplier.delete()
    except RestrictedError as error:
        raise SupplierInUse(remedy=_("Remove the rules that name the supplier first.")) from error


def _put_key(supplier: Supplier, api_key: str, actor: User, now: datetime) -> None:
    had = bool(supplier.api_key)
    if not had and not api_key:
        return
    seal(supplier, "api_key", api_key)
    supplier.save(update_fields=["api_key", "updated_at"])
    # Only whether there was and is one: the audit trail holds no secret.
    before, after = {"api_key": had}, {"api_key": bool(api_key)}
    audit.record_change("supplier.key_changed", supplier, actor, now, before, after)


def _change(
    current: M, values: Mapping[str, Any], action: str, actor: User, now: datetime
) -> dict[str, tuple[Any, Any]]:
    changes = audit.changed(current, values)
    if changes:
        for name, (_before, after) in changes.items():
            setattr(current, name, after)
        current.save(update_fields=[*changes, "updated_at"])
        before = {name: pair[0] for name, pair in changes.items()}
        after = {name: pair[1] for name, pair in changes.items()}
        audit.record_change(action, current, actor, now, before, after)
    return changes
