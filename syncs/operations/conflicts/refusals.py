"""Why a conflict is not resolved, or not in the chosen way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from core.errors import HubError, StateConflict


class ConflictDecided(StateConflict):
    """Somebody else chose before, or both sides agree by now."""

    code = "conflict_decided"
    title = gettext_lazy("This conflict is decided already")


class ConflictMoved(StateConflict):
    """A side has another value than the person looked at."""

    code = "conflict_moved"
    title = gettext_lazy("A value has changed meanwhile")


class ChoiceNotPossible(StateConflict):
    """The chosen value cannot be written."""

    code = "conflict_choice_not_possible"
    title = gettext_lazy("This cannot be resolved in that way")


class UnusableValue(HubError):
    """The typed value is none for the field."""

    status = 422
    code = "conflict_value_unusable"
    title = gettext_lazy("This value cannot be used")
