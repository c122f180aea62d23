"""The page of preferences: a row for each event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.defaults import Choice
from notifications.enums import DigestRhythm, Event, MailWay
from notifications.queries import Wish


class PreferencesForm(forms.Form):
    """For each event a check box and a choice of mail; then when the summary comes."""

    rhythm = forms.ChoiceField(label=_("Summary"), choices=DigestRhythm.choices)
    at = forms.TimeField(
        label=_("At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the organization's clock; for the daily summary."),
    )

    def __init__(
        self, data: Any = None, *, wishes: list[Wish], rhythm: DigestRhythm, at: time
    ) -> None:
        super().__init__(data, initial={"rhythm": rhythm, "at": at})
        self.wishes = wishes
        for wish in wishes:
            self.fields[f"app-{wish.event.value}"] = forms.BooleanField(
                required=False, initial=wish.choice.in_app
            )
            self.fields[f"mail-{wish.event.value}"] = forms.ChoiceField(
                choices=MailWay.choices, initial=wish.choice.mail
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """What the table shows."""
        for wish in self.wishes:
            yield {
                "wish": wish,
                "app": self[f"app-{wish.event.value}"],
                "mail": self[f"mail-{wish.event.value}"],
            }

    @property
    def choices(self) -> dict[Event, Choice]:
        """The choices of a valid form."""
        return {
            wish.event: Choice(
                in_app=self.cleaned_data[f"app-{wish.event.value}"],
                mail=MailWay(self.cleaned_data[f"mail-{wish.event.value}"]),
            )
            for wish in self.wishes
        }
