"""The history of products, for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry
from core.paging import Page, paged
from products.enums import ChangeSource
from products.fields import label_of, worded
from products.models import Category, Product, ProductChange
from settings_app.models import Supplier

SHOWN = 12
# The number of an edit whose taking back made the change.
BULK_UNDONE = "bulk "
PAGE_SIZE = 50
# Acts that change no value of the product itself, from the audit trail.
ACTS = {
    "product.bundle_set": _("Bundle changed"),
    "product.merged": _("Joined with another product"),
}
TONES = {
    ChangeSource.PERSON: "info",
    ChangeSource.API: "info",
    ChangeSource.UNDO: "warn",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words. ``undoable`` says that taking it back can be asked for."""

    change: ProductChange
    label: str
    before: str
    after: str
    who: str
    through: str
    undoable: bool


@dataclass(slots=True)
class Entry:
    """What was changed at one moment by one actor."""

    at: datetime
    who: str
    what: str
    tone: str
    changes: list[Told] = field(default_factory=list)


def changes_of(*, product: Product, name: str = "", source: str = "") -> QuerySet[ProductChange]:
    """A product's changes, newest first; of one field or source."""
    changes: QuerySet[ProductChange] = ProductChange.objects.filter(
        organization_id=product.organization_id, product=product
    )
    if name:
        changes = changes.filter(field=name)
    if source in ChangeSource.values:
        changes = changes.filter(source=source)
    return changes.select_related("actor").order_by("-pk")


def history_page(
    *, product: Product, name: str = "", source: str = "", page: int = 1
) -> Page[Told]:
    """One page of a product's history: a fixed number of queries."""
    found: Page[Any] = paged(
        changes_of(product=product, name=name, source=source), number=page, size=PAGE_SIZE
    )
    told = told_of(organization_id=product.organization_id, changes=found.items)
    return Page(told, found.number, found.size, found.total, found.total_is_exact, found.has_next)


def latest_entries(*, product: Product) -> list[Entry]:
    """The latest changes, those of one act together, and what else was done with the product."""
    changes = list(changes_of(product=product)[:SHOWN])
    entries: list[Entry] = []
    for told in told_of(organization_id=product.organization_id, changes=changes):
        one = told.change
        last = entries[-1] if entries else None
        what = told.label if not one.field else source_words(one)
        if last is None or (last.at, last.who, last.what) != (one.at, told.who, what):
            last = Entry(one.at, told.who, what, TONES.get(ChangeSource(one.source), "neutral"))
            entries.append(last)
        if one.field:
            last.changes.append(told)
    return sorted([*entries, *_acts(product)], key=lambda entry: entry.at, reverse=True)[:SHOWN]


def told_of(*, organization_id: int, changes: Iterable[ProductChange]) -> list[Told]:
    """Changes in words: names for keys, "yes" for true; three queries at most."""
    changes = list(changes)
    names = _names(organization_id, changes)
    return [
        Told(
            change=one,
            label=label_of(one.field),
            before=worded(one.field, one.before, names),
            after=worded(one.field, one.after, names),
            who=_who(one),
            through=source_words(one),
            undoable=one.field not in NOT_UNDONE,
        )
        for one in changes
    ]


# What a change of is taken back by acts of their own, or is decided by rules.
NOT_UNDONE = {"", "archived_at", "sync_enabled"}


def source_words(change: ProductChange) -> str:
    """Through what it came: ``Import 12``."""
    label = str(ChangeSource(change.source).label)
    if change.reference.startswith(BULK_UNDONE):
        number = change.reference.removeprefix(BULK_UNDONE)
        return gettext("Bulk edit %(number)s, taken back") % {"number": number}
    if not change.reference or change.source == ChangeSource.RULE:
        return label
    return f"{label} {change.reference}"


def fields_changed(*, product: Product) -> list[str]:
    """The fields that were ever changed, for the filter."""
    names = ProductChange.objects.filter(
        organization_id=product.organization_id, product=product
    ).exclude(field="")
    return sorted(names.values_list("field", flat=True).distinct().order_by())


def _names(organization_id: int, changes: list[ProductChange]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[int]] = {"supplier": set(), "default_category": set()}
    for one in changes:
        if one.field in wanted:
            wanted[one.field] |= {int(key) for key in (one.before, one.after) if key}
    names: dict[tuple[str, str], str] = {}
    for name, model, text in (
        ("supplier", Supplier, "name"),
        ("default_category", Category, "path"),
    ):
        if wanted[name]:
            rows = model.objects.filter(organization_id=organization_id, pk__in=wanted[name])
            names |= {(name, str(pk)): words for pk, words in rows.values_list("pk", text)}
    return names


def _who(change: ProductChange) -> str:
    return change.actor.email if change.actor_id and change.actor else ""


def _acts(product: Product) -> list[Entry]:
    """Acts that change no value of the product itself."""
    entries = AuditEntry.objects.filter(
        organization_id=product.organization_id,
        target_type=Product._meta.label_lower,
        target_id=str(product.pk),
        action__in=ACTS,
    ).order_by("-at", "-pk")[:SHOWN]
    return [
        Entry(entry.at, entry.actor_label, str(ACTS[entry.action]), "neutral") for entry in entries
    ]
