"""The product form. It validates and presents; :mod:`products.operations` saves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from products.ean import ean_problem
from products.enums import SyncChoice
from products.models import Category, Product
from products.operations import EDITABLE
from settings_app.models import Supplier

SECTIONS = (
    (_("Basics"), ("code", "name", "active", "sync_choice", "track_inventory", "minimum_stock")),
    (_("Identity"), ("ean", "manufacturer_code", "brand", "manufacturer", "supplier",
                     "default_category", "parent_code", "external_id")),
    (_("Prices"), ("selling_price", "selling_currency", "purchase_price", "purchase_currency",
                   "purchase_tax_rate", "purchase_gross")),
    (_("Description"), ("short_description", "description", "main_image_url", "tags")),
    (_("Size and material"), ("weight", "net_weight", "volume", "height", "width", "depth",
                              "length", "material", "origin", "availability")),
    (_("Search engines and validity"), ("name_url", "seo_title", "seo_description", "seo_keywords",
                                        "valid_from", "valid_until")),
)  # fmt: skip
# The flag follows from the choice and the rules; a person says the choice.
EDITED = tuple(name for name in EDITABLE if name != "sync_enabled")
LONG = ("description", "short_description", "seo_description")


class ProductForm(forms.ModelForm):
    """All values a person may edit. ``version`` travels along, so a second editor is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Product
        fields = EDITED
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 10}),
            "short_description": forms.Textarea(attrs={"rows": 3}),
            "seo_description": forms.Textarea(attrs={"rows": 2}),
            "valid_from": forms.DateInput(attrs={"type": "date"}),
            "valid_until": forms.DateInput(attrs={"type": "date"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _("Your own code; Allegro knows it as the external id of the offer."),
            "ean": _("8, 12, 13 or 14 digits."),
            "description": _("Allowed tags: h1, h2, p, ul, ol, li, b."),
            "minimum_stock": _("Below it the product is shown as low on stock."),
            "tags": _("Separated by commas."),
            "sync_choice": _("Your choice beats every sync rule."),
        }

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        suppliers = Supplier.objects.for_organization(organization).order_by("name")
        categories = Category.objects.for_organization(organization).order_by("path")
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        self.fields["default_category"].queryset = categories  # type: ignore[attr-defined]
        self.fields["sync_choice"].choices = [("", _("As the rules say")), *SyncChoice.choices]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
            # 120.5 instead of 120.5000: the zeros are the column's, not the seller's.
            for name, value in self.initial.items():
                if isinstance(value, Decimal):
                    self.initial[name] = Decimal(f"{value.normalize():f}")

    def clean_ean(self) -> str:
        ean = str(self.cleaned_data["ean"]).strip()
        if wrong := ean_problem(ean):
            raise forms.ValidationError(wrong)
        return ean

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        return {name: self.cleaned_data[name] for name in EDITED}

    @property
    def expected_version(self) -> int | None:
        version: int | None = self.cleaned_data.get("version")
        return version

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, for the template."""
        return [
            {"title": title, "fields": [self[name] for name in names if name not in LONG],
             "long": [self[name] for name in names if name in LONG]}
            for title, names in SECTIONS
        ]  # fmt: skip

    def take_refusal(self, error: Any) -> None:
        """Show what an operation refused beside the fields it names."""
        for name, messages in (error.fields or {"": [error.detail]}).items():
            for message in messages if isinstance(messages, list) else [messages]:
                self.add_error(name if name in self.fields else None, str(message))
