"""What every page's frame shows: navigation, organization, notices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.queries import organizations_of
from notifications.queries import unread_count


def shell(request: HttpRequest) -> dict[str, Any]:
    """``nav``, ``organizations``, ``unread_notifications`` for members; nearly nothing for strangers."""
    context: dict[str, Any] = {"demo": settings.HUB_DEMO, "nav": []}
    organization = getattr(request, "organization", None)
    if organization is None:
        return context
    context["nav"] = _navigation(request)
    context["organizations"] = SimpleLazyObject(lambda: organizations_of(user=request.user))
    context["unread_notifications"] = SimpleLazyObject(
        lambda: unread_count(user_id=request.user.pk, organization=organization)
    )
    return context


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    entries = [
        (_("Home"), "home", "home"),
        (_("Orders"), "orders:list", "orders"),
        (_("Products"), "products:list", "products"),
        (_("Offers"), "offers:list", "offers"),
        (_("Stock"), "inventory:list", "stock"),
        (_("Returns"), "returns:list", "return"),
        (_("Imports"), "imports:list", "imports"),
        (_("Syncs"), "syncs:list", "syncs"),
        (_("Discrepancies"), "syncs:discrepancies", "split"),
        (_("Events"), "webhooks:events", "events"),
        (_("Integrations"), "settings_app:integrations", "integrations"),
    ]
    urls = {name: reverse(name) for _label, name, _icon in entries}
    # One place lies below another's address: the longest that fits is where the person is.
    here = max(urls.values(), key=lambda url: len(url) if request.path.startswith(url) else 0)
    return [
        {
            "label": label,
            "url": urls[name],
            "icon": icon,
            "active": urls[name] == here and request.path.startswith(here),
        }
        for label, name, icon in entries
    ]
