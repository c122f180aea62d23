"""The account behind the token, marketplaces and categories."""

from __future__ import annotations

from typing import cast

from connectors.allegro.answers import Caller
from connectors.allegro.types import (
    Category,
    CategoryParameter,
    Marketplace,
    MatchingCategory,
    Me,
)


class Catalogue:
    """Reads that need no offer and no order."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def me(self) -> Me:
        """Read the account; its ``id`` is the seller id everywhere else."""
        answer = self._caller.request("me")
        answer.identifier()
        return cast("Me", answer.mapping())

    def marketplaces(self) -> list[Marketplace]:
        """Read all marketplaces with their currencies; load them, never hard-code them."""
        return self._caller.request("marketplaces").records("marketplaces")

    def categories(self, parent_id: str | None = None) -> list[Category]:
        """Read the children of a category, or the main categories."""
        answer = self._caller.request("categories", query={"parent.id": parent_id})
        return answer.records("categories")

    def category(self, category_id: str) -> Category:
        """Read one category. Raises NotFound."""
        answer = self._caller.request("category", path={"categoryId": category_id})
        return cast("Category", answer.mapping())

    def category_parameters(self, category_id: str) -> list[CategoryParameter]:
        """Read the parameters offers in a category have. Raises NotFound."""
        answer = self._caller.request("category_parameters", path={"categoryId": category_id})
        return answer.records("parameters")

    def matching_categories(self, name: str) -> list[MatchingCategory]:
        """Read the leaves Allegro suggests for a title, the best first, each with its ancestors."""
        answer = self._caller.request("matching_categories", query={"name": name})
        return answer.records("matchingCategories")
