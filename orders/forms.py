from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.enums import DisplayStatus
from orders.queries import Wish

# Days outside have no neighbour in another time zone, or none that PostgreSQL keeps.
EARLIEST, LATEST = date(1970, 1, 2), date(2200, 1, 1)
_PLAUSIBLE = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class OrderFilterForm(forms.Form):
    """The filters of the list; what cannot be read is left out, never an error page."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(
        choices=[("", _("Every status")), *DisplayStatus.choices], required=False
    )
    account = forms.IntegerField(required=False, min_value=1)
    since = forms.DateField(required=False, validators=_PLAUSIBLE)
    until = forms.DateField(required=False, validators=_PLAUSIBLE)

    def wish(self) -> Wish:
        """The filters with days as the organization's own; ``until`` includes its day."""
        self.is_valid()
        values = self.cleaned_data
        until = values.get("until")
        return Wish(
            search=values.get("q") or "",
            status=values.get("status") or "",
            integration_id=values.get("account"),
            since=_midnight(values.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def _midnight(day: object) -> datetime | None:
    if not isinstance(day, date):
        return None
    return timezone.make_aware(datetime.combine(day, time.min))
