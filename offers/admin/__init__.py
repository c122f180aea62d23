"""Offers, and the stock on its way to them, for operators."""

from offers.admin import fields, offers, stock

__all__ = ["fields", "offers", "stock"]
