"""The catalogue for operators."""

from __future__ import annotations

from products.admin import catalogue, work

__all__ = ["catalogue", "work"]
