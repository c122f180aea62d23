from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import record_change
from core.errors import StateConflict, Text
from inventory.locks import lock_numbering, lock_warehouse
from inventory.models import StockLevel, Warehouse
from inventory.operations.ledger import tell_stock_changed

if TYPE_CHECKING:
    from accounts.models import User

DEFAULT_CODE = "main"


class WarehouseRefused(StateConflict):
    """The warehouse cannot be like this."""

    code = "warehouse_refused"
    title: ClassVar[Text] = gettext_lazy("The warehouse cannot be kept like this")


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


def add_warehouse(
    *, organization_id: int, name: str, code: str, actor: User | None, now: datetime
) -> Warehouse:
    """A new open warehouse; raises :class:`WarehouseRefused` when the code is taken."""
    ensure_default_warehouse(organization_id=organization_id)
    try:
        with transaction.atomic():
            made: Warehouse = Warehouse.objects.create(
                organization_id=organization_id, name=name, code=code
            )
            record_change("warehouse.added", made, actor, now, after={"name": name, "code": code})
    except IntegrityError as error:
        raise _code_taken(code) from error
    return made


def change_warehouse(
    *, warehouse: Warehouse, name: str, code: str, actor: User | None, now: datetime
) -> Warehouse:
    """Another name or code; files find the warehouse by its new code from then on."""
    try:
        with transaction.atomic():
            locked = lock_warehouse(warehouse=warehouse)
            before = {"name": locked.name, "code": locked.code}
            after = {"name": name, "code": code}
            if before == after:
                return locked
            locked.name, locked.code = name, code
            locked.save(update_fields=["name", "code", "updated_at"])
            record_change("warehouse.changed", locked, actor, now, before=before, after=after)
    except IntegrityError as error:
        raise _code_taken(code) from error
    return locked


def make_default(*, warehouse: Warehouse, actor: User | None, now: datetime) -> Warehouse:
    """Have ``warehouse`` take what names no place; a closed one is opened. Again is the same."""
    with transaction.atomic():
        lock_numbering(organization_id=warehouse.organization_id)
        before = _default(warehouse.organization_id)
        if before is not None and before.pk == warehouse.pk:
            return before
        if before is not None:
            Warehouse.objects.filter(pk=before.pk).update(is_default=False)
        locked = lock_warehouse(warehouse=warehouse)
        opened = not locked.active
        locked.is_default = locked.active = True
        locked.save(update_fields=["is_default", "active", "updated_at"])
        record_change(
            "warehouse.made_default",
            locked,
            actor,
            now,
            before={"default": before.code if before else ""},
            after={"default": locked.code},
        )
        if opened:
            _tell_all(locked)
    return locked


def set_open(
    *, warehouse: Warehouse, is_open: bool, actor: User | None, now: datetime
) -> Warehouse:
    """Close a warehouse, so that nothing is sold from it, or open it again. Again is the same.

    What lies there stays on record and what was promised from it is still dispatched. Publishes
    ``stock.changed`` for all it holds. Raises :class:`WarehouseRefused` for the default one.
    """
    with transaction.atomic():
        locked = lock_warehouse(warehouse=warehouse)
        if locked.active == is_open:
            return locked
        if locked.is_default:
            raise WarehouseRefused(
                _("The default warehouse stays open."),
                remedy=_("Make another one the default first."),
            )
        locked.active = is_open
        locked.save(update_fields=["active", "updated_at"])
        action = "warehouse.opened" if is_open else "warehouse.closed"
        record_change(
            action, locked, actor, now, before={"open": not is_open}, after={"open": is_open}
        )
        _tell_all(locked)
    return locked


def _tell_all(warehouse: Warehouse) -> None:
    held = StockLevel.objects.filter(warehouse=warehouse).values_list("product_id", flat=True)
    tell_stock_changed(organization_id=warehouse.organization_id, product_ids=held)


def _code_taken(code: str) -> WarehouseRefused:
    return WarehouseRefused(
        _("Another warehouse has the code %(code)s.") % {"code": code},
        remedy=_("Choose another code."),
        fields={"code": [_("Taken.")]},
    )


def _default(organization_id: int) -> Warehouse | None:
    return Warehouse.objects.filter(organization_id=organization_id, is_default=True).first()
