"""What the page of an import's columns shows: each column with samples, and what it may mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.formats import generic
from imports.mapping import mapped_columns
from imports.models import ImportJob
from products.models import Product

# Words for meanings that are no field of a product, or one whose own name does not tell enough.
_WORDS = {
    "selling_price": _("selling price, gross"),
    generic.PRICE_NET: _("selling price without VAT"),
    generic.PRICE_VAT: _("VAT of the selling price, %"),
    generic.PIECES: _("pieces (you are asked what they are)"),
    "categories": _("categories, separated by commas"),
    "images": _("pictures, separated by commas"),
}


def meanings() -> list[tuple[str, str]]:
    """Every meaning a column may have, with its words."""
    return [(one, meaning_words(one)) for one in (*generic.MEANINGS, generic.PIECES)]


def meaning_words(meaning: str) -> str:
    """The words for a meaning."""
    if meaning in _WORDS:
        return str(_WORDS[meaning])
    return str(Product._meta.get_field(meaning).verbose_name)  # type: ignore[union-attr]


def columns_page(job: ImportJob) -> dict[str, Any]:
    """The columns of the file with samples and their present meaning, and whether it was chosen."""
    chosen = mapped_columns(organization_id=job.organization_id, header=job.header)
    known = {one["column"]: one["field"] for one in job.columns if one["field"]}
    return {
        "job": job,
        "meanings": meanings(),
        "chosen": bool(chosen),
        "columns": [
            {
                "place": place,
                "name": name,
                "samples": [row[place] for row in job.samples if place < len(row) and row[place]],
                "meaning": chosen.get(place, "") if chosen else _meaning_of(known.get(name, "")),
            }
            for place, name in enumerate(job.header)
        ],
    }


def _meaning_of(field: str) -> str:
    return generic.PIECES if field.startswith("stock:") else field
