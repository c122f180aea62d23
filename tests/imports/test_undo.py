"""An import taken back: what nothing has changed since gets its former value, the rest is listed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.audit import AuditEntry
from imports import operations
from imports.enums import ImportStage
from imports.errors import WrongStage
from imports.models import ImportJob, ImportRow
from inventory.models import StockLevel
from inventory.operations import set_on_hand
from products.models import Product, SupplierProduct
from tests.imports.files import LAMP, MUG, bizbox

pytestmark = pytest.mark.django_db
HEADER = (
    "code;name:cs;purchasePrice;purchasePriceCurrency;supplier;bigImages;categoriesSingle;"
    "defaultCategory;active;stock:x:hlavni;stock:min:hlavni"
)
BEFORE = "A;Hrnek;100;CZK;Dodavatel;/a.jpg,/b.jpg;Hrnky,Kuchyne;Hrnky;1;5;2"
AFTER = "A;Velký hrnek;120;CZK;Jiný;/c.jpg;Nádobí;Nádobí;0;9;4"
MEANINGS = {"x": "ON_HAND", "min": "MINIMUM"}


def taken_back(job: ImportJob, owner: Any) -> ImportJob:
    """The job after a worker took it back."""
    operations.undo(job=job, actor=owner, now=timezone.now())
    operations.run_due()
    job.refresh_from_db()
    assert (job.stage, job.last_error) == (ImportStage.UNDONE, "")
    return job


def snapshot(code: str) -> dict[str, Any]:
    """Everything an import writes of a product."""
    product = Product.objects.get(code=code)
    return {
        **{
            name: getattr(product, name)
            for name in ("name", "purchase_price", "purchase_currency", "active", "main_image_url")
        },
        "supplier": product.supplier and product.supplier.name,
        "category": product.default_category and product.default_category.path,
        "categories": sorted(product.categories.values_list("path", flat=True)),
        "images": list(product.images.order_by("position").values_list("url", flat=True)),
        "levels": sorted(
            StockLevel.objects.filter(product=product).values_list(
                "warehouse__code", "on_hand", "minimum"
            )
        ),
    }


def test_every_value_of_a_changed_product_is_put_back(applied: Any, owner: Any) -> None:
    applied(bizbox(BEFORE, header=HEADER), stock=MEANINGS)
    before = snapshot("A")
    job = applied(bizbox(AFTER, header=HEADER), stock=MEANINGS)
    assert snapshot("A") != before

    taken_back(job, owner)

    assert snapshot("A") == before
    assert (job.rows_undone, job.rows_kept) == (1, 0)
    entry = AuditEntry.objects.get(action="import.undone")
    assert entry.after == {"rows_undone": 1, "rows_kept": 0}


def test_values_that_were_empty_are_empty_again(applied: Any, owner: Any) -> None:
    applied("code;name:cs\nA;Hrnek\n")
    before = snapshot("A")
    job = applied(bizbox(AFTER, header=HEADER), stock=MEANINGS)

    taken_back(job, owner)

    after = snapshot("A")
    # The level itself stays with its history; it shows what was there before, nothing.
    assert after.pop("levels") == [("hlavni", 0, None)]
    assert before.pop("levels") == []
    assert after.pop("purchase_currency") == "CZK"
    assert before.pop("purchase_currency") == ""
    assert after == before


def test_made_products_are_removed_and_touched_ones_stay(applied: Any, owner: Any) -> None:
    job = applied(bizbox(MUG, LAMP, "X-1;;Nový" + ";" * 36))
    Product.objects.filter(code="X-1").update(brand="Vlastní", version=2)

    taken_back(job, owner)

    assert list(Product.objects.values_list("code", flat=True)) == ["X-1"]
    assert not SupplierProduct.objects.exists()
    row = ImportRow.objects.get(job=job, code="X-1")
    assert row.kept == {"product": "changed"}
    assert (job.rows_undone, job.rows_kept) == (3, 1)


def test_made_product_with_stock_is_emptied_and_archived(applied: Any, owner: Any) -> None:
    job = applied(bizbox(BEFORE, header=HEADER), stock=MEANINGS)

    taken_back(job, owner)

    product = Product.objects.get()
    assert product.is_archived
    assert StockLevel.objects.get().on_hand == 0
    assert ImportRow.objects.get(job=job).kept == {"product": "archived"}


def test_only_what_changed_since_stays(applied: Any, owner: Any) -> None:
    applied(bizbox(BEFORE, header=HEADER), stock=MEANINGS)
    job = applied(bizbox(AFTER, header=HEADER), stock=MEANINGS)
    Product.objects.update(name="Ručně pojmenovaný")
    level = StockLevel.objects.get()
    set_on_hand(
        organization_id=level.organization_id,
        product_id=level.product_id,
        warehouse=level.warehouse,
        on_hand=8,
        reason="counted",
        actor=owner,
        now=timezone.now(),
        key="counted",
    )

    taken_back(job, owner)

    product = Product.objects.get()
    assert (product.name, product.purchase_price) == ("Ručně pojmenovaný", Decimal(100))
    level.refresh_from_db()
    assert (level.on_hand, level.minimum) == (8, 2)
    row = ImportRow.objects.get(job=job)
    assert row.kept == {"name": "Ručně pojmenovaný", "stock:hlavni": 8}
    assert (job.rows_undone, job.rows_kept) == (1, 1)


def test_later_import_wins_over_taking_back_the_earlier(applied: Any, owner: Any) -> None:
    first = applied("code;name:cs;purchasePrice\nA;Hrnek;100\n")
    second = applied("code;name:cs;purchasePrice\nA;Hrnek;120\n")
    third = applied("code;name:cs;purchasePrice\nA;Hrnek;130\n")

    taken_back(second, owner)
    assert Product.objects.get().purchase_price == Decimal(130)
    assert ImportRow.objects.get(job=second).kept == {"purchase_price": "130"}
    taken_back(third, owner)
    assert Product.objects.get().purchase_price == Decimal(120)
    taken_back(first, owner)
    assert Product.objects.get().purchase_price == Decimal(120)


def test_batches_are_gone_through_and_a_second_look_finds_nothing(
    applied: Any, owner: Any, django_assert_max_num_queries: Any
) -> None:
    rows = [f"P-{n};Hrnek {n};10" for n in range(1200)]
    applied("code;name:cs;purchasePrice\n" + "\n".join(rows) + "\n")
    job = applied("code;name:cs;purchasePrice\n" + "\n".join(rows).replace(";10", ";20") + "\n")

    with django_assert_max_num_queries(120):
        taken_back(job, owner)

    assert job.rows_undone == 1200
    assert not Product.objects.exclude(purchase_price=10).exists()
    with pytest.raises(WrongStage):
        operations.undo(job=job, actor=owner, now=timezone.now())


def test_what_was_never_applied_cannot_be_taken_back(staged: Any, owner: Any) -> None:
    job = staged(bizbox(MUG))

    with pytest.raises(WrongStage):
        operations.undo(job=job, actor=owner, now=timezone.now())

    job.refresh_from_db()
    assert job.stage == ImportStage.PREVIEW


def test_page_asks_and_shows_what_stayed(applied: Any, owner: Any, client: Any, api: Any) -> None:
    applied("code;name:cs;purchasePrice\nA;Hrnek;100\n")
    job = applied("code;name:cs;purchasePrice\nA;Šálek;120\n")
    Product.objects.update(name="Kalich")
    client.force_login(owner)
    assert f"/imports/{job.pk}/undo/" in client.get(f"/imports/{job.pk}/").content.decode()
    assert "Take this import back?" in client.get(f"/imports/{job.pk}/undo/").content.decode()

    client.post(f"/imports/{job.pk}/undo/")
    operations.run_due()

    html = client.get(f"/imports/{job.pk}/").content.decode()
    assert f"/imports/{job.pk}/kept/" in html
    listed = client.get(f"/imports/{job.pk}/kept/").content.decode()
    assert "Kalich" in listed
    assert "Hrnek" in listed
    again = api(owner).post(f"/api/v1/import/jobs/{job.pk}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_stage")
