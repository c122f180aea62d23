"""Offers, the stock on its way to them, and those being created, for operators."""

from offers.admin import content, fields, offers, publications, stock, suggestions, values

__all__ = ["content", "fields", "offers", "publications", "stock", "suggestions", "values"]
