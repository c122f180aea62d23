"""What the pages of suppliers and of the organization's settings show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from core.paging import paged
from settings_app.models import OrganizationSettings, Supplier
from settings_app.queries.rows import suppliers_of

PAGE_SIZE = 50


def section_tabs(*, here: str) -> list[dict[str, Any]]:
    """The rooms behind "Integrations"; ``here`` is the page's URL name."""
    rooms = [
        (_("Allegro accounts"), "integrations"),
        (_("Suppliers"), "suppliers"),
        (_("Settings"), "preferences"),
    ]
    return [
        {"label": label, "url": reverse(f"settings_app:{name}"), "active": name == here}
        for label, name in rooms
    ]


def suppliers_page(*, organization: Organization, search: str, page: int) -> dict[str, Any]:
    """A page of suppliers, with what each falls back to and how many products are theirs."""
    found, wanted = suppliers_of(organization), search.strip()
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(code__icontains=wanted))
    listed = paged(found, number=page, size=PAGE_SIZE)
    # Counted for the page's rows alone: the whole catalogue need not be grouped.
    products = dict(
        Supplier.objects.filter(pk__in=[supplier.pk for supplier in listed.items])
        .annotate(count=Count("products"))
        .values_list("pk", "count")
    )
    return {
        "page": listed,
        "rows": [
            {
                "supplier": supplier,
                "feed_host": _host(supplier.feed_url),
                "products": products.get(supplier.pk, 0),
            }
            for supplier in listed.items
        ],
        "default_margin": settings_of(organization).default_margin_percent,
        "search": wanted,
        "tabs": section_tabs(here="suppliers"),
    }


def supplier_page(*, supplier: Supplier) -> dict[str, Any]:
    """What hangs on a supplier."""
    return {
        "supplier": supplier,
        "products": supplier.products.count(),
        "prices": supplier.supplier_products.count(),
    }


def remove_supplier_page(*, supplier: Supplier) -> dict[str, Any]:
    """What the confirmation of a removal says."""
    hanging = supplier_page(supplier=supplier)
    products, prices = hanging["products"], hanging["prices"]
    kept = ngettext(
        "%(n)d product stays, without a supplier.",
        "%(n)d products stay, without a supplier.",
        products,
    )
    gone = ngettext(
        "%(n)d price this supplier gave is deleted.",
        "%(n)d prices this supplier gave are deleted.",
        prices,
    )
    return {
        "title": _("Remove %(name)s") % {"name": supplier.name},
        "question": _("Shall this supplier be removed?"),
        "consequences": [
            *([kept % {"n": products}] if products else []),
            *([gone % {"n": prices}] if prices else []),
            _("Imports of their files stay in the list."),
            _("A file that names this supplier makes it again, without these settings."),
        ],
        "action_label": _("Remove the supplier"),
        "cancel_url": reverse("settings_app:supplier", args=[supplier.pk]),
        "tone": "danger",
    }


def settings_of(organization: Organization) -> OrganizationSettings:
    """The organization's settings; the defaults, not yet stored, while nobody has changed any."""
    found: OrganizationSettings | None = OrganizationSettings.objects.for_organization(
        organization
    ).first()
    return found or OrganizationSettings(organization=organization)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
