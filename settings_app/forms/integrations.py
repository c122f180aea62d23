"""The name, the switches and the settings of an integration."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.models import Integration


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
            "default_vat_rate": _("For products made from offers."),
        }
