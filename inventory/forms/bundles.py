from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.errors import HubError
from inventory.models import BundlePart
from inventory.operations import BundleItem
from inventory.operations.bundles import MOST_PARTS, MOST_UNITS
from inventory.queries import product_by_code

BLANK_ROWS = 4


class BundleForm(forms.Form):
    """Rows of code and pieces: what is there, and some empty ones. A row without a code falls away."""

    def __init__(
        self,
        *args: Any,
        parts: Sequence[BundlePart],
        organization: Organization,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.count = min(len(parts) + BLANK_ROWS, MOST_PARTS)
        for number in range(self.count):
            part = parts[number] if number < len(parts) else None
            self.fields[f"code_{number}"] = forms.CharField(
                label=_("Code or EAN"),
                max_length=100,
                required=False,
                initial=part.part.code if part else "",
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
            )
            self.fields[f"units_{number}"] = forms.IntegerField(
                label=_("Pieces"),
                min_value=1,
                max_value=MOST_UNITS,
                required=False,
                initial=part.units if part else 1,
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """The fields of each row."""
        return [(self[f"code_{number}"], self[f"units_{number}"]) for number in range(self.count)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        found = []
        for number in range(self.count):
            if not (code := values.get(f"code_{number}", "").strip()):
                continue
            try:
                product = product_by_code(organization=self.organization, text=code)
            except HubError as error:
                self.add_error(f"code_{number}", error.told)
            else:
                found.append(BundleItem(product.pk, values.get(f"units_{number}") or 1))
        values["found"] = found
        return values

    def items(self) -> list[BundleItem]:
        """What the bundle is to hold."""
        return list(self.cleaned_data["found"])
