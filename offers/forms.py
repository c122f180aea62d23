"""What people fill in about offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.row_ids import row_id
from offers.enums import SuggestedBy
from offers.queries import OfferFilter, product_by_code
from offers.queries.link_inbox import KINDS, InboxFilter
from offers.queries.stock import PushFilter
from products.models import Product


class LinkForm(forms.Form):
    """A product by its code (or EAN), and how many pieces of it one sold unit takes."""

    code = forms.CharField(label=_("Product code or EAN"), max_length=100)
    units_per_offer = forms.IntegerField(
        label=_("Pieces per sold unit"), min_value=1, max_value=10_000, initial=1, required=False
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["code"].widget.attrs["autocomplete"] = "off"

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip()
        product = product_by_code(organization=self.organization, code=code)
        if product is None:
            raise forms.ValidationError(
                _("No product of yours has this code, nor is it the EAN of just one.")
            )
        self.product: Product = product
        return code

    def clean_units_per_offer(self) -> int:
        return self.cleaned_data["units_per_offer"] or 1


def offer_filter(data: Any) -> OfferFilter:
    """The filter of a query string; what cannot be read narrows nothing."""
    return OfferFilter(
        search=_plain(data, "q", 200),
        integration=str(data.get("account", ""))[:20],
        status=_plain(data, "status", 20),
        link=str(data.get("link", ""))[:12],
        sync=str(data.get("sync", ""))[:12],
        differs=_plain(data, "differs", 40),
        problem=_plain(data, "problem", 100),
        marketplace=_plain(data, "marketplace", 40),
    )


def _plain(data: Any, name: str, longest: int) -> str:
    return str(data.get(name, ""))[:longest].replace("\x00", "")


def inbox_filter(data: Any) -> InboxFilter:
    """What of the link inbox is shown; what cannot be read shows suggestions."""
    kind, why = _plain(data, "kind", 20), _plain(data, "why", 20)
    return InboxFilter(
        kind=kind if kind in KINDS else KINDS[0],
        why=why if why in SuggestedBy.values else "",
        integration=_plain(data, "account", 20),
    )


def picked(data: Any, most: int = 1000) -> list[int]:
    """The ticked rows of a list."""
    return [pk for one in data.getlist("pick")[:most] if (pk := row_id(one))]


def push_filter(data: Any) -> PushFilter:
    """The filter of the list of pushes; what cannot be read narrows nothing."""
    return PushFilter(
        state=str(data.get("state", ""))[:10],
        account=str(data.get("account", ""))[:18],
        reason=_plain(data, "reason", 20),
        search=_plain(data, "q", 100),
    )


def feed_order(data: Any) -> list[int]:
    """The ticked warehouses by the places typed beside them; equal places in the page's order."""
    chosen = [int(one) for one in data.getlist("warehouse") if one.isdecimal() and len(one) < 19]

    def place(warehouse_id: int) -> int:
        typed = str(data.get(f"place-{warehouse_id}", ""))
        return int(typed) if typed.isdecimal() and len(typed) < 6 else 10_000

    return sorted(chosen, key=place)
