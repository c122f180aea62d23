"""Parameters of Allegro's categories: read from its answers, and filled for one product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from offers.publishing.facts import Filling, Parameter

EAN = "225693"
NUMBERS = ("integer", "float")
# Fields of a product that may fill a parameter, and the names under which Allegro's categories ask for
# the same thing. Categories name their parameters alike, and number them each in its own way.
KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "ean": ("EAN (GTIN)", "EAN", "GTIN"),
    "brand": ("Marka", "Brand"),
    "manufacturer": ("Producent", "Manufacturer"),
    "manufacturer_code": ("Kod producenta", "Manufacturer code"),
    "material": ("Materiał", "Materiał wykonania", "Material"),
    "origin": ("Kraj pochodzenia", "Country of origin"),
    "weight": ("Waga produktu z opakowaniem jednostkowym", "Waga", "Weight"),
    "height": ("Wysokość produktu", "Wysokość", "Height"),
    "width": ("Szerokość produktu", "Szerokość", "Width"),
    "depth": ("Głębokość produktu", "Głębokość", "Depth"),
    "length": ("Długość produktu", "Długość", "Length"),
    "volume": ("Pojemność", "Volume"),
    "name": (),
    "code": (),
}


@dataclass(slots=True)
class Filled:
    """Parameters as Allegro takes them, of the offer and of the product; names of those that lack."""

    of_offer: list[dict[str, Any]] = field(default_factory=list)
    of_product: list[dict[str, Any]] = field(default_factory=list)
    missing_of_offer: list[str] = field(default_factory=list)
    missing_of_product: list[str] = field(default_factory=list)


def read_parameters(raw: Iterable[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """The parameters of a category from Allegro's answer; entries without an id are left out."""
    return tuple(_parameter(one) for one in raw if one.get("id"))


def suggested_field(parameter: Parameter) -> str:
    """The field of our product that says what the parameter asks, by its name; empty without one."""
    if parameter.id == EAN:
        return "ean"
    return next((name for name, known in KNOWN_NAMES.items() if parameter.name in known), "")


def fill(
    parameters: Iterable[Parameter], fillings: Mapping[str, Filling], fields: Mapping[str, str]
) -> Filled:
    """Fill parameters for one product by what is mapped, then by fields whose meaning is known."""
    known = list(parameters)
    values: dict[str, dict[str, Any]] = {}
    for one in known:
        if (value := _value(one, fillings.get(one.id), fields)) is not None:
            values[one.id] = value
    found = Filled()
    for one in known:
        if one.id in values:
            (found.of_product if one.describes_product else found.of_offer).append(values[one.id])
        elif is_required(one, values):
            missing = found.missing_of_product if one.describes_product else found.missing_of_offer
            missing.append(one.name)
    return found


def is_required(parameter: Parameter, values: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether it must be said, given what is said of others."""
    if parameter.required:
        return True
    if not (parameter.required_with or parameter.required_without):
        return False
    chosen = {key: set(value.get("valuesIds") or ()) for key, value in values.items()}
    return all(
        chosen.get(other, set()) & set(wanted) for other, wanted in parameter.required_with
    ) and not any(other in values for other in parameter.required_without)


def _value(
    parameter: Parameter, filling: Filling | None, fields: Mapping[str, str]
) -> dict[str, Any] | None:
    if filling is None:
        filling = Filling(field=suggested_field(parameter))
    if filling.value_id:
        return {"id": parameter.id, "valuesIds": [filling.value_id]}
    text = (filling.value or fields.get(filling.field, "")).strip()
    return _of_text(parameter, text) if text else None


def _of_text(parameter: Parameter, text: str) -> dict[str, Any] | None:
    if parameter.kind == "dictionary":
        return _of_choice(parameter, text)
    if parameter.kind in NUMBERS:
        number = _number(parameter, text)
        return {"id": parameter.id, "values": [number]} if number else None
    return {"id": parameter.id, "values": [text[: parameter.longest or None]]}


def _of_choice(parameter: Parameter, text: str) -> dict[str, Any] | None:
    wanted = text.casefold()
    for key, words in parameter.choices:
        if words.casefold() == wanted:
            return {"id": parameter.id, "valuesIds": [key]}
    return {"id": parameter.id, "values": [text]} if parameter.custom_values else None


def _number(parameter: Parameter, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return ""
    if not number.is_finite():
        return ""
    places = 0 if parameter.kind == "integer" else parameter.precision
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places))
    return f"{number.normalize():f}"


def _parameter(raw: Mapping[str, Any]) -> Parameter:
    options, limits = raw.get("options") or {}, raw.get("restrictions") or {}
    conditions = raw.get("requiredIf") or {}
    precision = limits.get("precision")
    return Parameter(
        id=str(raw["id"]),
        name=str(raw.get("name") or raw["id"]),
        kind=str(raw.get("type") or "string"),
        required=bool(raw.get("required") or raw.get("requiredForProduct")),
        describes_product=bool(options.get("describesProduct")),
        choices=tuple(
            (str(one["id"]), str(one.get("value") or ""))
            for one in raw.get("dictionary") or ()
            if one.get("id")
        ),
        custom_values=bool(options.get("customValuesEnabled")),
        longest=int(limits.get("maxLength") or 0),
        precision=precision if isinstance(precision, int) else None,
        unit=str(raw.get("unit") or ""),
        required_with=tuple(
            (str(one.get("id")), tuple(str(value) for value in one.get("oneOfValueIds") or ()))
            for one in conditions.get("parametersWithValue") or ()
        ),
        required_without=tuple(
            str(one.get("id")) for one in conditions.get("parametersWithoutValue") or ()
        ),
    )
