"""Single fields of a product-offer's body, each checked as Allegro checks it."""

from __future__ import annotations

from typing import Any

from sandbox.catalogue import tree
from sandbox.catalogue.delivery import MARKETPLACES
from sandbox.errors import ApiError, invalid
from sandbox.product_sets import no_leaf
from sandbox.stock import OfferError, checked_amount

Body = dict[str, Any]


def available(body: Body) -> int | None:
    stock = body.get("stock")
    if not isinstance(stock, dict) or "available" not in stock:
        return None
    value = stock["available"]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise invalid(422, "stock.available must be a whole number of 0 or more", "stock.available")
    return value


def amount(body: Body, currency: str) -> str | None:
    price = (body.get("sellingMode") or {}).get("price")
    if price is None:
        return None
    return _checked_price(price, currency, "sellingMode.price")


def _checked_price(price: Body, currency: str, path: str) -> str:
    if price.get("currency") != currency:
        raise invalid(422, f"The currency must be {currency}", f"{path}.currency")
    try:
        return checked_amount(price.get("amount", ""), currency)
    except OfferError as error:
        raise ApiError(422, error.code, str(error), path=f"{path}.amount") from error


def elsewhere(body: Body, home: str) -> dict[str, tuple[str, str] | None]:
    """Prices on other marketplaces; None where the offer is taken from one."""
    found: dict[str, tuple[str, str] | None] = {}
    for place, value in (body.get("additionalMarketplaces") or {}).items():
        if place == home:
            raise ApiError(
                422,
                "BaseMarketplaceInAdditionalMarketplacesException",
                "The base marketplace is no additional one",
                path="additionalMarketplaces",
                metadata={"baseMarketplace": home},
            )
        if place not in MARKETPLACES:
            raise ApiError(
                422,
                "UnsupportedAdditionalMarketplaceException",
                f"Unknown marketplace {place}",
                path="additionalMarketplaces",
                metadata={"supportedAdditionalMarketplaces": ", ".join(MARKETPLACES)},
            )
        price = ((value or {}).get("sellingMode") or {}).get("price")
        currency = MARKETPLACES[place][0]
        if price is not None:
            path = f"additionalMarketplaces.{place}.sellingMode.price"
            found[place] = (_checked_price(price, currency, path), currency)
        elif value is None or value.get("sellingMode", {}) is None:
            found[place] = None
    return found


def name(text: Any) -> str:
    if not isinstance(text, str) or not 12 <= len(text) <= 75 or len(text.split()) < 3:
        raise invalid(422, "The name must have 12 to 75 characters and three words", "name")
    return text


def category(category_id: str) -> str:
    if not tree.exists(category_id):
        raise ApiError(
            422,
            "CATEGORY_NOT_EXISTS",
            f"There is no category {category_id}",
            path="category.id",
            metadata={"categoryId": category_id},
        )
    if not tree.category(category_id)["leaf"]:
        raise no_leaf(category_id)
    return category_id


def external(body: Body) -> str | None:
    value = (body.get("external") or {}).get("id")
    if value is not None and (not isinstance(value, str) or len(value) > 100):
        raise invalid(422, "external.id must have at most 100 characters", "external.id")
    return value or None
