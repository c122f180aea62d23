"""The account, marketplaces and categories."""

from __future__ import annotations

from typing import Any, TypedDict

from connectors.allegro.types.shapes import Ref


class Company(TypedDict, total=False):
    """The company behind a seller account."""

    name: str | None
    taxId: str | None


class Me(TypedDict, total=False):
    """The account a token belongs to."""

    id: str
    login: str
    email: str | None
    baseMarketplace: Ref | None
    company: Company | None
    features: list[str] | None


class Currency(TypedDict, total=False):
    """A currency of a marketplace."""

    code: str


class MarketplaceCurrencies(TypedDict, total=False):
    """Base currency, and those offers from elsewhere may use."""

    base: Currency | None
    additional: list[Currency] | None


class Marketplace(TypedDict, total=False):
    """One of Allegro's sites."""

    id: str
    currencies: MarketplaceCurrencies | None
    languages: dict[str, Any] | None
    shippingCountries: list[dict[str, str]] | None


class Category(TypedDict, total=False):
    """A node of the category tree; offers are listed in leaves."""

    id: str
    name: str
    leaf: bool | None
    parent: Ref | None
    options: dict[str, Any] | None


class CategoryParameter(TypedDict, total=False):
    """A parameter an offer in the category may or must carry."""

    id: str
    name: str
    type: str
    required: bool | None
    requiredForProduct: bool | None
    unit: str | None
    options: dict[str, Any] | None
    restrictions: dict[str, Any] | None
    dictionary: list[dict[str, Any]] | None


class MatchingCategory(TypedDict, total=False):
    """A suggested category; ``parent`` is the one above, with its own parent inside."""

    id: str
    name: str
    parent: dict[str, Any] | None
