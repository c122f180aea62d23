"""Writes of the catalogue."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import StateConflict
from core.models import AuditEntry, OutboxMessage
from inventory.operations import ensure_default_warehouse, set_on_hand
from products import operations
from products.ean import check_digit, ean_problem
from products.markup import clean_html
from products.models import Category, Product
from products.operations import CodeTaken, InvalidProduct
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_create_audits_and_tells(organization: Any, owner: Any, now: datetime) -> None:
    product = operations.create_product(
        organization=organization,
        values={"code": " A-1 ", "name": "Kubek", "selling_price": Decimal("9.90"),
                "selling_currency": "pln", "description": "<i>Ręcznie</i> <strong>zdobiony</strong>"},
        actor=owner,
        now=now,
    )  # fmt: skip

    product.refresh_from_db()
    assert (product.code, product.selling_currency, product.version) == ("A-1", "PLN", 1)
    assert product.description == "Ręcznie <b>zdobiony</b>"
    entry = AuditEntry.objects.get(action="product.created")
    assert (entry.actor, entry.target_id) == (owner, str(product.pk))
    message = OutboxMessage.objects.get(topic="product.changed")
    assert message.payload == {"product_ids": [product.pk]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"ean": "8591234567890"}, "ean"),
        ({"ean": "12345"}, "ean"),
        ({"selling_price": Decimal(1)}, "selling_currency"),
        ({"selling_price": Decimal(-1), "selling_currency": "PLN"}, "selling_price"),
        ({"purchase_price": Decimal(1), "purchase_currency": "zlote"}, "purchase_currency"),
        ({"nonsense": 1}, "nonsense"),
        ({"organization": 1}, "organization"),
    ],
)
def test_bad_values_are_refused_by_field(
    organization: Any, now: datetime, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidProduct) as refused:
        operations.create_product(
            organization=organization,
            values={"code": "A", "name": "X", **values},
            actor=None,
            now=now,
        )

    assert field in refused.value.fields
    assert not Product.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_code_is_taken_once_per_organization(
    organization: Any, other_organization: Any, now: datetime
) -> None:
    operations.create_product(
        organization=organization, values={"code": "A", "name": "X"}, actor=None, now=now
    )
    operations.create_product(
        organization=other_organization, values={"code": "A", "name": "X"}, actor=None, now=now
    )

    with pytest.raises(CodeTaken) as refused:
        operations.create_product(
            organization=organization, values={"code": "A", "name": "Y"}, actor=None, now=now
        )

    assert refused.value.status == 409
    assert Product.objects.count() == 2


def test_category_of_another_organization_does_not_exist(
    organization: Any, other_organization: Any, now: datetime
) -> None:
    theirs = Category.objects.create(organization=other_organization, path="Theirs")

    with pytest.raises(InvalidProduct) as refused:
        operations.create_product(
            organization=organization,
            values={"code": "A", "name": "X", "default_category": theirs},
            actor=None,
            now=now,
        )

    assert "default_category" in refused.value.fields


def test_update_writes_what_differs_and_nothing_else(
    organization: Any, owner: Any, now: datetime
) -> None:
    product = ProductFactory(organization=organization, name="Stary")

    changed = operations.update_product(
        product=product, values={"name": "Nowy", "code": product.code}, actor=owner, now=now
    )
    same = operations.update_product(product=changed, values={"name": "Nowy"}, actor=owner, now=now)

    assert (changed.version, same.version) == (2, 2)
    entry = AuditEntry.objects.get(action="product.changed")
    assert (entry.before, entry.after) == ({"name": "Stary"}, {"name": "Nowy"})
    assert OutboxMessage.objects.filter(topic="product.changed").count() == 1


def test_outdated_version_is_refused(organization: Any, now: datetime) -> None:
    product = ProductFactory(organization=organization, name="Stary")
    operations.update_product(product=product, values={"name": "Nowy"}, actor=None, now=now)

    with pytest.raises(StateConflict):
        operations.update_product(
            product=product, values={"name": "Inny"}, actor=None, now=now, expected_version=1
        )

    product.refresh_from_db()
    assert product.name == "Nowy"


def test_archive_and_restore(organization: Any, now: datetime) -> None:
    product = ProductFactory(organization=organization)

    archived = operations.archive_product(product=product, actor=None, now=now)
    again = operations.archive_product(product=product, actor=None, now=now)
    assert (archived.is_archived, again.version) == (True, 2)

    restored = operations.restore_product(product=product, actor=None, now=now)
    assert (restored.is_archived, restored.version) == (False, 3)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["product.archived", "product.restored"]


def test_remove_deletes_the_unused_and_archives_the_rest(organization: Any, now: datetime) -> None:
    unused, used = (
        ProductFactory(organization=organization),
        ProductFactory(organization=organization),
    )
    set_on_hand(
        organization_id=organization.pk,
        product_id=used.pk,
        warehouse=ensure_default_warehouse(organization_id=organization.pk),
        on_hand=5,
        reason="count",
        actor=None,
        now=now,
        key="k",
    )

    assert operations.remove_product(product=unused, actor=None, now=now) == "deleted"
    assert operations.remove_product(product=used, actor=None, now=now) == "archived"

    assert list(Product.objects.all()) == [used]
    assert AuditEntry.objects.get(action="product.deleted").before["code"] == unused.code


def test_images_are_replaced_in_order(organization: Any, now: datetime) -> None:
    product = ProductFactory(organization=organization)

    operations.replace_images(product=product, urls=["/a", "/b"], actor=None, now=now)
    operations.replace_images(product=product, urls=["/b", "/c"], actor=None, now=now)

    product.refresh_from_db()
    urls = product.images.order_by("position").values_list("url", flat=True)
    assert (list(urls), product.main_image_url) == (["/b", "/c"], "/b")


@pytest.mark.parametrize(
    ("ean", "says"),
    [
        ("", ""),
        ("8591234567893", ""),
        ("4006381333931", ""),
        ("96385074", ""),
        ("036000291452", ""),
        ("10614141000415", ""),
        ("8591234567890", "should be 3"),
        ("123", "this one has 3"),
        ("859123456789X", "digits only"),
        ("٨٥٩١٢٣٤٥٦٧٨٩٣", "digits only"),
    ],
)
def test_ean(ean: str, says: str) -> None:
    assert says in ean_problem(ean)
    assert bool(says) == bool(ean_problem(ean))


def test_check_digit_of_ten_is_zero() -> None:
    assert check_digit("123456789104") == "0"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plain & simple", "plain &amp; simple"),
        ("<h1>A</h1><p>b <b>c</b></p><ul><li>d</li></ul>", None),
        ("<script>x()</script>a", "a"),
        ("<p style='x' onclick=y()>a</p>", "<p>a</p>"),
        ("<strong>a</strong><div>b</div>", "<b>a</b><p>b</p>"),
        ("<a href='javascript:x'>a</a>", "a"),
        ("<ol><li>1</li></ol>", None),
    ],
)
def test_markup_keeps_what_allegro_takes(given: str, kept: str | None) -> None:
    assert clean_html(given) == (given if kept is None else kept)
