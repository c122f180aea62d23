"""Prices as they follow from products, rules and exchange rates. Pure: nothing here reads anything."""

from __future__ import annotations

from offers.pricing.computing import Cost, Priced, Step, Terms, listed_price, ruled_price
from offers.pricing.endings import ending_parts, rounded
from offers.pricing.rates import Conversion, Rate, Rates

__all__ = [
    "Conversion",
    "Cost",
    "Priced",
    "Rate",
    "Rates",
    "Step",
    "Terms",
    "ending_parts",
    "listed_price",
    "rounded",
    "ruled_price",
]
