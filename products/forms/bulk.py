"""What is to be done with many products: for each field leave it, or an act with a value."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from products.editing import PRICES
from products.enums import EditAct, EditField, Rounding, SyncChoice
from products.operations import StepGiven
from products.queries import catalogue_choices
from products.steps import ACTS, USUAL

FLAGS = (EditField.ACTIVE, EditField.TRACK_INVENTORY)
HINTS = {
    EditField.SELLING_PRICE: _("Like 12.50, 12.50 PLN, or 10 and -5 for a percentage."),
    EditField.PURCHASE_PRICE: _("Like 12.50, 12.50 PLN, or 10 and -5 for a percentage."),
    EditField.TAGS: _("Separated by commas."),
}


class BulkEditForm(forms.Form):
    """Reads steps; what each may be is checked by the operation, which names the field."""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = catalogue_choices(organization=organization)
        for field in EditField:
            acts = [(act.value, act.label) for act in EditAct if act in ACTS.get(field, USUAL)]
            self.fields[f"act_{field}"] = forms.ChoiceField(
                choices=[("", _("leave as it is")), *acts], required=False, label=field.label
            )
            self.fields[f"value_{field}"] = self._value(field)
            if field in PRICES:
                self.fields[f"rounding_{field}"] = forms.ChoiceField(
                    choices=Rounding.choices, required=False, label=_("rounding")
                )

    def steps(self) -> list[StepGiven]:
        """The steps as they were typed. Call it on a valid form."""
        given = self.cleaned_data
        return [
            StepGiven(
                field.value,
                given[f"act_{field}"],
                str(given.get(f"value_{field}") or "").strip(),
                given.get(f"rounding_{field}") or Rounding.CENT.value,
            )
            for field in EditField
            if given.get(f"act_{field}")
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each field, for the template."""
        return [
            {
                "label": field.label,
                "hint": HINTS.get(field, ""),
                "act": self[f"act_{field}"],
                "value": self[f"value_{field}"],
                "rounding": self[f"rounding_{field}"] if field in PRICES else None,
            }
            for field in EditField
        ]

    def take_refusal(self, error: Any) -> None:
        """Show what the operation refused beside the fields it names."""
        for name, messages in (error.fields or {"": [error.detail]}).items():
            target = f"value_{name}" if f"value_{name}" in self.fields else None
            for message in messages:
                self.add_error(target, str(message))

    def _value(self, field: EditField) -> forms.Field:
        # A control needs its words for people who do not see the row it stands in.
        words = _("%(field)s: value") % {"field": field.label}
        if field in FLAGS:
            choices = [("", "–"), ("true", _("yes")), ("false", _("no"))]
            return forms.ChoiceField(choices=choices, required=False, label=words)
        if field == EditField.SYNC_CHOICE:
            choices = [("", "–"), *SyncChoice.choices]
            return forms.ChoiceField(choices=choices, required=False, label=words)
        if field == EditField.SUPPLIER:
            suppliers = [(str(one.pk), one.name) for one in self.choices["suppliers"]]
            return forms.ChoiceField(choices=[("", "–"), *suppliers], required=False, label=words)
        named = {EditField.DEFAULT_CATEGORY: "e-categories", EditField.BRAND: "e-brands"}
        attrs = {"list": named[field]} if field in named else {}
        widget = forms.TextInput(attrs=attrs)
        return forms.CharField(max_length=500, required=False, label=words, widget=widget)
