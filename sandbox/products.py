"""Allegro's catalogue of products: searched, and shown one by one."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.catalogue import parameters, tree
from sandbox.errors import invalid, not_found
from sandbox.state.products import Product

operation = Operations()

_PAGE = 30


@operation("GET", "/sale/products", "sale:offers:read")
def search(call: Call) -> Answer:
    """By words or by GTIN, thirty at a time."""
    phrase = (call.query.get("phrase") or "").strip()
    if not phrase:
        raise invalid(422, "phrase is required", "phrase")
    mode = call.choice("mode", ("GTIN", "MPN"))
    found = [] if mode == "MPN" else call.world.products.search(
        phrase, gtin_only=mode == "GTIN", category_id=call.query.get("category.id") or ""
    )  # fmt: skip
    start = call.query.get("page.id") or "0"
    if not start.isdigit() or len(start) > 9:
        raise invalid(422, "page.id is no cursor", "page.id")
    page = found[int(start) : int(start) + _PAGE]
    body: dict[str, Any] = {"products": [_shown(product) for product in page]}
    if len(found) > int(start) + _PAGE:
        body["nextPage"] = {"id": str(int(start) + _PAGE)}
    return Answer(body=body)


@operation("GET", "/sale/products/{productId}", "sale:offers:read")
def one(call: Call) -> Answer:
    product = call.world.products.by_id.get(call.params["productId"])
    if product is None:
        raise not_found("Product")
    return Answer(body=_shown(product) | {"offerRequirements": None})


def _shown(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": product.name,
        "description": None,
        "category": {
            "id": product.category_id,
            "path": [
                {"id": item, "name": tree.name_of(item)} for item in tree.path(product.category_id)
            ],
            "similar": [],
        },
        "images": [{"url": image} for image in product.images],
        "parameters": [
            {
                **item,
                "valuesLabels": item["values"],
                "unit": None,
                "options": {
                    "identifiesProduct": item["id"] == parameters.EAN,
                    "isGTIN": item["id"] == parameters.EAN,
                    "isTrusted": False,
                    "isAiCoCreated": False,
                },
            }
            for item in product.parameters
        ],
        "hasProtectedBrand": False,
        "publication": {"status": "LISTED" if product.stated is None else "PROPOSED"},
        "productSafety": None,
    }
