"""The views of the offer list that everybody has."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.saved_views import DefaultView

DEFAULTS = (
    DefaultView(_("All"), ""),
    DefaultView(_("On sale"), "status=ACTIVE"),
    DefaultView(_("Values differ"), "sync=apart"),
    DefaultView(_("Needs your decision"), "sync=asks"),
    DefaultView(_("With problems"), "problem=any"),
    DefaultView(_("Without a product"), "link=open"),
)
# The name under which views of this list are kept.
SAVED_LIST = "offers"
