"""The category tree, its parameters, and what will change in them."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Limit, Operations
from sandbox.catalogue import parameters as catalogue
from sandbox.catalogue import tree
from sandbox.catalogue.goods import KINDS
from sandbox.errors import ApiError, invalid
from sandbox.state.clock import iso

operation = Operations()


def _known(call: Call) -> str:
    category_id = call.params["categoryId"]
    if not tree.exists(category_id):
        message = f"Category '{category_id}' not found"
        raise ApiError(404, "ERROR", message, user_message=message)
    return category_id


@operation("GET", "/sale/categories", public=True)
def children(call: Call) -> Answer:
    parent = call.query.get("parent.id")
    if parent and parent != tree.ROOT and not tree.exists(parent):
        raise ApiError(404, "ERROR", f"Category '{parent}' not found")
    return Answer(body={"categories": tree.children(parent)})


@operation("GET", "/sale/categories/{categoryId}", public=True)
def one(call: Call) -> Answer:
    return Answer(body=tree.category(_known(call)))


@operation("GET", "/sale/categories/{categoryId}/parameters", public=True)
def parameters(call: Call) -> Answer:
    category_id = _known(call)
    leaf = tree.category(category_id)["leaf"]
    return Answer(body={"parameters": catalogue.parameters(category_id) if leaf else []})


@operation("GET", "/sale/categories/{categoryId}/product-parameters", public=True)
def product_parameters(call: Call) -> Answer:
    """Only those that describe the product, in the shorter shape."""
    category_id = _known(call)
    leaf = tree.category(category_id)["leaf"]
    listed = catalogue.parameters(category_id) if leaf else []
    return Answer(
        body={
            "parameters": [
                _of_product(item) for item in listed if item["options"]["describesProduct"]
            ]
        }
    )


def _of_product(item: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "name", "type", "unit", "restrictions")
    shown = {name: item[name] for name in names}
    shown["required"] = item["requiredForProduct"]
    if "dictionary" in item:
        shown["dictionary"] = [
            {name: value[name] for name in ("id", "value")} for value in item["dictionary"]
        ]
    return shown


@operation("GET", "/sale/matching-categories", public=True, limits=(Limit("categorySuggestions"),))
def matching(call: Call) -> Answer:
    """Leaves whose goods or names share words with a phrase, the best first."""
    phrase = (call.query.get("name") or "").strip()
    if not phrase:
        raise invalid(422, "name is required", "name")
    wanted = _stems(phrase)
    scores: dict[str, int] = {}
    for kind in KINDS:
        known = _stems(" ".join((*kind.nouns, tree.name_of(kind.category_id))))
        if wanted & known:
            scores[kind.category_id] = len(wanted & known)
    ranked = sorted(scores, key=lambda found: (-scores[found], found))
    return Answer(body={"matchingCategories": [_node(tree.path(item)) for item in ranked[:10]]})


def _stems(text: str) -> set[str]:
    """Words by their first letters, which is how much endings change in Polish."""
    return {word[:5] for word in text.lower().split() if len(word) > 2}


def _node(path: list[str]) -> dict[str, Any] | None:
    if not path:
        return None
    *above, last = path
    return {"id": last, "name": tree.name_of(last), "parent": _node(above)}


# Days from now at which a parameter becomes required, so that there is always one to come.
_PLANNED = (("48701", catalogue.COLOUR, 21), ("304102", catalogue.WEIGHT, 45))


@operation("GET", "/sale/category-parameters-scheduled-changes", public=True, invalid_status=400)
def scheduled_changes(call: Call) -> Answer:
    limit = call.whole("limit", 100, 1, 1000)
    offset = call.whole("offset", 0, 0, 10_000)
    call.choice("type", ("REQUIREMENT_CHANGE",))
    listed = [
        {
            "scheduledAt": iso(call.now - 7 * 86_400),
            "scheduledFor": iso(call.now + days * 86_400),
            "type": "REQUIREMENT_CHANGE",
            "category": {"id": category_id},
            "parameter": {"id": parameter_id},
        }
        for category_id, parameter_id, days in _PLANNED
    ]
    for name in ("scheduledFor", "scheduledAt"):
        low, high = call.moment(f"{name}.gte"), call.moment(f"{name}.lte")
        listed = [one for one in listed if not low or str(one[name]) >= low]
        listed = [one for one in listed if not high or str(one[name]) <= high]
    return Answer(body={"scheduledChanges": listed[offset : offset + limit]})
