from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Warehouse

DEFAULT_CODE = "main"


def ensure_default_warehouse(*, organization_id: int) -> Warehouse:
    """The warehouse that takes what names no place; made when the organization has none.

    Two makers at once end with one: the unique index decides.
    """
    found = _default(organization_id)
    if found is not None:
        return found
    with transaction.atomic():
        Warehouse.objects.bulk_create(
            [
                Warehouse(
                    organization_id=organization_id,
                    name=_("Main warehouse"),
                    code=DEFAULT_CODE,
                    is_default=True,
                )
            ],
            ignore_conflicts=True,
        )
    made = _default(organization_id)
    if made is not None:
        return made
    # An import made a warehouse of that code before: it becomes the default.
    Warehouse.objects.filter(organization_id=organization_id, code=DEFAULT_CODE).update(
        is_default=True, active=True
    )
    return Warehouse.objects.get(organization_id=organization_id, is_default=True)


def warehouses_by_code(*, organization_id: int, codes: Iterable[str]) -> dict[str, Warehouse]:
    """The warehouses of these codes, made where missing; the empty code is the default warehouse."""
    default = ensure_default_warehouse(organization_id=organization_id)
    named = sorted({code for code in codes if code})
    known = Warehouse.objects.filter(organization_id=organization_id, code__in=named)
    if missing := set(named) - set(known.values_list("code", flat=True)):
        Warehouse.objects.bulk_create(
            (
                Warehouse(organization_id=organization_id, name=code[:120], code=code)
                for code in sorted(missing)
            ),
            ignore_conflicts=True,
        )
    return {"": default} | {one.code: one for one in known.all()}


def warehouse_by_code(*, organization_id: int, code: str) -> Warehouse | None:
    """The organization's warehouse of that code, the default one for an empty code, or None."""
    if not code:
        return ensure_default_warehouse(organization_id=organization_id)
    return Warehouse.objects.filter(organization_id=organization_id, code=code).first()


def _default(organization_id: int) -> Warehouse | None:
    return Warehouse.objects.filter(organization_id=organization_id, is_default=True).first()
