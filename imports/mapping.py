"""What somebody of an organization said about the columns of files with one header."""

from __future__ import annotations

from collections.abc import Sequence

from imports.formats import generic
from imports.models import MappedColumn


def mapped_columns(*, organization_id: int, header: Sequence[str]) -> dict[int, str]:
    """The chosen meanings by the place of the column, from 0; empty when nobody has chosen any."""
    found = MappedColumn.objects.filter(
        mapping__organization_id=organization_id, mapping__fingerprint=generic.fingerprint(header)
    )
    return dict(found.values_list("position", "meaning"))
