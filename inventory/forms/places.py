from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WarehouseForm(forms.Form):
    """A warehouse's name, for people, and its code, for files and scripts."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("Files and scripts name the warehouse by it.")
    )
