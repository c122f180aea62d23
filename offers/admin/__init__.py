"""Offers, the stock on its way to them, and those being created, for operators."""

from offers.admin import fields, offers, publications, stock

__all__ = ["fields", "offers", "publications", "stock"]
