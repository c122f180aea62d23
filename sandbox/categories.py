"""The category tree and its parameters."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.catalogue import tree
from sandbox.catalogue.goods import KINDS
from sandbox.errors import ApiError

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
    return Answer(body={"parameters": tree.parameters(_known(call))})


@operation("GET", "/sale/matching-categories", public=True)
def matching(call: Call) -> Answer:
    """Leaves whose goods or names share words with a phrase, the best first."""
    phrase = (call.query.get("name") or "").strip()
    if not phrase:
        raise ApiError(422, "VALIDATION_ERROR", "name is required", path="name")
    wanted = _stems(phrase)
    scores: dict[str, int] = {}
    for kind in KINDS:
        known = _stems(" ".join((*kind.nouns, tree.category(kind.category_id)["name"])))
        if wanted & known:
            scores[kind.category_id] = len(wanted & known)
    ranked = sorted(scores, key=lambda found: (-scores[found], found))
    return Answer(body={"matchingCategories": [_node(found) for found in ranked[:10]]})


def _stems(text: str) -> set[str]:
    """Words by their first letters, which is how much endings change in Polish."""
    return {word[:5] for word in text.lower().split() if len(word) > 2}


def _node(category_id: str) -> dict[str, Any]:
    found = tree.category(category_id)
    parent = found["parent"]
    return {
        "id": found["id"],
        "name": found["name"],
        "parent": _node(parent["id"]) if parent else None,
    }
