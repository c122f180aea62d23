"""What a list of products can be narrowed to, as it stands in an address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from core.row_ids import row_id
from products.queries import FILTERS, SORTS, STATES, STOCKS, SYNCS, Wish

CHOICES: dict[str, dict[str, Any]] = {
    "state": STATES, "only": FILTERS, "stock": STOCKS, "syncs": SYNCS, "sort": SORTS,
}  # fmt: skip


class ProductFilterForm(forms.Form):
    """Reads filters from an address; what cannot be read narrows nothing."""

    q = forms.CharField(required=False)
    state = forms.CharField(required=False)
    only = forms.CharField(required=False)
    stock = forms.CharField(required=False)
    syncs = forms.CharField(required=False)
    supplier = forms.CharField(required=False)
    category = forms.CharField(required=False)
    brand = forms.CharField(required=False)
    tag = forms.CharField(required=False)
    price_from = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=14)
    price_until = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=14)
    sort = forms.CharField(required=False)

    def wish(self, *, usual_state: str = "active") -> Wish:
        """What was asked for. A catalogue that was asked for no state shows what is sold."""
        self.is_valid()
        given = self.cleaned_data
        codes = {
            name: code if (code := str(given.get(name, ""))) in known else ""
            for name, known in CHOICES.items()
        }
        texts = {name: str(given.get(name, "")).strip() for name in ("category", "brand", "tag")}
        return Wish(
            search=str(given.get("q", "")).strip()[:100],
            state=codes["state"] or usual_state,
            only=codes["only"],
            stock=codes["stock"],
            syncs=codes["syncs"],
            sort=codes["sort"] or "recent",
            supplier_id=row_id(str(given.get("supplier", ""))) or None,
            price_from=given.get("price_from"),
            price_until=given.get("price_until"),
            **{name: text[:500] for name, text in texts.items()},
        )


def wish_of(query: str) -> Wish:
    """The wish a query string stands for, as the list read it."""
    return ProductFilterForm(QueryDict(query[:1000])).wish()
