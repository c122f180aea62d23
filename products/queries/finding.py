"""Finding products by what somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Upper

from products.models import Product

if TYPE_CHECKING:
    from accounts.models import Organization

# A search looks at so many hits at most: enough to page through, few enough to sort at once.
SEARCH_BOUND = 1000
WORDS = 8
# Words below three letters have no trigram.
TRIGRAM = 3


def found_ids(*, organization: Organization, search: str) -> list[int]:
    """Ids of up to ``SEARCH_BOUND`` products that contain every word of ``search``.

    The hits are taken by index first and ordered later: an ``ORDER BY`` in the same statement makes
    the planner walk the ordering index instead (measured: 480 ms against 1 ms on a million rows).
    Words below three letters have no trigram; alone, they are looked up as the beginning of a code.
    """
    products = Product.objects.for_organization(organization)
    words = search.upper().split()[:WORDS]
    if max(map(len, words), default=0) < TRIGRAM:
        matching = products.annotate(code_upper=Upper("code")).filter(
            code_upper__startswith=" ".join(words)
        )
    else:
        matching = products
        for word in words:
            matching = matching.filter(search__contains=word)
    return list(matching.values_list("pk", flat=True)[:SEARCH_BOUND])
