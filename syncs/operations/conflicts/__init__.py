"""Conflicts: resolved by a person's choice, followed until Allegro shows it, taken back."""

from __future__ import annotations

from syncs.operations.conflicts.refusals import (
    ChoiceNotPossible,
    ConflictDecided,
    ConflictMoved,
    UnusableValue,
)
from syncs.operations.conflicts.resolving import ConflictReport, Seen, resolve, resolve_many
from syncs.operations.conflicts.settling import settle_conflicts, settle_waiting
from syncs.operations.conflicts.taking_back import can_be_taken_back, take_back

__all__ = [
    "ChoiceNotPossible",
    "ConflictDecided",
    "ConflictMoved",
    "ConflictReport",
    "Seen",
    "UnusableValue",
    "can_be_taken_back",
    "resolve",
    "resolve_many",
    "settle_conflicts",
    "settle_waiting",
    "take_back",
]
