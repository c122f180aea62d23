"""Which account to connect."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from settings_app.allegro import configured_environments
from settings_app.enums import Environment


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
