"""The signs by which a product is probably in an offer, as one statement. No query is made here."""

from __future__ import annotations

# Each way to recognise a product goes by an index of products; digits of an EAN are written with or
# without leading zeros (UPC-12, EAN-13, GTIN-14).
CANDIDATES = """
    SELECT wanted.offer_id, found.product_id, found.why FROM ({offers}) wanted
    CROSS JOIN LATERAL (
        SELECT id AS product_id, 'CODE_CASE' AS why FROM products_product
        WHERE organization_id = %(organization)s AND archived_at IS NULL
          AND wanted.external_id <> '' AND upper(code) = upper(wanted.external_id)
        UNION ALL
        SELECT id, 'EAN_AS_CODE' FROM products_product
        WHERE organization_id = %(organization)s AND archived_at IS NULL AND ean <> ''
          AND wanted.external_id <> '' AND ean = wanted.external_id
        UNION ALL
        SELECT id, 'CODE_IS_EAN' FROM products_product
        WHERE organization_id = %(organization)s AND archived_at IS NULL
          AND wanted.ean <> '' AND code = wanted.ean
        UNION ALL
        SELECT id, 'EAN_PADDED' FROM products_product
        WHERE organization_id = %(organization)s AND archived_at IS NULL AND ean <> ''
          AND wanted.ean <> '' AND ean <> wanted.ean AND ean = ANY(ARRAY(
              SELECT lpad(ltrim(wanted.ean, '0'), digits, '0')
              FROM unnest(ARRAY[8, 12, 13, 14]) digits
              WHERE digits >= length(ltrim(wanted.ean, '0'))))
    ) found
"""
