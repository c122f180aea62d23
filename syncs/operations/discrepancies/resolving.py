"""A discrepancy settled by choosing a side, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from connectors.allegro.errors import NotFound
from core import audit
from core.errors import HubError, StateConflict
from inventory.models import Warehouse
from inventory.operations import set_on_hand
from offers.enums import PushCause
from offers.operations import request_push
from offers.targets import targets_for
from products.models import Product
from products.operations import update_product
from settings_app.allegro import allegro_errors_told
from settings_app.connection import allegro_client
from syncs.comparison import Theirs
from syncs.enums import DiscrepancyKind, DiscrepancyStatus, EntryKind, Resolution
from syncs.locks import lock_discrepancies
from syncs.models import Discrepancy, DiscrepancyEntry, DiscrepancyRule
from syncs.operations.discrepancies.confirming import parts_of
from syncs.operations.discrepancies.findings import entry, values_of
from syncs.queries.choices import Choice, choice_of

# Allegro's value is read again before it is taken over, unless it was just read.
FRESH = timedelta(minutes=5)
_SETTLED = ("status", "resolution", "resolved_by", "resolved_at", "ignored_until")


class NotPossible(StateConflict):
    """The chosen side cannot be written."""

    code = "resolution_not_possible"
    title = gettext_lazy("This cannot be settled in that way")


class AlreadySettled(StateConflict):
    """Somebody, or a check, settled it before."""

    code = "discrepancy_settled"
    title = gettext_lazy("This discrepancy is settled already")


def resolve(
    *,
    discrepancy: Discrepancy,
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    comment: str = "",
    until: datetime | None = None,
    seen: str | None = None,
    rule: DiscrepancyRule | None = None,
) -> Discrepancy:
    """Settle an open discrepancy by a side; one transaction for the write, its history and the audit.

    OURS asks for a push of the offer's stock. ALLEGRO sets our stock (the fewest pieces, in one
    warehouse) or our price, after Allegro's value was read again. IGNORE writes nothing, and holds
    until ``until`` (None: until it grows worse). ``seen`` is Allegro's value as the person saw it;
    :class:`~core.errors.StateConflict` when it has moved. Raises :class:`NotPossible` with the reason,
    :class:`AlreadySettled`.
    """
    if resolution == Resolution.ALLEGRO and not _is_fresh(discrepancy, now):
        read_again(discrepancy=discrepancy, now=now)
    with transaction.atomic():
        row = _locked(discrepancy)
        if row.is_settled:
            raise AlreadySettled(remedy=_("Look at its history."))
        if seen is not None and seen != row.theirs:
            raise StateConflict(
                _("Allegro shows %(now)s now, not %(then)s.")
                % {"now": row.theirs or "–", "then": seen or "–"},
                remedy=_("Look at both values, then choose again."),
            )
        choice = choice_of(row, resolution)
        if not choice.possible:
            raise NotPossible(choice.obstacle, remedy=choice.remedy)
        before, after = _WRITES[resolution](row, choice, actor, now)
        _settle(row, resolution, actor, now, until)
        kind = EntryKind.IGNORED if resolution == Resolution.IGNORE else EntryKind.RESOLVED
        entry(
            row,
            kind,
            now=now,
            actor=actor,
            rule=rule,
            comment=comment,
            before={**values_of(row), **before},
            after={"resolution": resolution, **after},
        ).save()
        _audited(
            "discrepancy.resolved", row, actor, now, before, {"resolution": resolution, **after}
        )
    return row


@dataclass(slots=True)
class BulkReport:
    """What became of each; ``refused`` with the reason."""

    done: list[int] = field(default_factory=list)
    refused: list[tuple[Discrepancy, HubError]] = field(default_factory=list)


def resolve_many(
    *,
    discrepancies: Sequence[Discrepancy],
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    comment: str = "",
    until: datetime | None = None,
    rule: DiscrepancyRule | None = None,
) -> BulkReport:
    """:func:`resolve` for each; one that cannot be settled does not keep the others."""
    report = BulkReport()
    for one in discrepancies:
        try:
            resolve(
                discrepancy=one,
                resolution=resolution,
                actor=actor,
                now=now,
                comment=comment,
                until=until,
                rule=rule,
            )
        except HubError as error:
            report.refused.append((one, error))
        else:
            report.done.append(one.pk)
    return report


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
        row = _locked(discrepancy)
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


@transaction.atomic
def take_back(
    *, discrepancy: Discrepancy, actor: User, now: datetime, comment: str = ""
) -> Discrepancy:
    """Open it again, and give back what taking Allegro's value changed here.

    The former stock or price returns only while it is what we made it; else
    :class:`~core.errors.StateConflict`. What was sent to Allegro cannot be taken back from here:
    :class:`NotPossible`.
    """
    row = _locked(discrepancy)
    restored: dict[str, Any] = {}
    if row.resolution == Resolution.ALLEGRO:
        restored = _restore(row, actor, now)
    elif row.status != DiscrepancyStatus.IGNORED:
        raise NotPossible(
            _("Only what was ignored, or taken from Allegro, can be taken back."),
            remedy=_("Change the stock or the price here; it is sent to Allegro again."),
        )
    before = {"status": row.status, "resolution": row.resolution}
    row.status, row.resolution = DiscrepancyStatus.OPEN, ""
    row.resolved_by = row.resolved_at = row.ignored_until = None
    row.save(update_fields=[*_SETTLED])
    entry(
        row,
        EntryKind.UNDONE,
        now=now,
        actor=actor,
        comment=comment,
        before=before,
        after={"status": row.status, **restored},
    ).save()
    _audited("discrepancy.taken_back", row, actor, now, before, {"status": row.status, **restored})
    return row


def can_be_taken_back(row: Discrepancy) -> bool:
    """Whether :func:`take_back` is for it. What moved since is only found out by trying."""
    return row.status == DiscrepancyStatus.IGNORED or (
        row.status == DiscrepancyStatus.RESOLVED and row.resolution == Resolution.ALLEGRO
    )


def _restore(row: Discrepancy, actor: User, now: datetime) -> dict[str, Any]:
    line: DiscrepancyEntry = row.entries.filter(kind=EntryKind.RESOLVED).order_by("-pk")[:1].get()
    before, after = line.before or {}, line.after or {}
    if "price" in after:
        _restore_price(row, before["price"], after["price"], actor, now)
        return {"price": before["price"]}
    set_on_hand(
        organization_id=row.organization_id,
        product_id=after["product"],
        warehouse=Warehouse.objects.get(organization_id=row.organization_id, pk=after["warehouse"]),
        on_hand=before["on_hand"],
        expected=after["on_hand"],
        reason=_("Difference with Allegro, taken back"),
        actor=actor,
        now=now,
        key=f"discrepancy:{row.pk}:back:{line.pk}",
    )
    return {"on_hand": before["on_hand"]}


def _restore_price(
    row: Discrepancy, former: str | None, ours: str, actor: User, now: datetime
) -> None:
    product = _product(row)
    if product.selling_price != Decimal(ours):
        raise StateConflict(
            _("The price is %(now)s now, not %(then)s.")
            % {"now": product.selling_price, "then": ours},
            remedy=_("Change the product's price yourself."),
        )
    update_product(
        product=product,
        values={"selling_price": None if former is None else Decimal(former)},
        actor=actor,
        now=now,
        expected_version=product.version,
    )


def _product(row: Discrepancy) -> Product:
    assert row.product_id is not None
    found: Product = Product.objects.get(organization_id=row.organization_id, pk=row.product_id)
    return found


Written = tuple[dict[str, Any], dict[str, Any]]


def _send_ours(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    assert row.offer_id is not None
    wishes = request_push(
        organization_id=row.organization_id,
        offer_ids=[row.offer_id],
        reason=PushCause.DIFFERENCE,
        actor=actor,
        now=now,
    )
    if not wishes:
        raise NotPossible(
            _("This account may not write stock to Allegro."),
            remedy=_("Open the account under Integrations and allow it there."),
        )
    return {}, {}


def _take_theirs(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    if choice.price is not None:
        return _take_price(row, choice.price, actor, now)
    return _take_stock(row, choice, actor, now)


def _take_price(row: Discrepancy, price: Decimal, actor: User | None, now: datetime) -> Written:
    product = _product(row)
    former = product.selling_price
    update_product(
        product=product,
        values={"selling_price": price},
        actor=actor,
        now=now,
        expected_version=product.version,
    )
    return {"price": None if former is None else str(former)}, {"price": str(price)}


def _take_stock(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    change = choice.stock
    assert change is not None
    set_on_hand(
        organization_id=row.organization_id,
        product_id=change.product_id,
        warehouse=change.warehouse,
        on_hand=change.after,
        expected=change.before,
        reason=_("Allegro's number taken over, offer %(offer)s")
        % {"offer": row.offer.allegro_id if row.offer else ""},
        actor=actor,
        now=now,
        key=f"discrepancy:{row.pk}:{now.isoformat()}",
    )
    target = targets_for(integration=row.integration, offer_ids=[row.offer_id or 0])
    reached = target[row.offer_id or 0]
    if reached.quantity != int(row.theirs):
        raise NotPossible(
            _("With Allegro's number the offer would show %(got)s, not %(wanted)s.")
            % {"got": reached.quantity, "wanted": row.theirs},
            remedy=_("Look at the offer's products and the account's settings."),
        )
    place = {"warehouse": change.warehouse.pk, "product": change.product_id}
    return {"on_hand": change.before, **place}, {"on_hand": change.after, **place}


def _leave(row: Discrepancy, choice: Choice, actor: User | None, now: datetime) -> Written:
    return {}, {}


_WRITES: dict[Resolution, Callable[[Discrepancy, Choice, User | None, datetime], Written]] = {
    Resolution.OURS: _send_ours,
    Resolution.ALLEGRO: _take_theirs,
    Resolution.IGNORE: _leave,
}


def _settle(
    row: Discrepancy,
    resolution: Resolution,
    actor: User | None,
    now: datetime,
    until: datetime | None,
) -> None:
    ignored = resolution == Resolution.IGNORE
    row.status = DiscrepancyStatus.IGNORED if ignored else DiscrepancyStatus.RESOLVED
    row.resolution, row.resolved_by, row.resolved_at = resolution, actor, now
    row.ignored_until = until if ignored else None
    row.save(update_fields=[*_SETTLED])


def _is_fresh(row: Discrepancy, now: datetime) -> bool:
    return row.confirmed_at is not None and now - row.confirmed_at < FRESH


def _locked(discrepancy: Discrepancy) -> Discrepancy:
    found = lock_discrepancies(organization_id=discrepancy.organization_id, pks=[discrepancy.pk])
    return found[0]


def _audited(
    action: str,
    row: Discrepancy,
    actor: User | None,
    now: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        action=action,
        target=row,
        actor=actor,
        organization_id=row.organization_id,
        now=now,
        before=before,
        after=after,
    )
