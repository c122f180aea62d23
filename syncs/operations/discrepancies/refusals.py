"""Why a discrepancy cannot be settled, or not in the chosen way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from core.errors import StateConflict


class NotPossible(StateConflict):
    """The chosen side cannot be written."""

    code = "resolution_not_possible"
    title = gettext_lazy("This cannot be settled in that way")


class AlreadySettled(StateConflict):
    """Somebody, or a check, settled it before."""

    code = "discrepancy_settled"
    title = gettext_lazy("This discrepancy is settled already")
