"""Codes of currencies."""

from __future__ import annotations


def is_currency(text: str) -> bool:
    """Whether it can be an ISO code: three letters."""
    return len(text) == 3 and text.isascii() and text.isalpha()
