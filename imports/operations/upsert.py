"""The set-based write of one batch: suppliers, categories, products, pictures, suppliers' prices.

Every statement reads the temporary table ``import_batch`` that :mod:`imports.operations.apply` fills.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import NOT_PROVIDED

from imports.compare import kind_of
from products.models import Product

WRITTEN = "b.outcome IN ('NEW', 'CHANGED')"
MAKE_SUPPLIERS = f"""
    INSERT INTO settings_app_supplier
           (organization_id, name, code, currency, feed_url, api_key, active, created_at, updated_at)
    SELECT DISTINCT ON (1, 2) %(organization)s, b.values ->> 'supplier', '',
           COALESCE(b.values ->> 'purchase_currency', %(currency)s), '', '', true, %(now)s, %(now)s
      FROM import_batch b WHERE {WRITTEN} AND b.values ->> 'supplier' IS NOT NULL
        ON CONFLICT (organization_id, name) DO NOTHING
"""  # noqa: S608 -- WRITTEN is a constant
MAKE_CATEGORIES = f"""
    INSERT INTO products_category (organization_id, path)
    SELECT DISTINCT %(organization)s, path FROM (
        SELECT b.values ->> 'default_category' AS path FROM import_batch b WHERE {WRITTEN}
         UNION ALL
        SELECT jsonb_array_elements_text(b.values -> 'categories') FROM import_batch b
         WHERE {WRITTEN} AND jsonb_typeof(b.values -> 'categories') = 'array') AS named
     WHERE path IS NOT NULL
        ON CONFLICT (organization_id, path) DO NOTHING
"""  # noqa: S608
DROP_CATEGORIES = f"""
    DELETE FROM products_product_categories pc USING import_batch b
     WHERE pc.product_id = b.product_id
       AND {WRITTEN} AND b.values ? 'categories'
       AND pc.category_id NOT IN (
           SELECT c.id FROM products_category c
            WHERE c.organization_id = %(organization)s
              AND b.values -> 'categories' ? c.path)
"""  # noqa: S608
ADD_CATEGORIES = f"""
    INSERT INTO products_product_categories (product_id, category_id)
    SELECT b.product_id, c.id
      FROM import_batch b
     CROSS JOIN LATERAL jsonb_array_elements_text(
           CASE jsonb_typeof(b.values -> 'categories') WHEN 'array' THEN b.values -> 'categories'
                ELSE '[]' END) AS named (path)
      JOIN products_category c ON c.organization_id = %(organization)s AND c.path = named.path
     WHERE {WRITTEN}
        ON CONFLICT (product_id, category_id) DO NOTHING
"""  # noqa: S608
DROP_IMAGES = f"""
    DELETE FROM products_productimage i USING import_batch b
     WHERE i.product_id = b.product_id
       AND {WRITTEN} AND b.values ? 'images'
"""  # noqa: S608
ADD_IMAGES = f"""
    INSERT INTO products_productimage (organization_id, product_id, url, position)
    SELECT %(organization)s, b.product_id, named.url, named.place - 1
      FROM import_batch b
     CROSS JOIN LATERAL jsonb_array_elements_text(
           CASE jsonb_typeof(b.values -> 'images') WHEN 'array' THEN b.values -> 'images'
                ELSE '[]' END) WITH ORDINALITY AS named (url, place)
     WHERE {WRITTEN}
"""  # noqa: S608
SUPPLIER_PRICES = f"""
    INSERT INTO products_supplierproduct AS known
           (organization_id, supplier_id, product_id, supplier_code, price, currency, url, fetched_at)
    SELECT %(organization)s, p.supplier_id, p.id, p.code, p.purchase_price, p.purchase_currency, '',
           %(now)s
      FROM import_batch b
      JOIN products_product p ON p.id = b.product_id
     WHERE {WRITTEN} AND p.supplier_id IS NOT NULL AND p.purchase_price IS NOT NULL
        ON CONFLICT (supplier_id, supplier_code) DO UPDATE
       SET price = excluded.price, currency = excluded.currency, product_id = excluded.product_id,
           fetched_at = excluded.fetched_at
     WHERE (known.price, known.currency, known.product_id)
           IS DISTINCT FROM (excluded.price, excluded.currency, excluded.product_id)
"""  # noqa: S608
# Products made just now: what hangs on them is joined by id, an index no planner can mistake.
TAKE_IDS = """
    UPDATE import_batch b SET product_id = made.id
      FROM unnest(%s::bigint[], %s::text[]) AS made (id, code)
     WHERE b.product_id IS NULL AND b.code = made.code
