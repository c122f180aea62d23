"""A product's fields as the history keeps them: their names for people, their values as texts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from products.enums import SyncChoice
from products.models import Product

AMOUNTS = {"selling_price", "purchase_price", "purchase_gross"}


def label_of(name: str) -> str:
    """What people call a field; the empty one stands for the product's creation."""
    if not name:
        return _("Created")
    if name == "images":
        return _("pictures")
    try:
        field = Product._meta.get_field(name)
    except FieldDoesNotExist:  # an old note may name a field that is gone
        return name.replace("_", " ")
    return str(getattr(field, "verbose_name", name))


def worded(name: str, text: str | None, names: Mapping[tuple[str, str], str]) -> str:
    """A kept value for people. ``names`` has the words of keys, by field and key."""
    if text is None or text == "":
        return ""
    if name == "sync_choice":
        return str(SyncChoice(text).label) if text in SyncChoice.values else text
    if text in ("true", "false") and isinstance(_field(name), models.BooleanField):
        return _("yes") if text == "true" else _("no")
    if isinstance(_field(name), models.ForeignKey):
        return names.get((name, text), f"#{text}")
    if isinstance(_field(name), models.DecimalField):
        return _plain(text, places=2 if name in AMOUNTS else 0)
    return text


def typed(name: str, text: str | None) -> Any:
    """A kept value as the field takes it; a key stays a key (see :func:`attribute`)."""
    field = _field(name)
    if field is None or text is None:
        return None
    if isinstance(field, models.BooleanField):
        return text == "true"
    return field.to_python(text)


def kept(name: str, value: Any) -> str | None:
    """A value as the trigger would note it, but for trailing zeros: use :func:`typed` to compare."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.pk if isinstance(value, models.Model) else value)


def attribute(name: str) -> str:
    """Where an instance has the field's plain value: ``supplier_id`` for ``supplier``."""
    field = _field(name)
    return field.attname if field is not None else name


def field_at(name: str) -> str:
    """The field whose plain value an instance has at this attribute."""
    return next((f.name for f in Product._meta.concrete_fields if f.attname == name), name)


def _field(name: str) -> Any:
    try:
        return Product._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _plain(text: str, *, places: int) -> str:
    """A number without the zeros that are the column's, but with those that money has."""
    try:
        number = Decimal(text).normalize()
    except InvalidOperation:
        return text
    exponent = number.as_tuple().exponent
    short = isinstance(exponent, int) and -exponent < places
    return f"{number:.{places}f}" if short else f"{number:f}"
