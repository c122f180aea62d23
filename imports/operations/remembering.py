"""What the numbers of stock columns are, asked once for each source and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imports.formats.generic import fingerprint
from imports.models import ImportJob, RememberedMeaning


def remembered_meanings(job: ImportJob) -> dict[str, str]:
    """The meanings by kind of column that were confirmed for a file of this header and supplier."""
    found = RememberedMeaning.objects.filter(
        organization_id=job.organization_id,
        supplier=job.supplier,
        fingerprint=fingerprint(job.header),
    )
    return dict(found.values_list("kind", "meaning"))


def are_remembered(job: ImportJob) -> bool:
    """Whether the meaning of every kind of stock column of the file was confirmed before."""
    known = remembered_meanings(job)
    return all(column["kind"] in known for column in job.stock_columns)


def remember_meanings(job: ImportJob, columns: list[Mapping[str, Any]]) -> None:
    """Keep what was confirmed, for the next file of this header and supplier."""
    RememberedMeaning.objects.bulk_create(
        [
            RememberedMeaning(
                organization_id=job.organization_id,
                supplier_id=job.supplier_id,
                fingerprint=fingerprint(job.header),
                kind=column["kind"][:60],
                meaning=column["meaning"],
            )
            for column in columns
        ],
        update_conflicts=True,
        unique_fields=["organization", "fingerprint", "kind", "supplier"],
        update_fields=["meaning", "updated_at"],
    )
