"""Parameters of categories: what an offer must say, what a product must say."""

from __future__ import annotations

from functools import cache
from typing import Any

EAN = "225693"
STATE = "11323"
BRAND = "248811"
COLOUR = "7015"
WEIGHT = "17448"
PIECES = "12212"
SIZE = "129033"

_CLOTHES = "11501"
SIZES = ("S", "M", "L", "XL", "uniwersalny")
NEW = f"{STATE}_1"


@cache
def parameters(category_id: str) -> list[dict[str, Any]]:
    """Parameters of a leaf, to be read and not changed. One set for all keeps the stand-in small.

    Required of every offer is its state, of every product its brand, of clothes their size.
    """
    common = [
        _dictionary(STATE, "Stan", ("Nowy", "Używany", "Powystawowy"), required=True),
        _text(EAN, "EAN (GTIN)", 14, product=True),
        _text(BRAND, "Marka", 40, product=True, required=True),
        _dictionary(COLOUR, "Kolor", ("czarny", "biały", "inny kolor"), product=True),
        _number(WEIGHT, "Waga produktu z opakowaniem jednostkowym", "kg"),
        _whole(PIECES, "Liczba sztuk w ofercie"),
    ]
    if category_id == _CLOTHES:
        common.append(_dictionary(SIZE, "Rozmiar", SIZES, product=True, required=True))
    return common


def missing(category_id: str, given: list[dict[str, Any]], *, product: bool) -> dict[str, str]:
    """Ids and names of required parameters that are not given, of the offer or of its product."""
    filled = {item.get("id") for item in given if _filled(item)}
    return {
        item["id"]: item["name"]
        for item in parameters(category_id)
        if item["required"]
        and item["options"]["describesProduct"] == product
        and item["id"] not in filled
    }


def unknown_value(category_id: str, given: list[dict[str, Any]]) -> tuple[str, str] | None:
    """The first parameter id and dictionary value id that do not belong together, if any."""
    known = {
        item["id"]: {value["id"] for value in item["dictionary"]}
        for item in parameters(category_id)
        if item["type"] == "dictionary"
    }
    for item in given:
        for value in item.get("valuesIds") or []:
            allowed = known.get(str(item.get("id")))
            if allowed is not None and value not in allowed:
                return str(item.get("id")), str(value)
    return None


def _filled(item: dict[str, Any]) -> bool:
    return bool(item.get("values") or item.get("valuesIds") or item.get("rangeValue"))


def size_of(name: str) -> str:
    """The dictionary value of a size, read from a title such as "Bluza Bryza rozmiar M szary"."""
    said = name.partition("rozmiar ")[2].split(" ")[0]
    place = SIZES.index(said) if said in SIZES else len(SIZES) - 1
    return f"{SIZE}_{place + 1}"


def value(
    number: str, name: str, values: list[str], ids: list[str] | None = None
) -> dict[str, Any]:
    """A parameter as documents show it."""
    return {"id": number, "name": name, "rangeValue": None, "values": values, "valuesIds": ids}


def product_values(category_id: str, ean: str, brand: str, name: str) -> list[dict[str, Any]]:
    """What the catalogue knows of a product."""
    found = [
        value(EAN, "EAN (GTIN)", [ean] if ean else []),
        value(BRAND, "Marka", [brand] if brand else []),
    ]
    if category_id == _CLOTHES:
        size = size_of(name)
        found.append(value(SIZE, "Rozmiar", [SIZES[int(size.split("_")[1]) - 1]], [size]))
    return found


def _base(number: str, name: str, kind: str, *, required: bool, product: bool) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "type": kind,
        "required": required,
        "requiredForProduct": required and product,
        "unit": None,
        "options": {
            "ambiguousValueId": None,
            "dependsOnParameterId": None,
            "describesProduct": product,
            "customValuesEnabled": False,
        },
    }


def _dictionary(
    number: str,
    name: str,
    values: tuple[str, ...],
    *,
    product: bool = False,
    required: bool = False,
) -> Any:
    parameter = _base(number, name, "dictionary", required=required, product=product)
    parameter["restrictions"] = {"multipleChoices": False}
    parameter["dictionary"] = [
        {"id": f"{number}_{place}", "value": value, "dependsOnValueIds": []}
        for place, value in enumerate(values, 1)
    ]
    return parameter


def _text(
    number: str, name: str, longest: int, *, product: bool, required: bool = False
) -> dict[str, Any]:
    parameter = _base(number, name, "string", required=required, product=product)
    limits = {"minLength": 1, "maxLength": longest, "allowedNumberOfValues": 1}
    return parameter | {"restrictions": limits}


def _number(number: str, name: str, unit: str) -> dict[str, Any]:
    parameter = _base(number, name, "float", required=False, product=True)
    limits = {"min": 0.0, "max": 100000.0, "range": False, "precision": 3}
    return parameter | {"unit": unit, "restrictions": limits}


def _whole(number: str, name: str) -> dict[str, Any]:
    parameter = _base(number, name, "integer", required=False, product=False)
    return parameter | {"restrictions": {"min": 1, "max": 100000, "range": False}}
