"""Why a file, a row or a step of an import is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as _

from core.errors import HubError, StateConflict

SHOWN = 120


class FileRefused(HubError):
    """The whole file cannot be imported. Trying again with the same bytes cannot help."""

    status = 422
    code = "file_refused"
    title = _("The file cannot be imported")


class FileTooLarge(FileRefused):
    """The file is over ``IMPORT_CSV_MAX_SIZE`` bytes."""

    status = 413
    code = "file_too_large"
    title = _("The file is too large")


class WrongStage(StateConflict):
    """The import is not at the step the caller wants to leave."""

    code = "wrong_stage"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, where, and what to do."""

    column: str
    value: str
    code: str
    message: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        shown = asdict(self)
        shown["value"] = self.value if len(self.value) <= SHOWN else self.value[:SHOWN] + "…"
        return shown


class BadCell(ValueError):
    """A cell that cannot be read; :mod:`imports.understanding` adds the column and the value."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, str(message), str(remedy)
