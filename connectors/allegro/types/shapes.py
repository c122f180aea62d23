"""The smallest shapes, shared by all answers."""

from __future__ import annotations

from typing import TypedDict


class Money(TypedDict):
    """Amount as a decimal string and an ISO 4217 currency."""

    amount: str
    currency: str


class Ref(TypedDict, total=False):
    """Any ``{"id": ...}``."""

    id: str


class Named(TypedDict, total=False):
    """Any ``{"id": ..., "name": ...}``."""

    id: str
    name: str | None
