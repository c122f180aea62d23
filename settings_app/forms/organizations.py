"""What holds for the whole organization."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.models import OrganizationSettings
from settings_app.rules import margin


class PreferencesForm(forms.ModelForm):
    """What holds for the whole organization."""

    class Meta:
        model = OrganizationSettings
        fields = [
            "default_margin_percent",
            "default_vat_rate",
            "low_stock_threshold",
            "notification_email",
            "keep_runs_days",
        ]
        labels = {
            "default_margin_percent": _("Default margin"),
            "default_vat_rate": _("Default VAT rate"),
            "keep_runs_days": _("Keep runs for"),
        }
        help_texts = {
            "default_margin_percent": _("On the purchase price; a supplier's own comes first."),
            "default_vat_rate": _("An account's own comes first."),
            "low_stock_threshold": _("For products without a minimum of their own."),
            "keep_runs_days": _(
                "Runs, their plans and settled conflicts older than this are forgotten by the clean-up."
            ),
            "notification_email": _(
                "An address the team reads together; it gets a copy of every notice that cannot wait."
            ),
        }

    def clean_default_margin_percent(self) -> Decimal | None:
        return margin(self.cleaned_data["default_margin_percent"])
