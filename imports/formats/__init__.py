"""The file formats we know. A format is a module with ``FORMAT``; add it to :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from imports.errors import FileRefused
from imports.formats.bizbox import FORMAT as BIZBOX
from imports.formats.shape import Format
from imports.understanding import Understanding

FORMATS: tuple[Format, ...] = (BIZBOX,)


def recognise(header: Sequence[str]) -> Format | None:
    """The format most of whose columns the header names; None when no format fits."""
    best = max(FORMATS, key=lambda known: known.score(header))
    return best if best.score(header) > 0 else None


def understand(header: Sequence[str], *, languages: Sequence[str]) -> Understanding:
    """Understand a header by its names alone; raises :class:`FileRefused` when there is no code."""
    known = recognise(header)
    if known is None:
        raise FileRefused(
            _("No column of the first line is named code. It has: %(names)s")
            % {"names": ", ".join(name for name in header if name)[:300] or "–"},
            remedy=_(
                "The first line must name the columns, one of them code. See the format's page."
            ),
        )
    return known.understand(header, languages)


def title_of(key: str) -> str:
    """The name of a format for people."""
    return next((known.title for known in FORMATS if known.key == key), key)
