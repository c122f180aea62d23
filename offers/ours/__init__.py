"""Our side of every field of an offer: its own value, else what follows from its product, else why none."""

from __future__ import annotations

from offers.ours.computing import Ours, ours_of
from offers.ours.facts import Account, OfferSide, Part
from offers.ours.reading import account_of, sides_of

__all__ = ["Account", "OfferSide", "Ours", "Part", "account_of", "ours_of", "sides_of"]
