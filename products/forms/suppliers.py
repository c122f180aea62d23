"""A supplier's price and stock of a product as somebody types it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from products.models import SupplierProduct
from products.operations.suppliers import VALUES
from settings_app.models import Supplier


class SupplierProductForm(forms.ModelForm):
    """It validates and presents; the operation saves."""

    class Meta:
        model = SupplierProduct
        fields = VALUES

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        # A copy: reading a form would write what was typed into the row before it is checked.
        row: SupplierProduct = kwargs["instance"]
        kwargs["initial"] = {name: getattr(row, name) for name in VALUES if name != "supplier"} | {
            "supplier": row.supplier_id
        }
        kwargs["instance"] = SupplierProduct()
        super().__init__(*args, **kwargs)
        suppliers = Supplier.objects.for_organization(organization).order_by("name")
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        self.fields["supplier"].label = _("supplier")
        self.fields["stock"].help_text = _("Empty while it is not known.")

    def _post_clean(self) -> None:
        """What can be kept is the operation's to say."""

    def take_refusal(self, error: Any) -> None:
        """Show what the operation refused beside the fields it names."""
        for name, messages in (error.fields or {"": [error.detail]}).items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))
