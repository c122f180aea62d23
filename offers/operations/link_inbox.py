"""Settling offers without a product, one by one or many at once, with a way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.errors import StateConflict
from core.outbox import publish
from offers.enums import LinkSource, LinkState, SuggestedBy
from offers.locks import lock_offers
from offers.models import LinkBatch, LinkSuggestion, Offer, OfferLink
from offers.operations.linking import link_offers, tell_linked

# Offers named in one message; handlers take them in one piece.
TOLD = 1_000


class NothingSuggested(StateConflict):
    """There is no such suggestion (any more)."""

    code = "nothing_suggested"
    title = gettext_lazy("Nothing to link")


class AlreadyUndone(StateConflict):
    """The links of this batch were taken back already."""

    code = "already_undone"
    title = gettext_lazy("Taken back already")


@transaction.atomic
def link_suggested(
    *, organization: Organization, why: SuggestedBy, upto: int, actor: User, now: datetime
) -> LinkBatch:
    """Make links of all suggestions of one kind with ids up to ``upto``, the newest one seen.

    One piece per sold unit. The links count as chosen by the person. Audits each offer, publishes
    ``offer.linked``. Raises :class:`NothingSuggested`.
    """
    wanted = LinkSuggestion.objects.for_organization(organization).filter(why=why, pk__lte=upto)
    return _link(organization, list(wanted), why, actor, now)


@transaction.atomic
def link_picked(
    *, organization: Organization, offer_ids: Collection[int], actor: User, now: datetime
) -> list[LinkBatch]:
    """:func:`link_suggested` for chosen offers, a batch per kind. Raises :class:`NothingSuggested`."""
    wanted = LinkSuggestion.objects.for_organization(organization).filter(offer_id__in=offer_ids)
    kinds: dict[str, list[LinkSuggestion]] = {}
    for one in wanted:
        kinds.setdefault(one.why, []).append(one)
    if not kinds:
        raise NothingSuggested(remedy=_("Tick offers that have a suggestion."))
    return [_link(organization, kinds[why], SuggestedBy(why), actor, now) for why in sorted(kinds)]


def _link(
    organization: Organization,
    suggestions: Sequence[LinkSuggestion],
    why: SuggestedBy,
    actor: User,
    now: datetime,
) -> LinkBatch:
    ids = [one.offer_id for one in suggestions]
    held = set(lock_offers(organization_id=organization.pk, offer_ids=ids))
    # What somebody linked meanwhile has lost its suggestion.
    still = LinkSuggestion.objects.filter(pk__in=[one.pk for one in suggestions], offer__in=held)
    rows = list(still.select_related("offer", "product"))
    if not rows:
        raise NothingSuggested(remedy=_("Load the page again; somebody was faster."))
    batch = LinkBatch.objects.create(
        organization=organization, why=why, links=len(rows), made_at=now, made_by=actor
    )
    OfferLink.objects.bulk_create(
        OfferLink(
            organization=organization,
            offer=one.offer,
            product=one.product,
            source=LinkSource.PERSON,
            linked_by=actor,
            linked_at=now,
            batch=batch,
        )
        for one in rows
    )
    linked = [one.offer_id for one in rows]
    Offer.objects.filter(pk__in=linked).update(link_state=LinkState.LINKED, updated_at=now)
    still.delete()
    audit.record_many(
        action="offer.linked",
        targets=[one.offer for one in rows],
        actor=actor,
        organization_id=organization.pk,
        now=now,
        after={"batch": batch.pk, "why": why.value},
    )
    _tell_linked(organization, linked)
    return batch


@transaction.atomic
def undo_batch(*, batch: LinkBatch, actor: User, now: datetime) -> int:
    """Take the links of a batch back; returns how many offers are without a product again.

    A link somebody changed since stays. Audits, publishes ``offer.changed``. Raises
    :class:`AlreadyUndone`.
    """
    taken = LinkBatch.objects.filter(pk=batch.pk, undone_at=None)
    if not taken.update(undone_at=now, undone_by=actor):
        raise AlreadyUndone(remedy=_("Nothing needs to be done."))
    links = OfferLink.objects.filter(batch=batch, linked_at=batch.made_at)
    ids = lock_offers(
        organization_id=batch.organization_id,
        offer_ids=list(links.values_list("offer_id", flat=True)),
    )
    links.filter(offer__in=ids).delete()
    freed = Offer.objects.filter(pk__in=ids, links=None)
    offers = list(freed)
    freed.update(link_state=LinkState.UNLINKED, updated_at=now)
    audit.record_many(
        action="offer.unlinked",
        targets=offers,
        actor=actor,
        organization_id=batch.organization_id,
        now=now,
        after={"batch": batch.pk},
    )
    _tell_changed(offers)
    link_offers(
        organization_id=batch.organization_id, offer_ids=[one.pk for one in offers], now=now
    )
    return len(offers)


@transaction.atomic
def ignore_offers(
    *, organization: Organization, offer_ids: Collection[int], actor: User, now: datetime
) -> int:
    """Leave offers without a product on purpose; returns how many. Linked ones are left out.

    Nothing automatic links them until :func:`recognise_again`. Audits.
    """
    ids = lock_offers(organization_id=organization.pk, offer_ids=list(offer_ids))
    offers = list(
        Offer.objects.filter(pk__in=ids).exclude(
            link_state__in=[LinkState.LINKED, LinkState.IGNORED]
        )
    )
    chosen = [one.pk for one in offers]
    Offer.objects.filter(pk__in=chosen).update(link_state=LinkState.IGNORED, updated_at=now)
    LinkSuggestion.objects.filter(offer_id__in=chosen).delete()
    audit.record_many(
        action="offer.ignored",
        targets=offers,
        actor=actor,
        organization_id=organization.pk,
        now=now,
    )
    return len(offers)


def _tell_linked(organization: Organization, offer_ids: Sequence[int]) -> None:
    for first in range(0, len(offer_ids), TOLD):
        tell_linked(organization_id=organization.pk, offer_ids=offer_ids[first : first + TOLD])


def _tell_changed(offers: Sequence[Offer]) -> None:
    by_account: dict[int, list[int]] = {}
    for one in offers:
        by_account.setdefault(one.integration_id, []).append(one.pk)
    for integration_id, ids in by_account.items():
        publish(
            topic="offer.changed",
            payload={"integration_id": integration_id, "offer_ids": ids},
            organization_id=offers[0].organization_id,
        )
