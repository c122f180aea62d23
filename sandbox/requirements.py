"""What an offer must have before buyers may see it; the errors of ``validation`` and of 422."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.catalogue import parameters
from sandbox.errors import ApiError, invalid
from sandbox.product_sets import missing_parameters
from sandbox.state.sellers import Seller
from sandbox.state.world import World

Body = dict[str, Any]

_MOST_IMAGES = 16
_OURS = "https://a.allegroimg.example/"
# Tags of a description (the description of StandardizedDescription).
_TAGS = {"h1", "h2", "p", "ul", "ol", "li", "b"}
_TAG = re.compile(r"</?\s*([A-Za-z0-9]+)")


def problems(world: World, seller: Seller, document: Body) -> list[ApiError]:
    """Everything that keeps the offer from sale, most basic first; none means it may be sold."""
    checks = (_title, _parameters, _safety, _images, _description, _delivery, _after_sales)
    return [error for check in checks for error in check(world, seller, document)]


def _title(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    title = document["name"]
    if not 12 <= len(title) <= 75 or len(title.split()) < 3:
        yield invalid(422, "The name must have 12 to 75 characters and three words", "name")


def _parameters(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    category_id = document["category"]["id"]
    given = document["parameters"]
    lacking = parameters.missing(category_id, given, product=False)
    if lacking:
        yield missing_parameters(lacking, "parameters")
    wrong = parameters.unknown_value(category_id, given)
    if wrong:
        yield ApiError(
            422,
            "DictionaryParameterIdNotFound",
            f"Parameter {wrong[0]} has no value {wrong[1]}",
            path="parameters",
            metadata={"parameterId": wrong[0]},
        )
    for place, element in enumerate(document["productSet"]):
        lacking = parameters.missing(category_id, element["product"]["parameters"], product=True)
        if lacking:
            yield missing_parameters(lacking, f"productSet[{place}].product.parameters")


def _safety(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    """GPSR. Codes as live answers have them (allegro-api #10772, #11556)."""
    new = any(
        item["id"] == parameters.STATE and parameters.NEW in (item["valuesIds"] or [])
        for item in document["parameters"]
    )
    for place, element in enumerate(document["productSet"]):
        path = f"productSet[{place}]"
        if element["marketedBeforeGPSRObligation"]:
            if new:
                yield ApiError(
                    422,
                    "PRODUCT_MARKETED_BEFORE_GPSR_OBLIGATION_OPTION_NOT_ALLOWED",
                    "A new product cannot have been marketed before the obligation",
                    path=f"{path}.marketedBeforeGPSRObligation",
                )
            continue
        yield from _producer(seller, element, path)
        if element["safetyInformation"] is None:
            yield ApiError(
                422,
                "SAFETY_INFO_NOT_DEFINED",
                "Safety information was not defined for product",
                path=f"{path}.safetyInformation",
                user_message="Safety information was not defined for the product",
            )


def _producer(seller: Seller, element: Body, path: str) -> Iterator[ApiError]:
    producer, person = element["responsibleProducer"], element["responsiblePerson"]
    if producer is None:
        yield ApiError(
            422,
            "RESPONSIBLE_PRODUCER_NOT_SPECIFIED",
            "Responsible producer is required for every product in the offer",
            path=f"{path}.responsibleProducer",
            user_message="Responsible producer is required for every product in the offer",
        )
    elif producer["id"] not in {one["id"] for one in seller.producers}:
        yield _not_found("ResponsibleProducerNotFound", producer["id"], path)
    if person is not None and person["id"] not in {one["id"] for one in seller.persons}:
        yield _not_found("ResponsiblePersonNotFound", person["id"], path)


def _images(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    images = document["images"]
    if not images:
        yield invalid(422, "An offer needs at least one image", "images")
    if len(images) > _MOST_IMAGES:
        yield ApiError(
            422,
            "GallerySizeException",
            f"At most {_MOST_IMAGES} images",
            path="images",
            metadata={"gallerySizeLimit": str(_MOST_IMAGES)},
        )
    for place, image in enumerate(images):
        expired = image.startswith(_OURS) and world.images.get(image, 0.0) <= world.now
        if expired or not image.startswith(("http://", "https://", "/")):
            yield ApiError(422, "IMAGE_NOT_FOUND", f"{image} is no image", path=f"images[{place}]")


def _description(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    sections = (document["description"] or {}).get("sections") or []
    for place, section in enumerate(sections):
        path = f"description.sections[{place}].items"
        items = section.get("items") or []
        if not 1 <= len(items) <= 2:
            yield invalid(422, "A section has one or two items", path)
        for item in items:
            tags = {tag.lower() for tag in _TAG.findall(item.get("content") or "")}
            if tags - _TAGS:
                message = f"Tags not allowed in a description: {', '.join(sorted(tags - _TAGS))}"
                yield invalid(422, message, path)


def _delivery(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    rates = (document["delivery"] or {}).get("shippingRates")
    if not rates:
        yield _default_missing("ShippingRates", "delivery.shippingRates", "Standardowy")
    elif rates["id"] not in {one["id"] for one in seller.shipping_rates}:
        yield _not_found("ShippingRatesNotFoundException", rates["id"], "delivery.shippingRates")


def _after_sales(world: World, seller: Seller, document: Body) -> Iterator[ApiError]:
    given = document["afterSalesServices"] or {}
    for name, code, needed in (
        ("returnPolicy", "ReturnPolicy", True),
        ("impliedWarranty", "ImpliedWarranty", True),
        ("warranty", "Warranty", False),
    ):
        chosen, path = given.get(name), f"afterSalesServices.{name}"
        if not chosen and needed:
            yield _default_missing(code, path, "Standardowy")
        elif chosen and chosen["id"] != seller.after_sales[name]:
            yield _not_found(f"{code}NotFoundException", chosen["id"], path)


def _default_missing(what: str, path: str, default: str) -> ApiError:
    return ApiError(
        422,
        f"Default{what}NotFoundException",
        f"{what} was not given, and there is none named {default}",
        path=path,
        metadata={"defaultName": default},
    )


def _not_found(code: str, requested: str, path: str) -> ApiError:
    return ApiError(
        422, code, f"{requested} was not found", path=path, metadata={"requestedName": requested}
    )
