"""EAN-13 numbers with a right check digit."""

from __future__ import annotations


def check_digit(first_twelve: str) -> str:
    """The thirteenth digit (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first_twelve))
    return str(-total % 10)


def ean13(number: int) -> str:
    """A Polish number (prefix 590) for a running number below one thousand million."""
    body = f"590{number % 1_000_000_000:09d}"
    return body + check_digit(body)
