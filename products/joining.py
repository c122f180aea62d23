"""What happens to things of higher apps when two products become one. They register when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User

# Moves what points at the first product to the second: (from, to, actor, now).
Mover = Callable[[Product, Product, "User | None", datetime], None]
# Whether the product has something that cannot be moved.
Hinders = Callable[[Product], bool]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a product cannot be joined with another: words, and what to do."""

    label: str | Promise
    remedy: str | Promise
    hinders: Hinders


_movers: dict[str, Mover] = {}
_obstacles: dict[str, Obstacle] = {}


def register_mover(name: str, mover: Mover) -> None:
    """Have ``mover`` called for every product that is joined with another, in that transaction."""
    _movers[name] = mover


def register_obstacle(
    name: str, *, label: str | Promise, remedy: str | Promise, hinders: Hinders
) -> None:
    """Have joining refused while ``hinders`` says yes of the product that would go."""
    _obstacles[name] = Obstacle(label, remedy, hinders)


def obstacles_of(product: Product) -> list[Obstacle]:
    """What keeps the product from being joined with another."""
    return [one for one in _obstacles.values() if one.hinders(product)]


def move_all(old: Product, new: Product, actor: User | None, now: datetime) -> None:
    """Move what higher apps have of ``old`` to ``new``."""
    for mover in _movers.values():
        mover(old, new, actor, now)
