"""The filters of the order list."""

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


# What still has to leave, by when.
DUE = [
    ("late", _("Late already")),
    ("today", _("Late or today")),
    ("tomorrow", _("Until tomorrow")),
    ("open", _("Everything to ship, most urgent first")),
]
ONLY = [
    ("stopped", _("Stopped: do not ship")),
    ("invoice", _("Invoice wanted")),
    ("on_delivery", _("Paid on delivery")),
]


class OrderFilterForm(forms.Form):
    """The filters of the list; what cannot be read is left out, never an error page."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(
        choices=[("", _("Every status")), *DisplayStatus.choices], required=False
    )
    account = forms.IntegerField(required=False, min_value=1)
    marketplace = forms.CharField(required=False, max_length=40)
    due = forms.ChoiceField(choices=[("", _("Any time")), *DUE], required=False)
    only = forms.ChoiceField(choices=[("", _("All of them")), *ONLY], required=False)
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
            marketplace=values.get("marketplace") or "",
            to_ship=values.get("due") == "open",
            ship_before=ship_before(values.get("due") or ""),
            wants_invoice=values.get("only") == "invoice",
            stopped=values.get("only") == "stopped",
            cash_on_delivery=values.get("only") == "on_delivery",
            since=_midnight(values.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def ship_before(due: str) -> datetime | None:
    """The moment before which orders must leave to be ``late`` now, due ``today`` or ``tomorrow``."""
    now = timezone.localtime()
    days = {"today": 1, "tomorrow": 2}
    if due == "late":
        return now
    return _midnight(now.date() + timedelta(days=days[due])) if due in days else None


def _midnight(day: object) -> datetime | None:
    if not isinstance(day, date):
        return None
    return timezone.make_aware(datetime.combine(day, time.min))
