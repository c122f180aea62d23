"""The views of the product list that everybody has."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.saved_views import DefaultView

DEFAULTS = (
    DefaultView(_("Active"), ""),
    DefaultView(_("Without an offer"), "only=no_offer"),
    DefaultView(_("Sold out"), "stock=out"),
    DefaultView(_("Not synced"), "syncs=no"),
    DefaultView(_("Without EAN"), "only=no_ean"),
    DefaultView(_("Without image"), "only=no_image"),
    DefaultView(_("Archived"), "state=archived"),
)
