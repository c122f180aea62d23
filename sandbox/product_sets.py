"""What an offer is made of: the elements of ``productSet``, found in the catalogue or defined anew."""

from __future__ import annotations

from typing import Any

from sandbox.catalogue import parameters, tree
from sandbox.errors import ApiError, invalid
from sandbox.state.products import Product
from sandbox.state.sellers import Seller
from sandbox.state.world import World

Body = dict[str, Any]


def elements(world: World, seller: Seller, body: Body) -> list[tuple[Product, Body]]:
    """The products a body names, each with its element as answers show it. Raises ApiError 422."""
    given = body.get("productSet") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid(422, "productSet must be a list of objects", "productSet")
    category_id = str((body.get("category") or {}).get("id") or "")
    return [
        _element(world, seller, one, f"productSet[{place}]", category_id)
        for place, one in enumerate(given)
    ]


def _element(
    world: World, seller: Seller, given: Body, path: str, category_id: str
) -> tuple[Product, Body]:
    product = _product(world, given.get("product") or {}, f"{path}.product", category_id)
    if category_id and category_id != product.category_id:
        raise ApiError(
            422,
            "CATEGORY_MISMATCH",
            f"The product belongs to category {product.category_id}",
            path="category.id",
            metadata={
                "requestedCategoryId": category_id,
                "existingCategoryId": product.category_id,
                "existingProductId": product.id,
            },
        )
    shown = {
        "quantity": {"value": _quantity(given, path)},
        "product": {
            "id": product.id,
            "publication": {"status": "LISTED" if product.stated is None else "PROPOSED"},
            "parameters": product.parameters,
            "isAiCoCreated": False,
        },
        "responsiblePerson": _by_id_or_name(given.get("responsiblePerson"), seller.persons),
        "responsibleProducer": _by_id_or_name(given.get("responsibleProducer"), seller.producers),
        "safetyInformation": _safety(given.get("safetyInformation"), path),
        "marketedBeforeGPSRObligation": given.get("marketedBeforeGPSRObligation"),
        "deposits": given.get("deposits") or [],
    }
    return product, shown


def _quantity(given: Body, path: str) -> int:
    value = (given.get("quantity") or {}).get("value", 1)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise invalid(422, "quantity must be a whole number above zero", f"{path}.quantity.value")
    return value


def _product(world: World, given: Body, path: str, category_id: str) -> Product:
    number = str(given.get("id") or "")
    if not number:
        return _defined(world, given, path, category_id)
    found = world.products.by_id.get(number)
    if found is None and (given.get("idType") == "GTIN" or number.isdigit()):
        found = world.products.by_gtin(number, category_id or "257931")
        if found is None and given.get("name"):
            return _defined(world, given, path, category_id)
    if found is None:
        raise ApiError(
            422,
            "ProductNotFoundException",
            f"Product {number} was not found",
            path=path,
            metadata={"productId": number},
        )
    return found


def _defined(world: World, given: Body, path: str, category_id: str) -> Product:
    """A product the seller describes: matched by its GTIN, or added to the catalogue."""
    ean = stated_value(given, parameters.EAN)
    known = world.products.by_gtin(ean, category_id or "257931") if ean else None
    if known is not None:
        return known
    home = str((given.get("category") or {}).get("id") or category_id)
    if not home:
        raise invalid(422, "A new product needs a category", f"{path}.category")
    if not tree.exists(home) or not tree.category(home)["leaf"]:
        raise no_leaf(home)
    if not given.get("name"):
        raise invalid(422, "A new product needs a name", f"{path}.name")
    if not given.get("images"):
        raise invalid(422, "A new product needs an image", f"{path}.images")
    stated = [shown_parameter(item) for item in given.get("parameters") or []]
    lacking = parameters.missing(home, stated, product=True)
    if lacking:
        raise missing_parameters(lacking, f"{path}.parameters")
    brand = stated_value(given, parameters.BRAND)
    images = tuple(str(image) for image in given["images"])
    made = Product(world.identities.uuid(), given["name"], home, ean, brand, stated, images)
    return world.products.add(made)


def no_leaf(category_id: str) -> ApiError:
    return ApiError(
        422,
        "CATEGORY_MISMATCH",
        f"{category_id} is no category that offers can be listed in",
        path="category.id",
        metadata={"requestedCategoryId": category_id},
    )


def missing_parameters(lacking: dict[str, str], path: str) -> ApiError:
    """Ids and names of what is required and not given (allegro-api #8216, #11384)."""
    ids, names = ", ".join(lacking), ", ".join(lacking.values())
    return ApiError(
        422,
        "ConstraintViolationException.MissingRequiredParameters",
        f"Missing required parameters: {ids}",
        path=path,
        user_message=f"Missing mandatory parameters: {names}.",
        details="ConstraintViolationException.MissingRequiredParameters",
        metadata={"missingParameterIds": ids, "missingParameterNames": names},
    )


def stated_value(product: Body, number: str) -> str:
    for item in product.get("parameters") or []:
        if item.get("id") == number:
            return str((item.get("values") or [""])[0])
    return ""


def shown_parameter(item: Body) -> Body:
    """A parameter a seller wrote, as answers show it."""
    return {
        "id": item.get("id"),
        "name": item.get("name"),
        "rangeValue": item.get("rangeValue"),
        "values": item.get("values") or [],
        "valuesIds": item.get("valuesIds"),
    }


def _by_id_or_name(given: Any, owned: list[Body]) -> Body | None:
    """A reference into the seller's own list; what is not in it stays, and is found wrong later."""
    if not isinstance(given, dict):
        return None
    if given.get("id"):
        return {"id": str(given["id"])}
    named = [one["id"] for one in owned if one["name"] == given.get("name")]
    return {"id": named[0]} if named else None


def _safety(given: Any, path: str) -> Body | None:
    if given is None:
        return None
    kind = given.get("type")
    if kind == "NO_SAFETY_INFORMATION":
        raise ApiError(
            422,
            "NO_SAFETY_INFORMATION_OPTION_NOT_ALLOWED",
            "The option NO_SAFETY_INFORMATION is not allowed",
            path=f"{path}.safetyInformation",
        )
    name = {"TEXT": "description", "ATTACHMENTS": "attachments"}.get(str(kind))
    if name is None or not given.get(name):
        raise invalid(422, "A description or attachments are needed", f"{path}.safetyInformation")
    if kind == "TEXT" and len(given["description"]) > 5000:
        raise invalid(422, "At most 5000 characters", f"{path}.safetyInformation.description")
    return {"type": kind, name: given[name]}
