from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inventory.enums import MovementKind
from inventory.models import Warehouse
from inventory.operations import ensure_default_warehouse
from inventory.operations.ledger import HIGHEST
from inventory.queries import all_warehouses, stock_of, warehouses_of
from products.models import Product


class AdjustForm(forms.Form):
    """Set how many pieces lie in a warehouse. ``seen`` is the number the person looked at."""

    warehouse = forms.ModelChoiceField(Warehouse.objects.none(), label=_("Warehouse"))
    on_hand = forms.IntegerField(label=_("On hand"), min_value=0, max_value=HIGHEST)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Stays in the ledger.")
    )
    minimum = forms.IntegerField(
        label=_("Counts as low from"), min_value=0, max_value=HIGHEST, required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ensure_default_warehouse(organization_id=product.organization_id)
        places = warehouses_of(organization=product.organization)
        field = self.fields["warehouse"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = places


def first_values(*, product: Product, warehouse_id: int | None) -> dict[str, Any]:
    """What the form starts with: the chosen warehouse, or the one the product lies in."""
    levels = stock_of(product=product).levels
    level = next((one for one in levels if one.warehouse_id == warehouse_id), None)
    if level is None and warehouse_id is None and levels:
        level = levels[0]
    if level is None:
        chosen = (
            warehouse_id or ensure_default_warehouse(organization_id=product.organization_id).pk
        )
        return {"warehouse": chosen, "on_hand": 0, "seen": 0}
    return {
        "warehouse": level.warehouse_id,
        "on_hand": level.on_hand,
        "minimum": level.minimum,
        "seen": level.on_hand,
    }


class LedgerForm(forms.Form):
    """What the ledger is narrowed to. What cannot be read narrows nothing."""

    product = forms.CharField(widget=forms.HiddenInput, required=False)
    reference = forms.CharField(label=_("For"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), label=_("Warehouse"), required=False, empty_label=_("Everywhere")
    )
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, places = self.fields["kind"], self.fields["warehouse"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(places, forms.ModelChoiceField)
        kind.choices = [("", _("Every kind")), *MovementKind.choices]
        places.queryset = all_warehouses(organization=organization)

    def narrowed(self) -> dict[str, Any]:
        """The arguments of ``queries.movements_of`` besides the product."""
        self.is_valid()
        values = self.cleaned_data
        place = values.get("warehouse")
        return {
            "kind": values.get("kind", ""),
            "reference": values.get("reference", "").strip(),
            "warehouse_id": place.pk if place else None,
            "since": values.get("since"),
            "until": values.get("until"),
        }
