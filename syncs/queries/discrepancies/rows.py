"""A discrepancy in words: what it is about, both values, how grave it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offers.reasons import status_label
from syncs.causes import meaning_of
from syncs.enums import DiscrepancyKind, Severity
from syncs.models import Discrepancy

TONES = {
    Severity.LOW: "neutral",
    Severity.MEDIUM: "info",
    Severity.HIGH: "warn",
    Severity.CRITICAL: "danger",
}


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """A discrepancy as people see it."""

    row: Discrepancy
    title: str
    number: str
    url: str
    tone: str
    ours: str
    theirs: str
    difference: str
    text: str
    remedy: str


def row_view(row: Discrepancy) -> DiscrepancyRow:
    """A discrepancy in words. No queries, given its offer and product."""
    words = meaning_of(row)
    ours, theirs = value_labels(row)
    return DiscrepancyRow(
        row=row,
        title=_title(row),
        number=row.offer.allegro_id if row.offer else row.product.code if row.product else "",
        url=reverse("syncs:discrepancy", args=[row.pk]),
        tone=TONES[Severity(row.severity)],
        ours=ours,
        theirs=theirs,
        difference=_difference(row),
        text=words.text,
        remedy=words.remedy,
    )


def _title(row: Discrepancy) -> str:
    if row.offer is not None:
        return row.offer.title or row.offer.allegro_id
    return row.product.name if row.product is not None else row.fingerprint


def value_labels(row: Discrepancy) -> tuple[str, str]:
    """Both values for people: ours, Allegro's."""
    return _label(row, row.ours, ours=True), _label(row, row.theirs, ours=False)


def _label(row: Discrepancy, value: str, *, ours: bool) -> str:
    if value == "":
        return _("nothing") if row.kind != DiscrepancyKind.PRICE else "–"
    if row.kind == DiscrepancyKind.PRICE:
        return f"{value} {row.currency}"
    if ours or row.kind == DiscrepancyKind.QUANTITY:
        return _pieces(int(value)) if value.lstrip("-").isdecimal() else value
    return status_label(value)


def _pieces(number: int) -> str:
    return ngettext("%(n)d piece", "%(n)d pieces", number) % {"n": number}


def _difference(row: Discrepancy) -> str:
    if row.difference is None:
        return ""
    if row.kind == DiscrepancyKind.PRICE:
        return f"{row.difference:+.2f} {row.currency}"
    return f"{int(row.difference):+d}"
