"""Reads of conflicts: which there are, what each choice would write, the pages."""

from __future__ import annotations

from syncs.queries.conflicts.choices import Choice, choice_of, choices_of, typed_value
from syncs.queries.conflicts.inbox import conflict_detail, inbox
from syncs.queries.conflicts.preview import preview, take_back_page
from syncs.queries.conflicts.rows import ConflictView, conflict_view, shown_value
from syncs.queries.conflicts.selection import (
    TABS,
    ConflictFilter,
    chosen,
    conflicts_matching,
    conflicts_of,
    open_count,
)

__all__ = [
    "TABS",
    "Choice",
    "ConflictFilter",
    "ConflictView",
    "choice_of",
    "choices_of",
    "chosen",
    "conflict_detail",
    "conflict_view",
    "conflicts_matching",
    "conflicts_of",
    "inbox",
    "open_count",
    "preview",
    "shown_value",
    "take_back_page",
    "typed_value",
]
