"""Comparing staged rows with products, as SQL built from the fields a file has.

A row's ``values`` and a product's present values are put into the same JSON form: amounts as text
without trailing zeros, an empty text as null. Then "nothing changes" is ``present || values =
present``, one comparison per row, whatever the number of columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from imports.models import ImportJob
from products.models import Product

RELATED = {
    "supplier": "s.name",
    "default_category": "c.path",
    "categories": (
        '(SELECT jsonb_agg(k.path ORDER BY k.path COLLATE "C")'
        " FROM products_product_categories pc JOIN products_category k ON k.id = pc.category_id"
        " WHERE pc.product_id = p.id)"
    ),
    "images": (
        "(SELECT jsonb_agg(i.url ORDER BY i.position) FROM products_productimage i"
        " WHERE i.product_id = p.id)"
    ),
}
JOINS = """
    LEFT JOIN products_product p ON p.id = f.product_id
    LEFT JOIN settings_app_supplier s ON s.id = p.supplier_id
    LEFT JOIN products_category c ON c.id = p.default_category_id
"""


def fields_of(job: ImportJob) -> list[str]:
    """Product fields the job's file fills (without the code), each once; the names are our own."""
    found = [c["field"] for c in job.columns if c["field"] and ":" not in c["field"]]
    if job.supplier_id:
        found.append("supplier")
    known = {f.name for f in Product._meta.concrete_fields} | set(RELATED)
    return [name for name in dict.fromkeys(found) if name != "code" and name in known]


def kind_of(name: str) -> str:
    """How a field is compared and cast: text, numeric, integer, boolean, date or related."""
    if name in RELATED:
        return "related"
    field = Product._meta.get_field(name)
    kinds: tuple[tuple[type[models.Field], str], ...] = (
        (models.DecimalField, "numeric"),
        (models.IntegerField, "integer"),
        (models.BooleanField, "boolean"),
        (models.DateField, "date"),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), "text")


def present(fields: Sequence[str]) -> str:
    """SQL of a product's present values in the form of a row's ``values``."""
    pairs = ", ".join(f"'{name}', {_present_one(name)}" for name in fields)
    return f"jsonb_build_object({pairs})"


def _present_one(name: str) -> str:
    kind = kind_of(name)
    if kind == "related":
        return RELATED[name]
    if kind == "numeric":
        return f"trim_scale(p.{name})::text"
    return f"NULLIF(p.{name}, '')" if kind == "text" else f"p.{name}"


def compared(*, source: str, fields: Sequence[str], keep: str) -> str:
    """SQL that adds ``product_id``, ``outcome`` and ``before`` to the rows of ``source`` (alias f).

    ``keep`` are the columns of f to pass on. A row with problems is WRONG, and so is one that would
    make a product without a name. The source gives ``product_id`` (null where the code is new),
    ``code``, ``values`` and ``flawed``.
    """
    return f"""
        SELECT {keep}, d.product_id,
               CASE WHEN d.wrong THEN 'WRONG' WHEN d.product_id IS NULL THEN 'NEW'
                    WHEN (d.present || d.given) = d.present THEN 'UNCHANGED' ELSE 'CHANGED' END
               AS outcome,
               CASE WHEN NOT d.wrong AND d.product_id IS NOT NULL
                         AND (d.present || d.given) <> d.present
                    THEN (SELECT jsonb_object_agg(key, d.present -> key)
                            FROM jsonb_each(d.given) AS one (key, value)
                           WHERE d.present -> key IS DISTINCT FROM value) END AS before,
               d.nameless
          FROM (SELECT f.*, {present(fields)} AS present,
                       f.values - 'stock' AS given,
                       p.id IS NULL AND NOT f.values ? 'name' AND f.code <> '' AS nameless,
                       (p.id IS NULL AND NOT f.values ? 'name') OR f.flawed AS wrong
                  FROM {source} f {JOINS} OFFSET 0) AS d
    """  # noqa: S608 -- built from our own field names, never from the file
