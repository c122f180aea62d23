"""What people fill in about suppliers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.models import Supplier
from settings_app.rules import currency_code, margin


class SupplierForm(forms.ModelForm):
    """A supplier without its key, which is never shown."""

    feed_url = forms.URLField(
        label=_("Feed address"), max_length=500, required=False, assume_scheme="https"
    )

    class Meta:
        model = Supplier
        fields = ["name", "code", "currency", "margin_percent", "feed_url", "active"]

    def clean_currency(self) -> str:
        return currency_code(self.cleaned_data["currency"])

    def clean_margin_percent(self) -> Decimal | None:
        return margin(self.cleaned_data["margin_percent"])


class SupplierPageForm(SupplierForm):
    """A supplier as members fill it in. The stored key is never shown, only replaced or forgotten."""

    new_key = forms.CharField(
        label=_("API key"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_key = forms.BooleanField(label=_("Forget the stored key"), required=False)

    class Meta(SupplierForm.Meta):
        labels = {"margin_percent": _("Margin"), "code": _("Short code")}
        help_texts = {
            "name": _("As files of theirs name them in the column supplier."),
            "currency": _("For prices in their files that name none."),
            "margin_percent": _("Empty: the organization's."),
            "active": _("Only active suppliers are offered when you upload a file."),
        }
        widgets = {
            "currency": forms.TextInput(attrs={"autocapitalize": "characters", "size": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feed_url"].help_text = _("Keep passwords out of it; they belong in the key.")
        if self.instance.api_key:
            self.fields["new_key"].help_text = _("A key is stored. Empty: it stays.")
        else:
            del self.fields["forget_key"]

    def supplier_values(self) -> dict[str, Any]:
        """What the operations take as ``values``."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def key(self) -> str | None:
        """The key to store: None keeps the present one, an empty one clears it."""
        given: str = self.cleaned_data["new_key"]
        return given or ("" if self.cleaned_data.get("forget_key") else None)
