"""What must be in the database, worked out from the sandbox's own state and the files uploaded.

Written without the product's code, so that an error there is not repeated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LONG_OVERDUE = timedelta(days=14)


@dataclass
class Truth:
    """Sets and sums as they should be, over all connected accounts."""

    offers: set[tuple[str, str]] = field(default_factory=set)
    orders: set[tuple[str, str]] = field(default_factory=set)
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    reserved: Counter[str] = field(default_factory=Counter)
    reservations: int = 0


def truth(
    states: Mapping[str, Mapping[str, Any]], connected_at: Mapping[str, datetime], codes: set[str]
) -> Truth:
    """From the sandbox's states by login. ``codes`` are the products' codes."""
    found = Truth()
    for login, state in states.items():
        code_of = {offer["id"]: code_for(offer) for offer in state["offers"]}
        found.offers |= {(login, offer["id"]) for offer in state["offers"]}
        for form in state["orders"]:
            found.orders.add((login, form["id"]))
            takes = takes_stock(form, connected_at[login])
            for line in form["lineItems"]:
                found.lines[line["id"]] = (form["id"], line["quantity"])
                code = code_of[line["offer"]["id"]]
                if takes and code in codes:
                    found.reserved[code] += line["quantity"]
                    found.reservations += 1
    return found


def code_for(offer: Mapping[str, Any]) -> str:
    """The code under which the file knows an offer: its external id, else one made from the EAN."""
    return str(offer["externalId"] or f"EAN-{offer['ean']}")


def takes_stock(form: Mapping[str, Any], connected_at: datetime) -> bool:
    """Whether an order holds stock: not cancelled, not shipped, and not long overdue when connected."""
    if form["status"] == "CANCELLED" or form["fulfillment"]["status"] in (
        "CANCELLED", "SENT", "PICKED_UP", "RETURNED",
    ):  # fmt: skip
        return False
    bought = min(moment(line["boughtAt"]) for line in form["lineItems"])
    if bought >= connected_at:
        return True
    time = (form["delivery"] or {}).get("time") or {}
    by = (time.get("dispatch") or {}).get("to")
    return (moment(by) if by else bought) >= connected_at - LONG_OVERDUE


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- files ---------------------------------------------------------------------------------------

HEADER = (
    "code;name:cs;description:cs;brand;manufacturer;supplier;purchasePrice;purchasePriceTaxRate;"
    "purchasePriceCurrency;ean;weight;material;origin;bigImages;stock:onHand:sklad;active;"
    "defaultCategory;seoTitle:cs"
)


def bizbox_file(
    offers: Iterable[Mapping[str, Any]], *, edition: int, on_hand: Mapping[str, int] | None = None
) -> tuple[bytes, Counter[str]]:
    """A BizBox file with a product for each offer, and the pieces it says are on hand.

    Every edition has other prices and other stock, unless ``on_hand`` names the pieces.
    """
    pieces: Counter[str] = Counter()
    lines = [HEADER]
    for number, offer in enumerate(offers, start=1):
        code = code_for(offer)
        own = 100 + (number * 7 + edition * 31) % 90
        pieces[code] = own if on_hand is None else on_hand[code]
        lines.append(
            f"{code};{offer['name'].replace(';', ',')};<p>Popis zboží číslo {number}</p>;Zababa;"
            f"Zababa s.r.o.;Dodavatel {number % 5};{100 + (number + edition) % 900},50;21;CZK;"
            f"{offer['ean']};0,350;smalt;CZ;https://img.example/{number}.jpg;{pieces[code]};1;"
            f"Kuchyně > Hrnky {number % 40};Hrnek {number}"
        )
    return ("\r\n".join(lines) + "\r\n").encode(), pieces
