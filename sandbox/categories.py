"""The category tree and its parameters."""

from __future__ import annotations

from sandbox.call import Answer, Call, Operations
from sandbox.catalogue import tree
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
