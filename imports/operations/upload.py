"""Taking a file in: to disk in pieces, hashed on the way, then a job that stages it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.hints import hint
from imports.enums import ImportStage, StockMeaning
from imports.errors import FileRefused, FileTooLarge
from imports.models import ImportJob, SupplierFeed

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from settings_app.models import Supplier


class Chunked(Protocol):
    """What Django's uploaded and stored files have in common."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


def upload(
    *,
    organization: Organization,
    file: Chunked,
    file_name: str,
    supplier: Supplier | None = None,
    feed: SupplierFeed | None = None,
    stock_meaning: str = StockMeaning.MINIMUM,
    actor: User | None,
    now: datetime,
) -> ImportJob:
    """Store the file and make the job that will read it in the background.

    Raises :class:`FileTooLarge` past ``IMPORT_CSV_MAX_SIZE`` bytes and :class:`FileRefused` for an
    empty file; nothing is left behind then. A file of the same bytes is noted on the job, not refused.
    """
    path = f"imports/{organization.pk}/{uuid.uuid4().hex}"
    target = stored(path)
    try:
        size, digest = _store(file, target)
        if size == 0:
            raise FileRefused(
                _("The file is empty (0 bytes)."), remedy=_("Export it again and look inside.")
            )
        with transaction.atomic():
            job = _make_job(
                organization=organization,
                uploaded_by=actor,
                supplier=supplier,
                feed=feed,
                file_name=_safe_name(file_name),
                storage_path=path,
                sha256=digest,
                size=size,
                stock_meaning=stock_meaning,
                next_attempt_at=now,
            )
            record(
                action="import.uploaded",
                target=job,
                actor=actor,
                organization_id=organization.pk,
                now=now,
                after={"file_name": job.file_name, "sha256": digest, "size": size},
            )
            hint_imports()
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return job


def stored(path: str) -> Path:
    """Where a stored file lies on disk."""
    return Path(settings.MEDIA_ROOT) / path


def hint_imports() -> None:
    """Have a worker look for due imports after this transaction commits."""
    from imports.tasks import run_due

    hint(run_due)


def _store(file: Chunked, target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    limit = settings.IMPORT_CSV_MAX_SIZE
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for chunk in file.chunks():
            size += len(chunk)
            if size > limit:
                raise FileTooLarge(
                    _("The file is larger than %(limit)d MB.") % {"limit": limit // 1024**2},
                    remedy=_("Divide it into several files, or leave out columns."),
                )
            digest.update(chunk)
            out.write(chunk)
    return size, digest.hexdigest()


def _make_job(**values: Any) -> ImportJob:
    same = (
        ImportJob.objects.for_organization(values["organization"])
        .filter(sha256=values["sha256"])
        .exclude(stage__in=[ImportStage.CANCELLED, ImportStage.REFUSED])
        .order_by("-pk")
        .first()
    )
    job: ImportJob = ImportJob.objects.create(same_file_as=same, **values)
    return job


def _safe_name(name: str) -> str:
    base = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in base if c.isprintable())[-255:] or "file.csv"
