"""A sync rule as somebody fills it in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from products.enums import RuleEffect
from products.models import Category, SyncRule
from products.operations import RuleValues
from settings_app.models import Supplier

NAMES = ("name", "effect", "supplier", "brand", "tag", "price_from", "price_until", "currency")


class RuleForm(forms.Form):
    """Conditions left empty do not narrow; a rule without any fits every product."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Products say by this name why they do not sync."),
    )
    effect = forms.ChoiceField(label=_("Products it fits"), choices=RuleEffect.choices)
    category = forms.CharField(
        label=_("Category"),
        max_length=500,
        required=False,
        help_text=_("Its subcategories are meant too."),
        widget=forms.TextInput(attrs={"list": "r-categories"}),
    )
    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Supplier.objects.none(), required=False
    )
    brand = forms.CharField(
        label=_("Brand"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "r-brands"}),
    )
    tag = forms.CharField(label=_("Tag"), max_length=100, required=False)
    price_from = forms.DecimalField(
        label=_("Price from"), min_value=Decimal(0), max_digits=14, required=False
    )
    price_until = forms.DecimalField(
        label=_("Price until"), min_value=Decimal(0), max_digits=14, required=False
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)

    def __init__(
        self, *args: Any, organization: Organization, rule: SyncRule | None = None, **kwargs: Any
    ) -> None:
        if rule is not None:
            kwargs["initial"] = {name: getattr(rule, name) for name in NAMES} | {
                "category": rule.category.path if rule.category else ""
            }
        super().__init__(*args, **kwargs)
        self.organization = organization
        suppliers = Supplier.objects.for_organization(organization).order_by("name")
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        if rule is None:
            self.fields["currency"].initial = organization.currency

    def clean_category(self) -> Category | None:
        path = self.cleaned_data["category"].strip()
        if not path:
            return None
        found = Category.objects.for_organization(self.organization).filter(path=path).first()
        if found is None:
            raise forms.ValidationError(_("There is no such category."))
        return found

    def values(self) -> RuleValues:
        """What the operation takes."""
        return RuleValues(**self.cleaned_data)

    def take_refusal(self, error: Any) -> None:
        """Show what the operation refused beside the fields it names."""
        for name, messages in (error.fields or {"": [error.detail]}).items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))
