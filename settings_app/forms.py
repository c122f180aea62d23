"""What people fill in about integrations and suppliers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.allegro import configured_environments
from settings_app.enums import Environment
from settings_app.models import Integration, OrganizationSettings, Supplier
from settings_app.rules import currency_code, margin


class ConnectForm(forms.Form):
    """Which account to connect. With one environment set up here there is nothing to choose."""

    label = forms.CharField(
        label=_("Name of this connection"),
        max_length=80,
        required=False,
        help_text=_("How you tell your accounts apart. Without one, the Allegro login is used."),
    )
    environment = forms.ChoiceField(label=_("Where"), widget=forms.RadioSelect)
    expected_login = forms.CharField(
        label=_("Allegro login"),
        max_length=120,
        required=False,
        help_text=_("If you give it, another account cannot be connected by mistake."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(e.value, e.label) for e in configured_environments()]
        field = self.fields["environment"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.initial, field.required, field.widget = choices[0][0], False, forms.HiddenInput()

    def clean_environment(self) -> str:
        chosen = self.cleaned_data["environment"] or self.fields["environment"].initial
        return Environment(chosen).value

    @property
    def can_connect(self) -> bool:
        """Whether this installation has an Allegro application at all."""
        return bool(configured_environments())


class IntegrationForm(forms.ModelForm):
    """The name, the switches and the settings of an integration."""

    class Meta:
        model = Integration
        fields = [
            "label",
            "may_write_stock",
            "may_write_price",
            "may_write_offers",
            "stock_buffer",
            "zero_stock_policy",
            "brake_share_percent",
            "brake_minimum",
            "conflict_strategy",
            "sync_frequency_minutes",
            "auto_generate_invoices",
            "invoice_template_id",
            "auto_mark_as_paid",
            "auto_create_customer",
            "auto_create_product",
            "default_vat_rate",
        ]
        labels = {
            "stock_buffer": _("Stock buffer"),
            "brake_share_percent": _("Brake above"),
            "brake_minimum": _("But from"),
            "sync_frequency_minutes": _("Read offers every"),
            "default_vat_rate": _("Default VAT rate"),
            "auto_generate_invoices": _("Make invoices from orders"),
            "auto_mark_as_paid": _("Mark invoices of paid orders as paid"),
        }
        help_texts = {
            "may_write_stock": _("Quantities of linked offers follow your stock."),
            "may_write_price": _("Prices of linked offers follow your catalogue."),
            "may_write_offers": _("Names, descriptions and pictures follow your catalogue."),
            "stock_buffer": _("So many pieces are always kept back from Allegro."),
            "brake_share_percent": _(
                "When more of the account's offers would be set to 0 within an hour, all stock waits"
                " until a person has looked."
            ),
            "brake_minimum": _("Fewer offers than this never stop anything."),
            "sync_frequency_minutes": _("Between 5 minutes and a day."),
            "conflict_strategy": _("When you and Allegro changed the same field."),
            "default_vat_rate": _("For products made from offers."),
        }


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


class PreferencesForm(forms.ModelForm):
    """What holds for the whole organization."""

    class Meta:
        model = OrganizationSettings
        fields = [
            "default_margin_percent",
            "default_vat_rate",
            "low_stock_threshold",
            "notification_email",
        ]
        labels = {
            "default_margin_percent": _("Default margin"),
            "default_vat_rate": _("Default VAT rate"),
        }
        help_texts = {
            "default_margin_percent": _("On the purchase price; a supplier's own comes first."),
            "default_vat_rate": _("An account's own comes first."),
            "low_stock_threshold": _("For products without a minimum of their own."),
            "notification_email": _(
                "An address the team reads together; it gets a copy of every notice that cannot wait."
            ),
        }

    def clean_default_margin_percent(self) -> Decimal | None:
        return margin(self.cleaned_data["default_margin_percent"])
