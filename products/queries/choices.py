"""What filters and bulk edits offer to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from products.models import Category
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization

# More names than this help nobody to choose; whoever knows another types it.
MOST = 300
# DISTINCT would read every product; this asks the index for the next brand after the last.
BRANDS = """
    WITH RECURSIVE found (name, place) AS (
      (SELECT brand, 1 FROM products_product
        WHERE organization_id = %(organization)s AND brand <> '' ORDER BY brand LIMIT 1)
      UNION ALL
      SELECT (SELECT brand FROM products_product
               WHERE organization_id = %(organization)s AND brand <> '' AND brand > found.name
               ORDER BY brand LIMIT 1), place + 1
        FROM found WHERE found.name IS NOT NULL AND place < %(most)s
    )
    SELECT name FROM found WHERE name IS NOT NULL ORDER BY name
"""


def catalogue_choices(*, organization: Organization) -> dict[str, Any]:
    """Suppliers, paths of categories and brands, the first ``MOST`` of each: three queries."""
    categories = Category.objects.for_organization(organization).order_by("path")
    return {
        "suppliers": list(Supplier.objects.for_organization(organization).order_by("name")[:MOST]),
        "categories": list(categories.values_list("path", flat=True)[:MOST]),
        "brands": brands_of(organization=organization),
    }


def brands_of(*, organization: Organization) -> list[str]:
    """The brands of the catalogue by name, one step of the index for each."""
    with connection.cursor() as cursor:
        cursor.execute(BRANDS, {"organization": organization.pk, "most": MOST})
        return [name for (name,) in cursor.fetchall()]
