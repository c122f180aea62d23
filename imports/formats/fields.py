"""How the cells of each field of a product are read, whatever a file calls its column."""

from __future__ import annotations

from imports import cells
from imports.cells import Reader
from imports.formats.names import AMOUNT, SIZE

READERS: dict[str, Reader] = {
    "code": cells.code(limit=100),
    "name": cells.text(limit=300),
    "external_id": cells.code(limit=100),
    "parent_code": cells.code(limit=100),
    "ean": cells.ean,
    "manufacturer_code": cells.code(limit=100),
    "selling_currency": cells.currency,
    "purchase_price": AMOUNT,
    "purchase_gross": AMOUNT,
    "purchase_tax_rate": cells.percent(places=2),
    "purchase_currency": cells.currency,
    "description": cells.markup,
    "short_description": cells.markup,
    "brand": cells.text(limit=160),
    "manufacturer": cells.text(limit=160),
    "supplier": cells.text(limit=160),
    "default_category": cells.text(limit=500),
    "categories": cells.words(limit=500),
    "images": cells.images,
    "weight": SIZE,
    "net_weight": SIZE,
    "volume": SIZE,
    "height": SIZE,
    "width": SIZE,
    "depth": SIZE,
    "length": SIZE,
    "material": cells.text(limit=200),
    "origin": cells.text(limit=80),
    "minimum_stock": cells.integer,
    "availability": cells.text(limit=120),
    "active": cells.yes_no,
    "tags": cells.text(limit=500),
    "seo_title": cells.text(limit=300),
    "seo_description": cells.text(limit=5000),
    "seo_keywords": cells.text(limit=500),
    "name_url": cells.text(limit=300),
}
