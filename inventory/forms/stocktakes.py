from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inventory.models import Warehouse
from inventory.operations import ensure_default_warehouse
from inventory.operations.ledger import HIGHEST
from inventory.queries import warehouses_of
from products.models import Product
from products.queries import SEARCH_BOUND, found_ids
from settings_app.models import Supplier


class StocktakeForm(forms.Form):
    """What is to be counted: a warehouse, or some of what lies there."""

    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Warehouse"), empty_label=None
    )
    search = forms.CharField(
        label=_("Only products with"),
        max_length=100,
        required=False,
        help_text=_("Words of code, name or EAN. Empty: the whole warehouse."),
    )
    supplier = forms.ModelChoiceField(
        Supplier.objects.none(), label=_("Only of the supplier"), required=False
    )
    only_stocked = forms.BooleanField(
        label=_("Leave out what should not lie there at all"), required=False
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        ensure_default_warehouse(organization_id=organization.pk)
        places, suppliers = self.fields["warehouse"], self.fields["supplier"]
        assert isinstance(places, forms.ModelChoiceField)
        assert isinstance(suppliers, forms.ModelChoiceField)
        places.queryset = warehouses_of(organization=organization)
        suppliers.queryset = Supplier.objects.for_organization(organization).order_by("name")

    def chosen(self) -> dict[str, Any]:
        """The arguments of ``operations.start_stocktake``."""
        values, ids = self.cleaned_data, None
        products = Product.objects.for_organization(self.organization)
        words = []
        if search := values["search"].strip():
            ids = set(found_ids(organization=self.organization, search=search))
            words.append(f"“{search}”")
            if len(ids) >= SEARCH_BOUND:
                words.append(_now("the first %(count)d hits") % {"count": SEARCH_BOUND})
        if supplier := values["supplier"]:
            of_supplier = set(products.filter(supplier=supplier).values_list("pk", flat=True))
            ids = of_supplier if ids is None else ids & of_supplier
            words.append(supplier.name)
        if values["only_stocked"]:
            words.append(_now("with pieces on hand"))
        return {
            "warehouse": values["warehouse"],
            "product_ids": ids,
            "only_stocked": values["only_stocked"],
            "note": values["note"],
            "selection": ", ".join(words),
        }


class CountForm(forms.Form):
    """One scan: the code, and how many pieces."""

    code = forms.CharField(
        label=_("Code or EAN"),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "off",
                "enterkeyhint": "done",
            }
        ),
    )
    pieces = forms.IntegerField(
        label=_("Pieces"),
        min_value=0,
        max_value=HIGHEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class PostForm(forms.Form):
    """What becomes of lines that nobody counted."""

    uncounted_is_zero = forms.BooleanField(
        label=_("What was not counted is not there: set it to 0"), required=False
    )
