"""Many new rows at once: light instances, keys from the sequence, COPY.

Several times cheaper than constructors and INSERTs that name every value. For rows that are known
to be new because their owner holds the lock that guards them: one that exists after all breaks its
constraint and the transaction with it; nothing is skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
Reader = Callable[[models.Model], Any]
UPDATE = """
    UPDATE {table} AS kept
       SET {sets}
      FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS new
     WHERE kept.{key} = new.{key}
"""


def fresh(model: type[M], **values: Any) -> M:
    """An unsaved instance with the model's defaults, without what its constructor does besides.

    ``values`` are named as the columns are (``order_id``, never ``order``), and are not checked.
    """
    row = model.__new__(model)
    row._state = ModelState()
    constant, made = _defaults(model)
    row.__dict__.update(constant)
    row.__dict__.update(values)
    for name, make in made:
        if name not in values:
            row.__dict__[name] = make()
    return row


def give_keys(rows: Sequence[models.Model]) -> None:
    """Draw primary keys for unsaved instances of one model from its sequence, in one statement."""
    if not rows:
        return
    model = type(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved instances of one model, with their keys if they have some.

    Without :func:`give_keys` before, the instances do not learn theirs.
    """
    if not rows:
        return
    statement, readers = _plan(type(rows[0]), rows[0].pk is not None)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row([read(row) for read in readers])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns (named as attributes, ``order_id``) of saved instances of one model.

    One statement and one parameter: Django's ``bulk_update`` names every row for every column. For
    columns that JSON can carry: texts, numbers, moments, blocks; not bytes.
    """
    if not rows:
        return
    model = type(rows[0])
    statement, readers = _update_plan(model, tuple(names))
    documents = [{name: read(row) for name, read in readers} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(documents, default=str)])


@lru_cache(maxsize=64)
def _update_plan(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[str, list[tuple[str, Reader]]]:
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    quote, table, key = connection.ops.quote_name, model._meta.db_table, model._meta.pk
    columns = [(quote(str(fields[name].column)), fields[name]) for name in names]
    readers = [
        (str(field.column), _plain_reader(field))
        for field in (key, *(field for _column, field in columns))
    ]
    sets = ", ".join(f"{column} = new.{column}" for column, _field in columns)
    return UPDATE.format(table=quote(table), sets=sets, key=quote(str(key.column))), readers


def _plain_reader(field: models.Field[Any, Any]) -> Reader:
    if getattr(field, "auto_now", False):
        return lambda row: field.pre_save(row, add=False)
    return attrgetter(field.attname)


@lru_cache(maxsize=64)
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Defaults that every instance may share, and makers of those it may not."""
    constant: dict[str, Any] = {}
    made: list[tuple[str, Any]] = []
    for field in model._meta.concrete_fields:
        if callable(field.default) and field.default is not models.NOT_PROVIDED:
            made.append((field.attname, field.get_default))
        else:
            constant[field.attname] = field.get_default()
    return constant, made


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], keyed: bool) -> tuple[str, list[Reader]]:
    fields = [
        field for field in model._meta.local_concrete_fields if keyed or not field.primary_key
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return (
        f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN",
        [_reader(field) for field in fields],
    )


def _reader(field: models.Field[Any, Any]) -> Reader:
    """How a value leaves an instance: as it is, unless its field keeps it in a form of its own."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda row: field.pre_save(row, add=True)
    if isinstance(field, models.JSONField):
        return lambda row: _json(getattr(row, field.attname), field.encoder)
    if not isinstance(field, _KEYS) and type(field).get_db_prep_value not in _AS_IT_IS:
        return lambda row: field.get_db_prep_save(getattr(row, field.attname), connection)
    return attrgetter(field.attname)


def _json(value: Any, encoder: type[json.JSONEncoder] | None) -> str | None:
    if value == {}:
        return "{}"
    return None if value is None else json.dumps(value, cls=encoder)


_KEYS = (models.AutoField, models.ForeignKey)
# Fields whose values psycopg takes as they are.
_AS_IT_IS = {
    models.Field.get_db_prep_value,
    models.DateTimeField.get_db_prep_value,
    models.DecimalField.get_db_prep_value,
    models.IntegerField.get_db_prep_value,
}
