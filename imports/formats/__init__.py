"""The file formats we know. A format is a module with ``FORMAT``; add it to :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Sequence

from imports.formats import generic
from imports.formats.baselinker import FORMAT as BASELINKER
from imports.formats.bizbox import FORMAT as BIZBOX
from imports.formats.idosell import FORMAT as IDOSELL
from imports.formats.prestashop import FORMAT as PRESTASHOP
from imports.formats.shape import Format
from imports.formats.shoptet import FORMAT as SHOPTET
from imports.formats.woocommerce import FORMAT as WOOCOMMERCE

# Of two formats that know as many names of a header, the one that stands first is taken.
FORMATS: tuple[Format, ...] = (BIZBOX, SHOPTET, IDOSELL, WOOCOMMERCE, PRESTASHOP, BASELINKER)


def recognise(header: Sequence[str]) -> Format | None:
    """The format most of whose columns the header names; None when no format fits."""
    best = max(FORMATS, key=lambda known: known.score(header))
    return best if best.score(header) > 0 else None


def title_of(key: str) -> str:
    """The name of a format for people."""
    if key == generic.KEY:
        return generic.TITLE
    return next((known.title for known in FORMATS if known.key == key), key)