"""
GENERATED = {"id", "created_at", "updated_at", "version", "organization", "code"}
PRICED = {"purchase_currency": "purchase_price", "selling_currency": "selling_price"}


def write_products(cursor: Any, *, fields: list[str], params: dict[str, Any]) -> list[int]:
    """Write the batch's new and changed products with all that hangs on them; returns their ids."""
    if "supplier" in fields:
        cursor.execute(MAKE_SUPPLIERS, params)
    if "categories" in fields or "default_category" in fields:
        cursor.execute(MAKE_CATEGORIES, params)
    cursor.execute(upsert_sql(fields), params)
    written = cursor.fetchall()
    ids = [row[0] for row in written]
    cursor.execute(TAKE_IDS, [ids, [row[1] for row in written]])
    if "categories" in fields:
        cursor.execute(DROP_CATEGORIES, params)
        cursor.execute(ADD_CATEGORIES, params)
    if "images" in fields:
        cursor.execute(DROP_IMAGES, params)
        cursor.execute(ADD_IMAGES, params)
    if {"supplier", "purchase_price"} <= set(fields):
        cursor.execute(SUPPLIER_PRICES, params)
    return sorted(ids)


def upsert_sql(fields: list[str]) -> str:
    """One ``INSERT … ON CONFLICT DO UPDATE``: only the file's fields are updated, and only rows that
    differ. An empty cell's field keeps the present value, which the locked product supplies."""
    written = _written_columns(fields)
    fields_kept = Product._meta.concrete_fields
    columns = [f for f in fields_kept if not (f.generated or f.name in GENERATED)]
    names = ["organization_id", "code", "created_at", "updated_at", "version"]
    exprs = ["%(organization)s", "b.code", "%(now)s", "%(now)s", "1"]
    for field in columns:
        names.append(str(field.column))
        exprs.append(written.get(str(field.column)) or _default(field))
    changed = ", ".join(f"{name} = excluded.{name}" for name in written)
    ours = ", ".join(f"product.{name}" for name in written)
    theirs = ", ".join(f"excluded.{name}" for name in written)
    # Pictures and categories lie in other tables: a row can differ in them alone.
    related = "OR true" if {"images", "categories"} & set(fields) else ""
    update = (
        f"DO UPDATE SET {changed}, version = product.version + 1, updated_at = excluded.updated_at"
        f" WHERE ROW({ours}) IS DISTINCT FROM ROW({theirs}) {related}"
        if written
        else "DO NOTHING"
    )
    return f"""
        INSERT INTO products_product AS product ({", ".join(names)})
        SELECT {", ".join(exprs)}
          FROM import_batch b
          LEFT JOIN products_product p ON p.id = b.product_id
          LEFT JOIN settings_app_supplier s
                 ON s.organization_id = %(organization)s AND s.name = b.values ->> 'supplier'
          LEFT JOIN products_category c
                 ON c.organization_id = %(organization)s AND c.path = b.values ->> 'default_category'
         WHERE {WRITTEN}
         ORDER BY b.line
            ON CONFLICT (organization_id, code) {update}
     RETURNING product.id, product.code
    """  # noqa: S608 -- built from our own field names, never from the file


def _written_columns(fields: list[str]) -> dict[str, str]:
    """Column -> SQL of its final value, for the columns the file fills."""
    written: dict[str, str] = {}
    for name in fields:
        if name == "images":
            written["main_image_url"] = _kept(
                "images", "COALESCE(b.values -> 'images' ->> 0, '')", "main_image_url", "''"
            )
        elif name == "supplier":
            written["supplier_id"] = _kept("supplier", "s.id", "supplier_id", "NULL")
        elif name == "default_category":
            written["default_category_id"] = _kept(
                "default_category", "c.id", "default_category_id", "NULL"
            )
        elif name != "categories":
            written[name] = _plain(name)
    # A price needs a currency: the row's own, the product's, else the source's.
    for currency, price in PRICED.items():
        if price in fields:
            written[currency] = (
                f"COALESCE(b.values ->> '{currency}', NULLIF(p.{currency}, ''),"
                f" CASE WHEN b.values ->> '{price}' IS NOT NULL THEN %(currency)s END, '')"
            )
    return written


def _plain(name: str) -> str:
    kind = kind_of(name)
    default = _default(Product._meta.get_field(name))  # type: ignore[arg-type]
    if kind == "text":
        return _kept(name, f"COALESCE(b.values ->> '{name}', '')", name, "''")
    return _kept(name, f"(b.values ->> '{name}')::{kind}", name, default)


def _kept(key: str, value: str, column: str, default: str) -> str:
    return f"CASE WHEN b.values ? '{key}' THEN {value} ELSE COALESCE(p.{column}, {default}) END"


def _default(field: models.Field[Any, Any]) -> str:
    """SQL of the model's default, for columns a file does not fill."""
    if field.default is not NOT_PROVIDED:
        return "true" if field.default is True else "false" if field.default is False else "NULL"
    return "NULL" if field.null else "''"
