"""Steps of an edit as somebody wrote them, and as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import HubError
from core.row_ids import row_id
from products.currencies import is_currency
from products.editing import LARGEST, PRICES, Step
from products.enums import EditAct, EditField, Rounding, SyncChoice
from products.models import BulkEditStep, Category, Product
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization

ACTS: dict[str, set[str]] = {
    EditField.SELLING_PRICE: {EditAct.SET, EditAct.PERCENT, EditAct.CLEAR},
    EditField.PURCHASE_PRICE: {EditAct.SET, EditAct.PERCENT, EditAct.CLEAR},
    EditField.TAGS: {EditAct.SET, EditAct.ADD, EditAct.REMOVE, EditAct.CLEAR},
    EditField.ACTIVE: {EditAct.SET},
    EditField.TRACK_INVENTORY: {EditAct.SET},
}
USUAL = {EditAct.SET, EditAct.CLEAR}
_EMPTY: dict[str, Any] = {EditField.DEFAULT_CATEGORY: None, EditField.SUPPLIER: None,
                          EditField.PURCHASE_TAX_RATE: None, EditField.MINIMUM_STOCK: None}  # fmt: skip
MOST_PIECES = 2_147_483_647


class InvalidEdit(HubError):
    """A step cannot be done; ``fields`` says which and why."""

    code = "invalid_edit"
    title = gettext_lazy("The edit has invalid steps")


@dataclass(frozen=True, slots=True)
class StepGiven:
    """A step in words: a category by its path, a supplier by its id, a price like ``12.50 PLN``."""

    field: str
    act: str
    value: str = ""
    rounding: str = Rounding.CENT.value


def read_steps(
    *, organization: Organization, given: Sequence[StepGiven]
) -> list[tuple[StepGiven, Step]]:
    """Each step with its value as the product takes it. Raises :class:`InvalidEdit`."""
    if not given:
        raise InvalidEdit(
            _("Nothing is to be changed."), remedy=_("Choose at least one field to change.")
        )
    problems: dict[str, list[str]] = {}
    read: list[tuple[StepGiven, Step]] = []
    for step in given:
        try:
            read.append((step, _read(organization, step)))
        except _Wrong as wrong:
            problems.setdefault(step.field, []).append(str(wrong))
    if len({step.field for step in given}) != len(given):
        problems.setdefault("steps", []).append(_("A field can be changed once only."))
    if problems:
        raise InvalidEdit(fields=problems)
    return read


def steps_of(*, organization: Organization, steps: Iterable[BulkEditStep]) -> list[Step]:
    """The kept steps of an edit, read again: what they name may be gone by now."""
    given = [StepGiven(s.field, s.act, s.value, s.rounding) for s in steps]
    return [step for _given, step in read_steps(organization=organization, given=given)]


class _Wrong(ValueError):
    """What is wrong with one value, for a person."""


def _read(organization: Organization, given: StepGiven) -> Step:
    if given.field not in EditField.values:
        raise _Wrong(_("This field cannot be changed for many products."))
    field = EditField(given.field)
    if given.act not in ACTS.get(field, USUAL):
        raise _Wrong(_("This cannot be done with the field."))
    if given.rounding not in Rounding.values:
        raise _Wrong(_("There is no such rounding."))
    act, rounding = EditAct(given.act), Rounding(given.rounding)
    if act == EditAct.CLEAR:
        return Step(field, act, _EMPTY.get(field, ""), rounding)
    value = given.value.strip()
    if act == EditAct.PERCENT:
        return Step(field, act, _number(value, -99, 1000), rounding)
    if field in PRICES:
        amount, _space, currency = value.partition(" ")
        return Step(field, act, _amount(amount), rounding, _currency(currency))
    return Step(field, act, _VALUES.get(field, _text)(organization, field, value), rounding)


def _number(text: str, least: int, most: int) -> Decimal:
    try:
        number = Decimal(text.replace(",", ".").rstrip("% ") or "x")
    except InvalidOperation as error:
        raise _Wrong(_("This is not a number.")) from error
    if not number.is_finite() or not least <= number <= most:
        raise _Wrong(_("It must be from %(least)s to %(most)s.") % {"least": least, "most": most})
    return number


def _amount(text: str) -> Decimal:
    return _number(text, 0, int(LARGEST) - 1).quantize(Decimal("0.0001"))


def _currency(text: str) -> str:
    currency = text.strip().upper()
    if currency and not is_currency(currency):
        raise _Wrong(_("A currency is a three-letter code like PLN."))
    return currency


def _text(_organization: Organization, field: EditField, value: str) -> str:
    longest = getattr(Product._meta.get_field(field.value), "max_length", None) or 500
    if not value:
        raise _Wrong(_("Type a value, or choose to clear the field."))
    if len(value) > longest:
        raise _Wrong(_("At most %(n)d characters.") % {"n": longest})
    return value


def _category(organization: Organization, _field: EditField, value: str) -> int:
    found = Category.objects.for_organization(organization).filter(path=value).first()
    if found is None:
        raise _Wrong(_("There is no such category."))
    return int(found.pk)


def _supplier(organization: Organization, _field: EditField, value: str) -> int:
    suppliers = Supplier.objects.for_organization(organization)
    found = suppliers.filter(pk=row_id(value)).first()
    if found is None:
        raise _Wrong(_("There is no such supplier."))
    return int(found.pk)


def _flag(_organization: Organization, _field: EditField, value: str) -> bool:
    if value not in ("true", "false"):
        raise _Wrong(_("Say yes or no."))
    return value == "true"


def _choice(_organization: Organization, _field: EditField, value: str) -> str:
    if value not in SyncChoice.values:
        raise _Wrong(_("Say always or never, or clear it to let the rules decide."))
    return value


def _pieces(_organization: Organization, _field: EditField, value: str) -> int:
    number = _number(value, 0, MOST_PIECES)
    if number != int(number):
        raise _Wrong(_("Pieces are whole numbers."))
    return int(number)


def _rate(_organization: Organization, _field: EditField, value: str) -> Decimal:
    return _number(value, 0, 100).quantize(Decimal("0.01"))


_VALUES: dict[str, Callable[[Any, EditField, str], Any]] = {
    EditField.DEFAULT_CATEGORY: _category,
    EditField.SUPPLIER: _supplier,
    EditField.ACTIVE: _flag,
    EditField.TRACK_INVENTORY: _flag,
    EditField.SYNC_CHOICE: _choice,
    EditField.MINIMUM_STOCK: _pieces,
    EditField.PURCHASE_TAX_RATE: _rate,
}
