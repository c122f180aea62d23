"""Offers, and the stock on its way to them, for operators."""

from offers.admin import offers, stock

__all__ = ["offers", "stock"]
