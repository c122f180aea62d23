"""The views of the order list that everybody has."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.saved_views import DefaultView

DEFAULTS = (
    DefaultView(_("All"), ""),
    DefaultView(_("Ready to ship"), "status=READY"),
    DefaultView(_("Ship today or late"), "due=today"),
    DefaultView(_("Being packed"), "status=PROCESSING"),
    DefaultView(_("Unpaid"), "status=UNPAID"),
    DefaultView(_("Stopped"), "only=stopped"),
    DefaultView(_("Sent"), "status=SENT"),
)
