"""Discrepancies: found, discussed, settled, taken back; and the rules for them."""

from __future__ import annotations

from syncs.operations.discrepancies.discussing import (
    EmptyComment,
    NoMember,
    assign,
    comment,
    investigate,
)
from syncs.operations.discrepancies.refusals import AlreadySettled, NotPossible
from syncs.operations.discrepancies.rereading import read_again
from syncs.operations.discrepancies.resolving import BulkReport, resolve, resolve_many
from syncs.operations.discrepancies.rules import (
    InvalidRule,
    add_rule,
    check_rule,
    move_rule,
    remove_rule,
    update_rule,
)
from syncs.operations.discrepancies.taking_back import can_be_taken_back, take_back

__all__ = [
    "AlreadySettled",
    "BulkReport",
    "EmptyComment",
    "InvalidRule",
    "NoMember",
    "NotPossible",
    "add_rule",
    "assign",
    "can_be_taken_back",
    "check_rule",
    "comment",
    "investigate",
    "move_rule",
    "read_again",
    "remove_rule",
    "resolve",
    "resolve_many",
    "take_back",
    "update_rule",
]
