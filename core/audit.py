"""The audit trail: every change a person or the product makes on purpose, with both values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.correlation import current_correlation_id
from core.models import AuditEntry
from core.sealed import SealedField

if TYPE_CHECKING:
    from accounts.models import User
    from core.tenancy import TenantModel

SYSTEM = "system"
_ENCODER = DjangoJSONEncoder()


def record(
    *,
    action: str,
    target: models.Model,
    actor: User | None,
    organization_id: int | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one audit entry. Sealed columns never enter it; only their being set or cleared does."""
    entry = _entry(action, target, actor, organization_id, now, before, after)
    entry.save(force_insert=True)
    return entry


def record_change(
    action: str,
    target: TenantModel,
    actor: User | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """:func:`record` of a change to a row that names its organization itself."""
    record(
        action=action,
        target=target,
        actor=actor,
        organization_id=target.organization_id,
        now=now,
        before=before,
        after=after,
    )


def record_many(
    *,
    action: str,
    targets: Iterable[models.Model],
    actor: User | None,
    organization_id: int | None,
    now: datetime,
    after: Mapping[str, Any] | None = None,
) -> None:
    """:func:`record` of the same act on many things, in one statement."""
    AuditEntry.objects.bulk_create(
        _entry(action, target, actor, organization_id, now, None, after) for target in targets
    )


def _entry(
    action: str,
    target: models.Model,
    actor: User | None,
    organization_id: int | None,
    now: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> AuditEntry:
    return AuditEntry(
        organization_id=organization_id,
        actor=actor,
        actor_label=actor.email if actor else SYSTEM,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        before=_plain(target, before or {}),
        after=_plain(target, after or {}),
        correlation_id=current_correlation_id(),
        at=now,
    )


def changed(instance: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields of ``values`` that differ from the instance, as {field: (before, after)}."""
    return {
        name: (getattr(instance, name), value)
        for name, value in values.items()
        if getattr(instance, name) != value
    }


def _plain(target: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    sealed = {f.name for f in target._meta.local_fields if isinstance(f, SealedField)}
    return {
        name: ("set" if value else "") if name in sealed else _jsonable(value)
        for name, value in values.items()
    }


def _jsonable(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, models.Model):
        return value.pk
    return _ENCODER.default(value)
