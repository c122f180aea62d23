"""Products that may be the same thing, and EANs that need a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count

from core.paging import Page, paged
from products.enums import EanFinding, Likeness
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 20
# A page shows so many products of one group.
MEMBERS = 20
KEY_LONGEST = 480
# An EAN of 12 digits is the one of 13 with a zero before it, so all are compared filled to fourteen.
KEYS = {
    Likeness.EAN: ("lpad(ean, 14, '0')", "ean <> ''"),
    Likeness.CODE: ("upper(regexp_replace(code, '\\s', '', 'g'))", "true"),
    Likeness.NAME: (
        f"left(upper(btrim(name)) || ' · ' || upper(btrim(brand)), {KEY_LONGEST})",
        "true",
    ),
}
GROUPS = """
    SELECT g.key, g.members, g.ids FROM (
           SELECT {key} AS key, count(*) AS members, (array_agg(id ORDER BY id))[1:{most}] AS ids
             FROM products_product
            WHERE organization_id = %(organization)s AND archived_at IS NULL AND {given}
            GROUP BY 1 HAVING count(*) > 1) AS g
     WHERE NOT EXISTS (SELECT 1 FROM products_notduplicate d
                        WHERE d.organization_id = %(organization)s AND d.kind = %(kind)s
                          AND d.key = g.key AND d.members >= g.members)
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Products that share ``key``; at most ``MEMBERS`` of the ``members`` are there."""

    key: str
    members: int
    products: list[Product]


def groups_page(*, organization: Organization, kind: Likeness, page: int = 1) -> Page[Group]:
    """Groups of products alike in ``kind`` that nobody called different things, largest first."""
    statement, params = _groups(organization, kind)
    start = (max(page, 1) - 1) * PAGE_SIZE
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} ORDER BY members DESC, key LIMIT %(most)s OFFSET %(start)s",
            params | {"most": PAGE_SIZE + 1, "start": start},
        )
        found = cursor.fetchall()
    shown = found[:PAGE_SIZE]
    products = Product.objects.for_organization(organization).in_bulk(
        [pk for _key, _members, ids in shown for pk in ids]
    )
    groups = [Group(key, members, [products[pk] for pk in ids if pk in products])
              for key, members, ids in shown]  # fmt: skip
    return Page(
        groups,
        max(page, 1),
        PAGE_SIZE,
        count_groups(organization=organization, kind=kind),
        total_is_exact=True,
        has_next=len(found) > PAGE_SIZE,
    )


def count_groups(*, organization: Organization, kind: Likeness) -> int:
    """How many groups :func:`groups_page` has."""
    statement, params = _groups(organization, kind)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({statement}) AS counted", params)  # noqa: S608
        return int(cursor.fetchone()[0])


def members_of(*, organization: Organization, kind: Likeness, key: str) -> list[int]:
    """The products that share ``key`` now, by id."""
    expression, given = KEYS[kind]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM products_product WHERE organization_id = %s"  # noqa: S608
            f" AND archived_at IS NULL AND {given} AND {expression} = %s ORDER BY id",
            [organization.pk, key],
        )
        return [pk for (pk,) in cursor.fetchall()]


def ean_findings(*, organization: Organization) -> list[tuple[EanFinding, int]]:
    """How many products have an EAN that needs a look, by what is wrong with it."""
    rows = _wrong_eans(organization).order_by("ean_finding").values_list("ean_finding")
    return [(EanFinding(code), count) for code, count in rows.annotate(count=Count("pk"))]


def wrong_eans_page(*, organization: Organization, page: int = 1) -> Page[Any]:
    """Products whose EAN needs a look, the newest first."""
    return paged(_wrong_eans(organization).order_by("-pk"), number=page, size=PAGE_SIZE)


def _wrong_eans(organization: Organization) -> Any:
    products = Product.objects.for_organization(organization)
    return products.filter(archived_at=None).exclude(ean_finding="")


def _groups(organization: Organization, kind: Likeness) -> tuple[str, dict[str, Any]]:
    key, given = KEYS[kind]
    statement = GROUPS.format(key=key, given=given, most=MEMBERS)
    return statement, {"organization": organization.pk, "kind": kind.value}
