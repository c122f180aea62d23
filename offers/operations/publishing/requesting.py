"""Asking for offers to be created, trying again, and calling off what was not sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from core import audit
from core.enums import WorkState
from core.errors import HubError, StateConflict
from offers.candidates import Candidate, Preview, Wanted, preview
from offers.copying import Copy, preview_copies
from offers.enums import Field, PublicationCause, PublicationReason
from offers.models import Publication, PublicationBatch, PublicationPrice, PublicationProblem
from offers.operations.publishing.working import hint_publisher
from offers.stock_reasons import stop_in_words
from settings_app.models import Integration
from settings_app.queries import offer_stop

AT_MOST = 1000


class NothingToPublish(HubError):
    """No product was chosen, or none of them is of this organization."""

    code = "nothing_to_publish"
    title = gettext_lazy("No product was chosen")


class TooMany(HubError):
    """More products than one wish may hold."""

    code = "too_many"
    title = gettext_lazy("Too many products at once")


class CannotPublish(StateConflict):
    """The account may not create offers as things stand."""

    code = "cannot_publish"
    title = gettext_lazy("This account may not create offers now")


def request_publications(
    *,
    integration: Integration,
    wanted: Sequence[Wanted],
    activate: bool,
    actor: User,
    now: datetime,
) -> PublicationBatch:
    """Have these products published in the account; each gets a row that says what becomes of it.

    What is ready is due at once; what is not waits for a person with everything that is in its way,
    and so does what an offer sells already. ``activate`` False makes drafts. Audits, and hints the
    account's worker. Reads Allegro's categories, so never inside a transaction. Raises
    :class:`CannotPublish`, :class:`NothingToPublish`, :class:`TooMany`, ``AllegroAway``.
    """
    refuse_stopped(integration)
    if len(wanted) > AT_MOST:
        raise TooMany(remedy=_("Choose at most %(most)d at once.") % {"most": AT_MOST})
    found = preview(integration=integration, wanted=wanted, activate=activate)
    return _request(integration, found, activate=activate, actor=actor, now=now)


def request_copies(
    *,
    integration: Integration,
    copies: Sequence[Copy],
    activate: bool,
    actor: User,
    now: datetime,
) -> PublicationBatch:
    """Have these offers of other accounts copied into ``integration``; as :func:`request_publications`."""
    refuse_stopped(integration)
    found = preview_copies(integration=integration, copies=copies, activate=activate)
    return _request(integration, found, activate=activate, actor=actor, now=now)


def _request(
    integration: Integration, found: Preview, *, activate: bool, actor: User, now: datetime
) -> PublicationBatch:
    if not found.candidates:
        raise NothingToPublish(remedy=_("Choose products in the list of products."))
    with transaction.atomic():
        batch = PublicationBatch.objects.create(
            organization_id=integration.organization_id,
            integration=integration,
            activate=activate,
            requested_at=now,
            requested_by=actor,
        )
        started = _start(batch, found.ready)
        late = [one for one in found.ready if one.product.id not in started]
        _keep_back(batch, [*found.not_ready, *late])
        audit.record(
            action="offers.publication_requested",
            target=batch,
            actor=actor,
            organization_id=integration.organization_id,
            now=now,
            after={"ready": len(started), "products": len(found.candidates), "activate": activate},
        )
        if started:
            hint_publisher(integration_id=integration.pk)
    return batch


def refuse_stopped(integration: Integration) -> None:
    """Raises :class:`CannotPublish` while a switch forbids creating offers in the account."""
    if stop := offer_stop(integration_id=integration.pk, field=Field.TITLE):
        said, remedy = stop_in_words(stop)
        raise CannotPublish(said, remedy=remedy)


def _start(batch: PublicationBatch, candidates: Sequence[Candidate]) -> set[int]:
    """Rows that are due; gives the products that got one. Another open row of a product wins."""
    Publication.objects.bulk_create([_row(batch, one) for one in candidates], ignore_conflicts=True)
    made = dict(batch.publications.values_list("external_id", "pk"))
    PublicationPrice.objects.bulk_create(
        PublicationPrice(
            organization_id=batch.organization_id,
            publication_id=made[one.product.code],
            marketplace=place,
            price=money.amount,
            currency=money.currency,
        )
        for one in candidates
        if one.product.code in made
        for place, money in one.elsewhere.items()
    )
    return {one.product.id for one in candidates if one.product.code in made}


def _keep_back(batch: PublicationBatch, candidates: Sequence[Candidate]) -> None:
    """Rows that wait for a person, with what is in the way."""
    rows = Publication.objects.bulk_create(
        _row(
            batch,
            one,
            state=WorkState.WAITING_FOR_PERSON,
            reason=PublicationReason.NOT_READY if one.obstacles else PublicationReason.DUPLICATE,
        )
        for one in candidates
    )
    PublicationProblem.objects.bulk_create(
        PublicationProblem(
            organization_id=batch.organization_id,
            publication=row,
            code=code[:80],
            words=words[:1000],
            path=path[:300],
        )
        for row, candidate in zip(rows, candidates, strict=True)
        for code, words, path in _problems(candidate)
    )


def _problems(candidate: Candidate) -> list[tuple[str, str, str]]:
    found = [(one.code, one.words, "") for one in candidate.obstacles]
    if candidate.stands_in_the_way and candidate.duplicate is not None:
        found.append(("DUPLICATE", candidate.duplicate.words, candidate.duplicate.link))
    return found or [("DUPLICATE", _("It is being published already."), "")]


def _row(batch: PublicationBatch, candidate: Candidate, **values: Any) -> Publication:
    product = candidate.product
    return Publication(
        organization_id=batch.organization_id,
        integration_id=batch.integration_id,
        batch=batch,
        product_id=product.id if product.id > 0 else None,
        source_offer_id=candidate.source_offer_id,
        external_id=product.code,
        cause=PublicationCause.CLONE
        if candidate.source_offer_id is not None
        else PublicationCause.PRODUCT,
        activate=batch.activate,
        allow_duplicate=candidate.wanted.although,
        title=product.title[:200],
        price=product.price.amount if product.price else None,
        currency=product.price.currency if product.price else "",
        quantity=candidate.wanted.quantity,
        requested_at=batch.requested_at,
        next_attempt_at=batch.requested_at,
        requested_by_id=batch.requested_by_id,
        **values,
    )


@transaction.atomic
def retry_publications(
    *, publications: QuerySet[Any], actor: User, now: datetime, although: bool = False
) -> int:
    """Try what stopped again from the first attempt; returns how many are due now. Audits once a tenant.

    What is mended is looked at anew. ``although`` publishes even what another offer sells already. What
    was sent without a known result is looked for, and not sent again by this. Rows of a product that
    has another open one stay as they are.
    """
    stopped = publications.filter(
        state__in=[WorkState.WAITING_FOR_PERSON, WorkState.DEAD], offer=None
    )
    count, accounts = 0, set()
    tenants: dict[int, int] = {}
    for row in stopped.order_by("pk").select_for_update(of=("self",)):
        if _has_open_sibling(row):
            continue
        Publication.objects.filter(pk=row.pk).update(
            state=WorkState.PENDING,
            reason=PublicationReason.QUEUED,
            attempts=0,
            next_attempt_at=now,
            finished_at=None,
            last_error="",
            allow_duplicate=row.allow_duplicate or although,
        )
        count += 1
        accounts.add(row.integration_id)
        tenants[row.organization_id] = tenants.get(row.organization_id, 0) + 1
    for organization_id, number in sorted(tenants.items()):
        _audit("offers.publications_retried", organization_id, number, actor, now)
    for integration_id in sorted(accounts):
        hint_publisher(integration_id=integration_id)
    return count


def _has_open_sibling(row: Publication) -> bool:
    siblings = Publication.objects.filter(
        integration_id=row.integration_id, state__in=[WorkState.PENDING, WorkState.RUNNING]
    ).exclude(pk=row.pk)
    same_product = row.product_id is not None and siblings.filter(product_id=row.product_id)
    return bool(same_product) or siblings.filter(external_id=row.external_id).exists()


@transaction.atomic
def cancel_publications(*, publications: QuerySet[Any], actor: User, now: datetime) -> int:
    """Call off what was not sent yet; returns how many. What is at work or was sent goes on. Audits."""
    waiting = publications.filter(state=WorkState.PENDING, sent_at=None) | publications.filter(
        state__in=[WorkState.WAITING_FOR_PERSON, WorkState.DEAD], sent_at=None, allegro_id=""
    )
    tenants = dict.fromkeys(waiting.order_by().values_list("organization_id", flat=True), 0)
    count = 0
    for organization_id in tenants:
        number = waiting.filter(organization_id=organization_id).update(
            state=WorkState.DONE,
            reason=PublicationReason.CANCELLED,
            finished_at=now,
            last_error="",
        )
        count += number
        if number:
            _audit("offers.publications_cancelled", organization_id, number, actor, now)
    return count


def _audit(action: str, organization_id: int, number: int, actor: User, now: datetime) -> None:
    audit.record(
        action=action,
        target=Organization(pk=organization_id),
        actor=actor,
        organization_id=organization_id,
        now=now,
        after={"count": number},
    )
