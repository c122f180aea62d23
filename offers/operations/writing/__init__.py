"""Writing values to Allegro: prices, titles, descriptions, pictures, status."""

from __future__ import annotations

from offers.operations.writing.requesting import WantedValue, request_values

__all__ = ["WantedValue", "request_values"]
