"""What people fill in about prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offers.enums import PriceSource
from offers.models import PriceRule
from offers.operations.prices import RULE_VALUES

# Allegro has refused crowns and forints with decimals (allegro-api#13367).
WHOLE_ONLY = {"CZK", "HUF"}


class Told(forms.Form):
    """A form that an operation may refuse."""

    def tell(self, fields: dict[str, list[str]]) -> None:
        """Show what the operation refused beside its fields."""
        for name, problems in fields.items():
            for problem in problems:
                self.add_error(name if name in self.fields else None, problem)


class PriceRuleForm(Told):
    """A price rule; checked in full by the operation that keeps it."""

    source = forms.ChoiceField(label=_("Starts from"), choices=PriceSource.choices)
    percent = forms.DecimalField(
        label=_("Added, %"),
        required=False,
        max_digits=7,
        decimal_places=2,
        help_text=_(
            "On purchase prices the margin: empty takes the supplier's, else the organization's."
            " On selling prices a surcharge, below 0 a discount."
        ),
    )
    vat_percent = forms.DecimalField(
        label=_("VAT, %"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        help_text=_("On net purchase prices. Empty takes the product's, else the account's."),
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    rate_days = forms.IntegerField(
        label=_("Exchange rate at most this old, days"), min_value=1, max_value=365, initial=7
    )
    decimals = forms.TypedChoiceField(
        label=_("Decimals"), choices=[(2, "2"), (1, "1"), (0, "0")], coerce=int
    )
    ending = forms.CharField(
        label=_("Ending"),
        required=False,
        max_length=6,
        help_text=_("“.99” makes 12.30 become 12.99, “9” makes 291 become 299: always upwards."),
    )
    lowest = forms.DecimalField(
        label=_("Lowest price"),
        required=False,
        max_digits=14,
        decimal_places=2,
        help_text=_("Below it there is no price at all, and the offer says why."),
    )
    lowest_margin_percent = forms.DecimalField(
        label=_("Lowest margin, %"),
        required=False,
        max_digits=7,
        decimal_places=2,
        help_text=_("Over the purchase price with VAT; 0 is break-even."),
    )
    highest = forms.DecimalField(
        label=_("Highest price"), required=False, max_digits=14, decimal_places=2
    )

    @classmethod
    def of(cls, rule: PriceRule | None, currency: str) -> PriceRuleForm:
        """The form as a rule stands, or with what fits the marketplace's currency."""
        if rule is not None:
            return cls(initial={name: getattr(rule, name) for name in RULE_VALUES})
        decimals = 0 if currency in WHOLE_ONLY else 2
        return cls(initial={"currency": currency, "decimals": decimals, "rate_days": 7})

    def values(self) -> dict[str, Any]:
        """What the operation takes."""
        return {name: self.cleaned_data[name] for name in RULE_VALUES}


class RateForm(Told):
    """One unit of a currency in another, on a day."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    quote = forms.CharField(label=_("costs in"), min_length=3, max_length=3)
    rate = forms.DecimalField(
        label=_("Rate"), min_value=Decimal("0.00000001"), max_digits=18, decimal_places=8
    )
    rate_date = forms.DateField(
        label=_("Of the day"), widget=forms.DateInput(attrs={"type": "date"})
    )
