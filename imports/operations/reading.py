"""What a person says about how a file is read: its columns, its encoding, its delimiter and quote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from imports.detect import Chosen
from imports.enums import READABLE, ImportStage
from imports.errors import WrongStage
from imports.formats import generic
from imports.locks import lock_job
from imports.models import ColumnMapping, ImportJob, MappedColumn
from imports.operations.decide import make_due
from imports.operations.upload import hint_imports

if TYPE_CHECKING:
    from accounts.models import User


def choose_columns(
    *, job: ImportJob, meanings: Mapping[int, str], actor: User | None, now: datetime
) -> ImportJob:
    """Keep what the columns mean, by place from 0, for files with this header, and read again.

    Audits. Raises :class:`~imports.formats.generic.MappingRefused` for meanings that make no products and
    :class:`WrongStage` once the import is confirmed or over.
    """
    with transaction.atomic():
        locked = _readable(job)
        generic.check(locked.header, meanings)
        mapping, _created = ColumnMapping.objects.update_or_create(
            organization_id=locked.organization_id,
            fingerprint=generic.fingerprint(locked.header),
            defaults={"file_name": locked.file_name, "chosen_by": actor},
        )
        mapping.columns.all().delete()
        MappedColumn.objects.bulk_create(
            MappedColumn(
                organization_id=locked.organization_id,
                mapping=mapping,
                position=place,
                name=locked.header[place][:300],
                meaning=meaning,
            )
            for place, meaning in sorted(meanings.items())
        )
        return _again(
            locked,
            actor,
            now,
            {"columns": {locked.header[place]: one for place, one in meanings.items()}},
        )


def forget_columns(*, job: ImportJob, actor: User | None, now: datetime) -> ImportJob:
    """Drop what was said about files with this header and read again, by a known format if one fits."""
    with transaction.atomic():
        locked = _readable(job)
        ColumnMapping.objects.filter(
            organization_id=locked.organization_id, fingerprint=generic.fingerprint(locked.header)
        ).delete()
        return _again(locked, actor, now, {"columns": None})


def read_again(*, job: ImportJob, chosen: Chosen, actor: User | None, now: datetime) -> ImportJob:
    """Read the file anew in the chosen way; what is left empty is found out again. Audits.

    Raises :class:`WrongStage` once the import is confirmed or over.
    """
    with transaction.atomic():
        locked = _readable(job)
        locked.chosen_encoding = chosen.encoding
        locked.chosen_delimiter = chosen.delimiter
        locked.chosen_quote = chosen.quote
        return _again(locked, actor, now, asdict(chosen))


def _readable(job: ImportJob) -> ImportJob:
    locked = lock_job(job=job)
    if locked.stage not in READABLE:
        raise WrongStage(
            _("How this file is read can no longer be changed."),
            remedy=_("Upload the file again."),
        )
    return locked


def _again(job: ImportJob, actor: User | None, now: datetime, said: dict[str, Any]) -> ImportJob:
    job.stage = ImportStage.UPLOADED
    job.refusal = job.remedy = ""
    make_due(job, now)
    job.save()
    record(
        action="import.read_again",
        target=job,
        actor=actor,
        organization_id=job.organization_id,
        now=now,
        after=said,
    )
    hint_imports()
    return job
