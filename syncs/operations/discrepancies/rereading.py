"""Allegro's value read once more, because somebody is about to go by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from connectors.allegro.errors import NotFound
from settings_app.allegro import allegro_errors_told
from settings_app.connection import allegro_client
from syncs.comparison import Theirs
from syncs.enums import DiscrepancyKind, EntryKind
from syncs.locks import lock_discrepancy
from syncs.models import Discrepancy
from syncs.operations.discrepancies.confirming import parts_of
from syncs.operations.discrepancies.findings import entry, values_of
from syncs.operations.discrepancies.refusals import NotPossible


def read_again(*, discrepancy: Discrepancy, now: datetime) -> Discrepancy:
    """Read the offer's stock and price at Allegro and keep what they are now.

    Raises ``AllegroAway`` and ``AllegroRefused``, and :class:`NotPossible` for an offer that is gone.
    """
    if discrepancy.offer is None or discrepancy.kind not in _READ:
        return discrepancy
    with allegro_errors_told(), allegro_client(integration=discrepancy.integration) as client:
        try:
            parts = client.offers.parts(discrepancy.offer.allegro_id)
        except NotFound as error:
            raise NotPossible(
                _("Allegro does not know this offer any more."), remedy=_("Start a check.")
            ) from error
    value = _READ[discrepancy.kind](parts_of(parts, status=""))
    if value is None:
        return discrepancy
    with transaction.atomic():
        row = lock_discrepancy(discrepancy)
        row.confirmed_at = now
        if str(value) != row.theirs:
            before = values_of(row)
            row.theirs = str(value)
            row.difference = Decimal(value) - Decimal(row.ours) if row.ours else None
            changed = entry(row, EntryKind.CHANGED, now=now, before=before, after=values_of(row))
            changed.save()
        row.save(update_fields=["theirs", "difference", "confirmed_at"])
    return row


def _price_text(theirs: Theirs) -> str | None:
    return None if theirs.price is None else f"{theirs.price:.2f}"


def _quantity_text(theirs: Theirs) -> str | None:
    return None if theirs.quantity is None else str(theirs.quantity)


_READ: dict[str, Callable[[Theirs], str | None]] = {
    DiscrepancyKind.QUANTITY: _quantity_text,
    DiscrepancyKind.PRICE: _price_text,
}
