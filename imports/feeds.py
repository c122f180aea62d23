"""What the pages and routes of fetched files show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.enums import WorkState
from core.paging import Page, paged
from imports.models import ImportJob, SupplierFeed
from settings_app.models import Supplier

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50


def feed_list(*, organization: Organization, page: int = 1) -> Page[dict[str, Any]]:
    """Every supplier that has an address, with its feed and the last import it brought."""
    suppliers = (
        Supplier.objects.for_organization(organization)
        .exclude(feed_url="")
        .select_related("feed")
        .order_by("name")
    )
    found = paged(suppliers, number=page, size=PAGE_SIZE)
    feeds = [one.feed.pk for one in found.items if hasattr(one, "feed")]
    last = {
        job.feed_id: job
        for job in ImportJob.objects.filter(feed_id__in=feeds)
        .order_by("feed_id", "-pk")
        .distinct("feed_id")
    }
    return replace(found, items=[_shown(one, last) for one in found.items])


def _shown(supplier: Supplier, last: dict[int | None, ImportJob]) -> dict[str, Any]:
    feed: SupplierFeed | None = getattr(supplier, "feed", None)
    return {
        "supplier": supplier,
        "feed": feed,
        "is_on": feed is not None and feed.is_open,
        "is_stuck": feed is not None
        and feed.state in (WorkState.DEAD, WorkState.WAITING_FOR_PERSON),
        "last": last.get(feed.pk) if feed else None,
    }
