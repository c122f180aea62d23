"""What the columns of a file mean: as somebody of the organization said before, else as a format knows."""

from __future__ import annotations

from collections.abc import Sequence

from imports.formats import generic, recognise
from imports.mapping import mapped_columns
from imports.models import ImportJob
from imports.understanding import Surroundings, Understanding
from settings_app.queries import settings_of

LANGUAGES = {"PL": "pl", "CZ": "cs", "SK": "sk", "HU": "hu"}


def understood(job: ImportJob, header: Sequence[str]) -> Understanding | None:
    """How the header is understood; None when nobody has said and no format knows it."""
    around = Surroundings(
        languages=(LANGUAGES.get(job.organization.country, "cs"), "cs"),
        vat_rate=settings_of(job.organization).default_vat_rate,
    )
    if said := mapped_columns(organization_id=job.organization_id, header=header):
        return generic.understanding_of(header, said, around)
    known = recognise(header)
    return known.understand(header, around) if known else None
