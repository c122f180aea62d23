"""Files fetched by themselves: what a person sets, and the looks at the supplier's address.

A look asks for what has changed only, writes it to disk piece by piece, and takes it in like an upload. The
new version and the import that holds it are written together, so a worker killed in between fetches again
and nothing is missed; the same bytes never make a second import.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connectors.guarded_fetch import FetchFailed, FetchRefused, Rules, Version, download
from core import audit
from core.enums import WorkState
from core.errors import HubError, StateConflict
from core.hints import hint
from core.sealed import unseal
from core.work import DrainReport, claimed, drain, postpone
from core.work.settling import backoff
from imports.models import SupplierFeed
from imports.operations.upload import stored, upload
from notifications.enums import Event, Severity
from notifications.operations import notify, settle

if TYPE_CHECKING:
    from accounts.models import User
    from settings_app.models import Supplier

# One look may take as long as a large file from a slow host takes.
LEASE = timedelta(minutes=10)
SLOWEST = 480.0
TELL_AFTER = 3
CHUNK = 256 * 1024


class NoAddress(StateConflict):
    """The supplier has no address to look at."""

    code = "supplier_has_no_feed_url"
    title = gettext_lazy("There is nothing to fetch")


def save_feed(
    *, supplier: Supplier, switched_on: bool, values: Mapping[str, Any], actor: User, now: datetime
) -> SupplierFeed:
    """Set how a supplier's file is fetched; switched on, the first look is made at once. Audits.

    Raises :class:`NoAddress` when it is switched on and the supplier has no address.
    """
    if switched_on:
        _need_address(supplier)
    feed: SupplierFeed
    with transaction.atomic():
        feed, created = SupplierFeed.objects.get_or_create(
            supplier=supplier,
            defaults={"organization_id": supplier.organization_id, "state": WorkState.DONE},
        )
        feed = SupplierFeed.objects.select_for_update(of=("self",)).get(pk=feed.pk)
        before = {} if created else {name: getattr(feed, name) for name in values}
        for name, value in values.items():
            setattr(feed, name, value)
        _switch(feed, now, on=switched_on)
        feed.save()
        after = {**values, "switched_on": switched_on}
        audit.record_change("feed.changed", feed, actor, now, before, after)
    return feed


def _switch(feed: SupplierFeed, now: datetime, *, on: bool) -> None:
    """A feed that runs keeps its place; one that starts looks now."""
    if not on:
        feed.state, feed.claimed_until = WorkState.DONE, None
    elif not feed.is_open:
        feed.state, feed.attempts, feed.next_attempt_at = WorkState.PENDING, 0, now
        feed.last_error, feed.failures = "", 0
        _hint()


def look_now(*, feed: SupplierFeed, actor: User, now: datetime) -> None:
    """Have a worker look at the address at once, also at one that was given up. Audits.

    Raises :class:`NoAddress`.
    """
    _need_address(feed.supplier)
    with transaction.atomic():
        due = SupplierFeed.objects.filter(pk=feed.pk).exclude(state=WorkState.RUNNING)
        due.update(state=WorkState.PENDING, attempts=0, next_attempt_at=now, claimed_until=None)
        audit.record_change("feed.asked", feed, actor, now, {}, {})
        _hint()


def look_due(*, seconds: float = 20.0) -> DrainReport:
    """Look at every address whose time has come."""
    feeds = SupplierFeed.objects.all()
    return drain(feeds, _look, limit=1, lease=LEASE, seconds=seconds, related=["supplier"])


def _need_address(supplier: Supplier) -> None:
    if not supplier.feed_url:
        raise NoAddress(
            _("%(supplier)s has no feed address.") % {"supplier": supplier.name},
            remedy=_("Enter the address with the supplier, under Integrations > Suppliers."),
        )


def _look(feed: SupplierFeed) -> None:
    supplier = feed.supplier
    if not (supplier.active and supplier.feed_url):
        claimed(feed).update(state=WorkState.DONE, claimed_until=None)
        return
    path = stored(f"imports/{feed.organization_id}/{uuid.uuid4().hex}.feed")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        version = _fetched(feed, path)
        _take_in(feed, path, version, timezone.now())
    except FetchFailed as error:
        _failed(feed, error, timezone.now())
    except (FetchRefused, HubError) as error:
        _tell(feed, str(error), timezone.now())
        raise
    finally:
        path.unlink(missing_ok=True)


def _fetched(feed: SupplierFeed, path: Path) -> Version | None:
    key = unseal(feed.supplier, "api_key")
    with path.open("wb") as out:
        return download(
            feed.supplier.feed_url,
            rules=Rules(
                max_bytes=settings.IMPORT_CSV_MAX_SIZE,
                hosts=frozenset(settings.FETCH_HOSTS),
                seconds=SLOWEST,
            ),
            write=out.write,
            known=Version(feed.etag, feed.last_modified),
            authorization=f"Bearer {key}" if key else "",
        )


class _Kept:
    """The fetched file in the form an upload has."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(chunk_size or CHUNK):
                yield piece


def _take_in(feed: SupplierFeed, path: Path, version: Version | None, now: datetime) -> None:
    """Make an import of what is new, and set the next look."""
    values: dict[str, Any] = {"looked_at": now, "failures": 0}
    with transaction.atomic():
        if version is not None:
            values |= {"etag": version.etag, "last_modified": version.last_modified}
            digest = _digest(path)
            if digest != feed.sha256:
                upload(
                    organization=feed.organization,
                    file=_Kept(path),
                    file_name=_name_of(feed.supplier),
                    supplier=feed.supplier,
                    feed=feed,
                    actor=None,
                    now=now,
                )
                values |= {"sha256": digest, "brought_at": now}
        claimed(feed).update(**values)
        if not postpone(feed, until=now + timedelta(minutes=feed.minutes)):
            transaction.set_rollback(
                True
            )  # another worker looked meanwhile, or it was switched off
        settle(organization_id=feed.organization_id, dedupe_key=_cause(feed), now=now)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_of(supplier: Supplier) -> str:
    name = PurePosixPath(unquote(urlsplit(supplier.feed_url).path)).name
    return name or f"{supplier.name}.csv"


def _failed(feed: SupplierFeed, error: FetchFailed, now: datetime) -> None:
    """No answer: look again soon, later and later, for as long as the feed is switched on."""
    failures = feed.failures + 1
    pause = min(backoff(failures), timedelta(minutes=feed.minutes))
    with transaction.atomic():
        claimed(feed).update(looked_at=now, failures=failures)
        if postpone(feed, until=now + pause, reason=str(error)) and failures == TELL_AFTER:
            _tell(feed, str(error), now)


def _tell(feed: SupplierFeed, why: str, now: datetime) -> None:
    supplier = feed.supplier.name
    notify(
        organization_id=feed.organization_id,
        event=Event.FEED_FAILED,
        severity=Severity.WARNING,
        title=lambda: _("The file of %(supplier)s could not be fetched") % {"supplier": supplier},
        body=why,
        link=reverse("imports:feeds"),
        dedupe_key=_cause(feed),
        now=now,
    )


def _cause(feed: SupplierFeed) -> str:
    return f"feed:{feed.pk}"


def _hint() -> None:
    from imports.tasks import look_at_feeds

    hint(look_at_feeds)
