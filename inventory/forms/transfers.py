from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from inventory.models import TransferLine, Warehouse
from inventory.operations import ensure_default_warehouse
from inventory.operations.ledger import HIGHEST
from inventory.queries import warehouses_of


class TransferForm(forms.Form):
    """Where a transfer goes."""

    source = forms.ModelChoiceField(Warehouse.objects.none(), label=_("From"))
    destination = forms.ModelChoiceField(Warehouse.objects.none(), label=_("To"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ensure_default_warehouse(organization_id=organization.pk)
        for name in ("source", "destination"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = warehouses_of(organization=organization)


class PiecesForm(forms.Form):
    """A product by code or EAN, typed or scanned, and how many pieces of it."""

    code = forms.CharField(
        label=_("Code or EAN"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )
    pieces = forms.IntegerField(label=_("Pieces"), min_value=0, max_value=HIGHEST)


class ReceiveForm(forms.Form):
    """How many pieces of each line arrived."""

    finish = forms.BooleanField(
        label=_("Nothing more will come"),
        required=False,
        help_text=_("What is missing is booked as a difference and the transfer is closed."),
    )
    reason = forms.CharField(
        label=_("Reason of a difference"),
        max_length=200,
        required=False,
        help_text=_("Needed when more or fewer pieces came than were sent."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[TransferLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[_name(line)] = forms.IntegerField(
                label=_("Arrived"),
                min_value=0,
                max_value=HIGHEST,
                initial=line.open,
                required=False,
                widget=forms.NumberInput(attrs={"aria-label": line.product.code}),
            )

    def rows(self) -> list[tuple[TransferLine, Any]]:
        """Each line with its field."""
        return [(line, self[_name(line)]) for line in self.lines]

    def arrived(self) -> dict[int, int]:
        """{line id: pieces}; an empty field is none."""
        return {line.pk: self.cleaned_data.get(_name(line)) or 0 for line in self.lines}


def _name(line: TransferLine) -> str:
    return f"arrived_{line.pk}"
