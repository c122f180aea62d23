"""Opening an uploaded file, whatever it is: text as it lies there, a workbook as the text of its sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from imports import workbooks
from imports.detect import Chosen, Detected, check_header, detect, of_sheet

WORKBOOK = "XLSX"


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the text lies and how to read it; ``shown_as`` is what people are told instead of an encoding."""

    path: Path
    detected: Detected
    shown_as: str
    warnings: tuple[str, ...] = ()


def opened(path: Path, *, chosen: Chosen, alive: Callable[[], None]) -> Opened:
    """Look at a stored file; a workbook's sheet is written beside it, once, and used from then on.

    ``alive`` is called every now and then while that takes time. Raises ``FileRefused``.
    """
    if not workbooks.is_workbook(path):
        detected = detect(path, chosen)
        check_header(detected.header)
        return Opened(path, detected, detected.encoding)
    sheet = path.with_suffix(".csv")
    converted = workbooks.convert(path, sheet, alive=alive)
    detected = of_sheet(sheet, workbooks.DELIMITER)
    check_header(detected.header)
    warnings = [_("The sheet %(name)s was read.") % {"name": converted.sheet}]
    if converted.has_formulas:
        warnings.append(
            _("The workbook has formulas; the values count that it was last saved with.")
        )
    return Opened(sheet, detected, WORKBOOK, tuple(warnings))
