"""What decides whether a product can become an offer of an account, and what that offer will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import Money


@dataclass(frozen=True, slots=True)
class Filling:
    """What fills a parameter: a value of its dictionary, a text, or a field of the product."""

    value_id: str = ""
    value: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an Allegro category. ``choices`` are (id, words) of its dictionary.

    ``required_with`` names parameters of which one of the values must be chosen, ``required_without``
    those that must be empty, for this one to be required although ``required`` is false.
    """

    id: str
    name: str
    kind: str
    required: bool
    describes_product: bool
    choices: tuple[tuple[str, str], ...] = ()
    custom_values: bool = False
    longest: int = 0
    precision: int | None = None
    unit: str = ""
    required_with: tuple[tuple[str, tuple[str, ...]], ...] = ()
    required_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The Allegro category a product goes to, with its parameters and what fills them.

    ``parameters`` None: they could not be read from Allegro at the moment.
    """

    category_id: str
    path: str = ""
    parameters: tuple[Parameter, ...] | None = ()
    fillings: Mapping[str, Filling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product as far as an offer shows it.

    ``price`` None: there is none to ask, and ``price_reason`` (a :class:`~offers.enums.NotOurs`) says
    why. ``elsewhere`` are the prices the account's rules give on additional marketplaces. ``quantity``
    None: nobody knows how many there are. ``fields`` are the texts parameters can be filled with, by
    field name.
    """

    id: int
    code: str
    title: str
    description: str = ""
    ean: str = ""
    images: tuple[str, ...] = ()
    price: Money | None = None
    price_reason: str = ""
    elsewhere: Mapping[str, Money] = field(default_factory=dict)
    quantity: int | None = None
    tracked: bool = True
    archived: bool = False
    active: bool = True
    our_category: str = ""
    our_category_id: int | None = None
    place: Place | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What every new offer of an account gets; ids are Allegro's, empty when nothing is chosen."""

    integration_id: int
    marketplace: str
    currency: str
    shipping_rates: str = ""
    handling_time: str = "PT24H"
    return_policy: str = ""
    implied_warranty: str = ""
    warranty: str = ""
    producer: str = ""
    safety: str = ""
    before_gpsr: bool = False
    city: str = ""
    post_code: str = ""
    province: str = ""
    country: str = "PL"
    invoice: str = "VAT"
    tax_rate: Decimal | None = None
