from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EndpointForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Who will send here: a relay, a shop, a test.")
    )
