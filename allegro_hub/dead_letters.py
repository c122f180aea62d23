"""Telling organizations of work that gave up: one notice for each kind, growing, with its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.enums import WorkState
from core.models import OutboxMessage
from core.outbox import subscribe
from notifications.enums import Event, Severity
from notifications.models import Notification
from notifications.operations import Growing, register_growing, settle, tally


@dataclass(frozen=True, slots=True)
class Page:
    """What people call a kind of work, and where they see what gave up and try it again."""

    name: Any
    address: Callable[[], str]


# Kinds that are missing here are the operator's, who finds all of them in the admin.
PAGES: dict[str, Page] = {
    "webhooks.inboundevent": Page(
        gettext_lazy("Events"), lambda: reverse("webhooks:events") + "?state=failed"
    ),
    "webhooks.eventreplay": Page(
        gettext_lazy("Replays of events"), lambda: reverse("webhooks:events")
    ),
    "syncs.syncrun": Page(gettext_lazy("Syncs"), lambda: reverse("syncs:list")),
    "imports.importjob": Page(gettext_lazy("Imports"), lambda: reverse("imports:list")),
    "imports.supplierfeed": Page(
        gettext_lazy("Files of suppliers"), lambda: reverse("imports:feeds")
    ),
    "offers.offerpush": Page(gettext_lazy("Stock for Allegro"), lambda: reverse("offers:pushes")),
    "offers.publication": Page(
        gettext_lazy("Publications"), lambda: reverse("offers:publications") + "?state=stuck"
    ),
    "offers.stockcommand": Page(gettext_lazy("Stock commands"), lambda: reverse("offers:pushes")),
    "offers.valuepush": Page(
        gettext_lazy("Values for Allegro"), lambda: reverse("offers:value_pushes")
    ),
    "offers.valuecommand": Page(
        gettext_lazy("Commands of values"), lambda: reverse("offers:value_pushes")
    ),
    "products.bulkedit": Page(gettext_lazy("Bulk edits"), lambda: reverse("products:edits")),
    "products.syncselection": Page(gettext_lazy("Sync rules"), lambda: reverse("products:rules")),
    "inventory.stocktake": Page(
        gettext_lazy("Stocktakes"), lambda: reverse("inventory:stocktakes")
    ),
    "orders.orderwrite": Page(gettext_lazy("Changes of orders"), lambda: reverse("orders:writes")),
    "notifications.mail": Page(
        gettext_lazy("Mails"), lambda: reverse("notifications:mails") + "?state=stuck"
    ),
}


def subscribe_all() -> None:
    """Register the handler and the words; the handler's name is stored and never changes."""
    subscribe("work.dead", "allegro_hub.tell_dead_work", note_dead)
    register_growing(
        Event.WORK_DEAD,
        Growing(title=_title, body=_body, link=_link, severity=Severity.DANGER),
    )


def note_dead(message: OutboxMessage) -> None:
    """Durable work gave up: it is counted into its organization's notice of this kind."""
    if message.organization_id is not None:
        tally(
            organization_id=message.organization_id,
            event=Event.WORK_DEAD,
            cause=message.payload["kind"].lower(),
            amount=message.payload["count"],
            message_id=message.pk,
            now=timezone.now(),
        )


def settle_dead_work(*, now: datetime) -> int:
    """Take back the notices of kinds of which nothing is dead any more; returns how many."""
    open_ones = (
        Notification.objects.filter(event=Event.WORK_DEAD, read_at=None)
        .values_list("organization_id", "dedupe_key")
        .distinct()
        .order_by()
    )
    return sum(
        settle(organization_id=organization_id, dedupe_key=key, now=now)
        for organization_id, key in open_ones
        if not _still_dead(organization_id, key.rpartition(":")[2])
    )


def _still_dead(organization_id: int, label: str) -> bool:
    kind = apps.get_model(label)
    way = "organization_id"
    if not hasattr(kind, "organization"):
        way = "message__organization_id"
    rows = kind._default_manager.filter(state=WorkState.DEAD, **{way: organization_id})
    return bool(rows.exists())


def _title(count: int, cause: str) -> str:
    return ngettext(
        "%(kind)s: %(n)d gave up",
        "%(kind)s: %(n)d gave up",
        count,
    ) % {"kind": _name(cause), "n": count}


def _body(cause: str) -> str:
    if cause in PAGES:
        return _("Nothing is lost: look at the reason, mend what it names, and try it again there.")
    return _(
        "Nothing is lost: the operator of this installation sees the reason and can try again."
    )


def _name(cause: str) -> str:
    page = PAGES.get(cause)
    return str(page.name if page else _("Messages inside the product"))


def _link(cause: str) -> str:
    return PAGES[cause].address() if cause in PAGES else ""
