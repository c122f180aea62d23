"""Every change of a product is noted by the database itself, for a whole statement at once.

Triggers with transition tables: an import that changes ten thousand products in one statement gets its
history in one more, and no way of writing can go around it. Who is at work is told by settings of the
transaction (``hub.change_*``, see ``products.origin``); without them it was the product itself.

Counters, dates of the row and what is generated from other columns are no changes. Of a product that is
deleted the audit trail keeps the values.
"""

from django.db import migrations

NOTED = (
    "code", "external_id", "parent_code", "name", "name_url", "description", "short_description",
    "brand", "manufacturer", "supplier_id", "ean", "manufacturer_code", "purchase_price",
    "purchase_tax_rate", "purchase_gross", "purchase_currency", "selling_price", "selling_currency",
    "weight", "net_weight", "volume", "height", "width", "depth", "length", "material", "origin",
    "minimum_stock", "track_inventory", "availability", "main_image_url", "seo_title",
    "seo_description", "seo_keywords", "tags", "default_category_id", "active", "archived_at",
    "valid_from", "valid_until", "sync_enabled", "sync_choice",
)  # fmt: skip
ORIGIN = """
           COALESCE(NULLIF(current_setting('hub.change_source', true), ''), 'SYSTEM'),
           COALESCE(current_setting('hub.change_reference', true), ''),
           NULLIF(current_setting('hub.change_actor', true), '')::bigint,
           COALESCE(NULLIF(current_setting('hub.change_at', true), '')::timestamptz, now())
"""


def field_of(column: str) -> str:
    """The product's field a column belongs to."""
    return column if column == "external_id" else column.removesuffix("_id")


def met(column: str) -> str:
    """The column with its field, where it differs in any row of the statement."""
    return (
        f"CASE WHEN bool_or(o.{column} IS DISTINCT FROM n.{column})"
        f" THEN '{column}={field_of(column)}' END"
    )


# First which columns differ at all, in one pass, then a statement for each: comparing every row's
# columns as rows of their own took ten times as long.
KEEP = f"""
CREATE FUNCTION products_note_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    met text[];
    one text;
BEGIN
    SELECT array_remove(ARRAY[{", ".join(map(met, NOTED))}], NULL) INTO met
      FROM new_rows n JOIN old_rows o ON o.id = n.id;
    FOREACH one IN ARRAY COALESCE(met, ARRAY[]::text[]) LOOP
        EXECUTE format($insert$
            INSERT INTO products_productchange
                   (organization_id, product_id, field, before, after, source, reference, actor_id, at)
            SELECT n.organization_id, n.id, %1$L, o.%2$I::text, n.%2$I::text, {ORIGIN}
              FROM new_rows n
              JOIN old_rows o ON o.id = n.id
             WHERE o.%2$I IS DISTINCT FROM n.%2$I
             ORDER BY n.id
        $insert$, split_part(one, '=', 2), split_part(one, '=', 1));
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION products_note_creation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO products_productchange
           (organization_id, product_id, field, before, after, source, reference, actor_id, at)
    SELECT n.organization_id, n.id, '', NULL, NULL, {ORIGIN}
      FROM new_rows n;
    RETURN NULL;
END $$;

CREATE TRIGGER products_note_changes AFTER UPDATE ON products_product
       REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
   FOR EACH STATEMENT EXECUTE FUNCTION products_note_changes();

CREATE TRIGGER products_note_creation AFTER INSERT ON products_product
       REFERENCING NEW TABLE AS new_rows
   FOR EACH STATEMENT EXECUTE FUNCTION products_note_creation();
"""  # noqa: S608 -- composed of constants
LET_GO = """
DROP TRIGGER products_note_creation ON products_product;
DROP TRIGGER products_note_changes ON products_product;
DROP FUNCTION products_note_creation();
DROP FUNCTION products_note_changes();
"""


class Migration(migrations.Migration):

    dependencies = [("products", "0002_work_on_the_catalogue")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
