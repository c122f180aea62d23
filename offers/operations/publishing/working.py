"""Creating an account's offers: one worker per account, every offer once, nothing in doubt for long."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from connectors.allegro import AllegroError, AuthError, RateLimited
from core.enums import WorkState
from core.errors import HubError
from core.hints import hint
from core.work import claim_due, due
from offers.enums import Field, PublicationReason
from offers.locks import account_publisher
from offers.models import Publication
from offers.operations.publishing.desk import Desk
from offers.operations.publishing.following import follow, look_for
from offers.operations.publishing.recording import record_created
from offers.operations.publishing.sending import send
from offers.operations.publishing.settling import park, try_again, wait
from offers.waiting import wait_a_moment
from settings_app.connection import allegro_client
from settings_app.models import Integration
from settings_app.operations.health import record_sync_failure
from settings_app.queries import StockStop, offer_stop

log = structlog.get_logger(__name__)

# Few enough to be worked on within a claim, many enough to be read for together.
CHUNK = 20
LEASE = timedelta(minutes=10)
# A worker is looked for after so long, in case the one that has the rows was killed.
LOOK_AFTER = timedelta(seconds=20)
REST = timedelta(minutes=1)
# Whatever Allegro answers, after a day a person looks.
GIVE_UP_AFTER = timedelta(days=1)


def hint_due_publishers() -> int:
    """Hint the worker of every account with offers to create or to follow; returns how many."""
    now = timezone.now()
    rows = Publication.objects.all()
    left = rows.filter(state=WorkState.RUNNING, claimed_until__lt=now + LEASE - LOOK_AFTER)
    accounts = {
        *due(rows, now=now).order_by().values_list("integration_id", flat=True).distinct(),
        *left.order_by().values_list("integration_id", flat=True).distinct(),
    }
    for integration_id in sorted(accounts):
        hint_publisher(integration_id=integration_id)
    return len(accounts)


def hint_publisher(*, integration_id: int) -> None:
    """Have a worker create what is due of this account after commit."""
    from offers.tasks import publish_account as task

    hint(task, integration_id=integration_id)


def publish_account(
    *, integration_id: int, seconds: float = 20.0, doubt_for: timedelta | None = None
) -> int:
    """Create and follow the account's due offers for up to ``seconds``; returns how many were looked at.

    A second worker of the same account returns 0. Killed at any moment, no offer is made twice: what
    was being sent is looked for at Allegro for ``doubt_for`` (the installation's setting) before it
    is sent again. While a switch forbids writing, nothing new is sent, and what was sent is followed.
    """
    with account_publisher(integration_id=integration_id) as ours:
        if not ours:
            return 0
        _take_over(integration_id)
        integration: Integration = Integration.objects.select_related("organization").get(
            pk=integration_id
        )
        doubt = doubt_for or timedelta(seconds=settings.PUBLISH_DOUBT_SECONDS)
        with allegro_client(integration=integration) as client:
            return _publish(Desk(integration, client, doubt), time.monotonic() + seconds)


def _publish(desk: Desk, until: float) -> int:
    looked = 0
    while time.monotonic() < until:
        stop = offer_stop(integration_id=desk.integration.pk, field=Field.TITLE)
        if stop:
            _rest(desk.integration)
        rows = _open(desk.integration)
        if stop:
            rows = rows.exclude(sent_at=None)
        publications: list[Publication] = (
            claim_due(rows, now=timezone.now(), limit=CHUNK, lease=LEASE)
            if stop != StockStop.NOT_WORKING
            else []
        )
        if publications:
            looked += len(publications)
            if not _worked(publications, desk, until):
                return looked
        elif not wait_a_moment([_open(desk.integration)], until=until):
            return looked
    return looked


def _take_over(integration_id: int) -> None:
    """Make due what a killed worker had claimed: who holds the account's lock is the only one at work."""
    Publication.objects.filter(integration_id=integration_id, state=WorkState.RUNNING).update(
        state=WorkState.PENDING, claimed_until=None, next_attempt_at=timezone.now()
    )


def _worked(publications: Sequence[Publication], desk: Desk, until: float) -> bool:
    """Work on claimed rows; False when the account had better be left alone for now."""
    try:
        desk.take(publications)
    except HubError as error:  # Allegro does not say what it asks of offers
        log.warning("publications wait", integration_id=desk.integration.pk, code=error.code)
        now = timezone.now()
        for publication in publications:
            wait(publication, PublicationReason.AWAY, now=now, seconds=REST.total_seconds())
        return False
    for number, publication in enumerate(publications):
        if number and time.monotonic() >= until:
            _give_back(publications[number:])
            return True
        if not _survived(publication, desk):
            _give_back(publications[number + 1 :])
            return False
    return True


def _survived(publication: Publication, desk: Desk) -> bool:
    """Work on one row; False when the account had better be left alone for now."""
    try:
        _work_on(publication, desk)
    except AllegroError as error:
        return _of_error(publication, error, desk)
    except Exception as error:
        retryable = bool(getattr(error, "retryable", False))
        if not retryable:
            log.exception("publication failed", publication_id=publication.pk)
        reason = PublicationReason.AWAY if retryable else PublicationReason.FAILED
        try_again(publication, error, reason=reason, now=timezone.now())
    return True


def _work_on(publication: Publication, desk: Desk) -> None:
    if publication.operation_id:
        follow(publication, desk)
    elif publication.sent_at is None:
        send(publication, desk)
    elif publication.allegro_id:
        record_created(publication, desk, reason=PublicationReason.PUBLISHED)
    else:
        look_for(publication, desk)


def _of_error(publication: Publication, error: AllegroError, desk: Desk) -> bool:
    """What a failed look at Allegro means; False when it is about the whole account."""
    now = timezone.now()
    if _is_old(publication, now):
        park(publication, PublicationReason.NO_RESULT, [("NO_RESULT", str(error), "")], error=error)
        return True
    reasons = ((RateLimited, PublicationReason.LIMIT), (AuthError, PublicationReason.SIGN_IN))
    reason = next((one for kind, one in reasons if isinstance(error, kind)), PublicationReason.AWAY)
    if reason == PublicationReason.AWAY and publication.sent_at is not None:
        reason = PublicationReason(publication.reason)
    wait(
        publication,
        reason,
        now=now,
        seconds=error.retry_after or 30.0,
        last_error=str(error)[:4000],
        last_trace_id=error.trace_id[:128],
    )
    record_sync_failure(integration=desk.integration, error=error, now=now)
    return not isinstance(error, RateLimited | AuthError)


def _is_old(publication: Publication, now: datetime) -> bool:
    return publication.sent_at is not None and now - publication.sent_at > GIVE_UP_AFTER


def _give_back(publications: Sequence[Publication]) -> None:
    now = timezone.now()
    for publication in publications:
        wait(publication, PublicationReason(publication.reason), now=now, seconds=0.0)


def _open(integration: Integration) -> QuerySet[Any]:
    return Publication.objects.filter(integration=integration)


def _rest(integration: Integration) -> None:
    now = timezone.now()
    _open(integration).filter(
        state=WorkState.PENDING, sent_at=None, next_attempt_at__lte=now
    ).update(next_attempt_at=now + REST, reason=PublicationReason.STOPPED)
