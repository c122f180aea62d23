"""The category tree."""

from __future__ import annotations

from typing import Any

ROOT = "954b95b6-43cf-4104-8354-dea4d9b10ddf"

# id, name, parent
_CATEGORIES: tuple[tuple[str, str, str | None], ...] = (
    ("42540aec-367a-4e5e-b411-17c09b08e41f", "Elektronika", None),
    ("5", "Dom i Ogród", None),
    ("4bd97d96-f0ff-46cb-a52e-2992bd972bb1", "Moda", None),
    ("c3e2e8f7-6f4e-4a6a-9f3b-0ac5cf0c1a11", "Sport i turystyka", None),
    ("11763", "Dziecko", None),
    ("a408e75a-cede-4587-8526-54e9be600d9f", "Supermarket", None),
    ("257930", "Kuchnia i jadalnia", "5"),
    ("257931", "Kubki i filiżanki", "257930"),
    ("257932", "Garnki i patelnie", "257930"),
    ("257933", "Noże i przybory", "257930"),
    ("304100", "Wyposażenie wnętrz", "5"),
    ("304101", "Tekstylia", "304100"),
    ("304102", "Oświetlenie", "304100"),
    ("91300", "Ogród i narzędzia", "5"),
    ("91301", "Akcesoria ogrodowe", "91300"),
    ("91302", "Narzędzia", "91300"),
    ("85200", "Akcesoria", "42540aec-367a-4e5e-b411-17c09b08e41f"),
    ("85201", "Kable i ładowarki", "85200"),
    ("85202", "Audio", "85200"),
    ("85203", "Urządzenia wskazujące", "85200"),
    ("11500", "Odzież", "4bd97d96-f0ff-46cb-a52e-2992bd972bb1"),
    ("11501", "Bluzy i koszulki", "11500"),
    ("11502", "Dodatki", "11500"),
    ("63700", "Trening i turystyka", "c3e2e8f7-6f4e-4a6a-9f3b-0ac5cf0c1a11"),
    ("63701", "Siłownia i fitness", "63700"),
    ("63702", "Turystyka", "63700"),
    ("48700", "Zabawki i książki", "11763"),
    ("48701", "Zabawki", "48700"),
    ("48702", "Książki", "48700"),
    ("77900", "Artykuły spożywcze i zwierzęta", "a408e75a-cede-4587-8526-54e9be600d9f"),
    ("77901", "Kawa, herbata, miód", "77900"),
    ("77902", "Zwierzęta", "77900"),
)

_NAMES = {item[0]: item for item in _CATEGORIES}
_CHILDREN: dict[str | None, list[str]] = {}
for _id, _, _parent in _CATEGORIES:
    _CHILDREN.setdefault(_parent, []).append(_id)


def exists(category_id: str) -> bool:
    return category_id in _NAMES


def category(category_id: str) -> dict[str, Any]:
    """A category as the API shows it. Raises KeyError."""
    _, name, parent = _NAMES[category_id]
    leaf = category_id not in _CHILDREN
    return {
        "id": category_id,
        "name": name,
        "leaf": leaf,
        "parent": {"id": parent} if parent else None,
        "options": {
            "advertisement": False,
            "offersWithProductPublicationEnabled": leaf,
            "productCreationEnabled": leaf,
            "sellerCanRequirePurchaseComments": False,
        },
    }


def children(parent_id: str | None) -> list[dict[str, Any]]:
    parent = None if parent_id in (None, "", ROOT) else parent_id
    return [category(child) for child in _CHILDREN.get(parent, [])]


def path(category_id: str) -> list[str]:
    """Ids from the root down to the category itself."""
    found: list[str] = []
    place: str | None = category_id
    while place is not None:
        found.insert(0, place)
        place = _NAMES[place][2]
    return found


def leaf_ids() -> list[str]:
    """Categories offers can be listed in."""
    return [item[0] for item in _CATEGORIES if item[0] not in _CHILDREN]


def name_of(category_id: str) -> str:
    return _NAMES[category_id][1]
