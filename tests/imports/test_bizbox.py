"""Golden BizBox files, from upload to products, in each encoding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.models import OutboxMessage
from imports.enums import ImportStage, RowOutcome
from inventory.models import StockLevel, Warehouse
from products.models import Product, SupplierProduct
from settings_app.models import Supplier
from tests.imports.files import LAMP, MUG, bizbox

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 BOM"),
        ("cp1250", "windows-1250"),
        ("iso8859_2", "ISO-8859-2"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
    ],
)
def test_golden_file_becomes_products_in_every_encoding(
    applied: Any, codec: str, shown: str
) -> None:
    job = applied(bizbox(MUG, LAMP), encoding=codec)

    assert (job.stage, job.refusal, job.last_error) == (ImportStage.APPLIED, "", "")
    assert (job.encoding, job.delimiter, job.quote, job.format) == (shown, ";", '"', "bizbox")
    assert "smaltovaný" in job.sample_line
    mug = Product.objects.get(code="ABC-001")
    assert mug.name == "Hrnek smaltovaný 350 ml"
    assert mug.description == "<p>Ručně <b>zdobený</b></p>"
    assert (mug.purchase_price, mug.purchase_gross) == (Decimal("120.50"), Decimal("145.81"))
    assert (mug.purchase_tax_rate, mug.purchase_currency) == (Decimal(21), "CZK")
    assert (mug.weight, mug.net_weight, mug.volume) == (Decimal("0.35"), Decimal("0.3"), None)
    assert (mug.ean, mug.manufacturer_code, mug.origin) == ("8591234567893", "ZB-350", "CZ")
    assert (mug.supplier.name, mug.default_category.path) == ("Dodavatel A", "Hrnky")
    assert sorted(mug.categories.values_list("path", flat=True)) == ["Hrnky", "Kuchyne"]
    assert list(mug.images.order_by("position").values_list("url", flat=True)) == [
        "/img/abc-001.jpg",
        "/img/a.jpg",
        "/img/b.jpg",
    ]
    assert (mug.main_image_url, mug.active, mug.seo_title) == ("/img/abc-001.jpg", True, "Hrnek")
    lamp = Product.objects.get(code="61246/46")
    assert (lamp.name, lamp.purchase_price) == ("Žluťoučká lampa", Decimal(1299))
    assert (lamp.ean, lamp.active) == ("", True)
    assert SupplierProduct.objects.get(product=mug).price == Decimal("120.5")
    assert Supplier.objects.count() == 1


def test_minimum_levels_are_never_stock(applied: Any, organization: Any) -> None:
    job = applied(bizbox(MUG))

    levels = StockLevel.objects.filter(product__code="ABC-001")
    assert {(lv.warehouse.code, lv.on_hand, lv.minimum) for lv in levels} == {
        ("sklad-internet", 0, 12),
        ("Obchod-Ledec", 0, 3),
        ("Sklad-Vilemovice", 0, 0),
    }
    assert job.levels_changed == 3


def test_on_hand_only_when_the_seller_says_so(applied: Any) -> None:
    applied(bizbox(MUG), stock={"minimumRequiredLevel": "ON_HAND"})

    levels = StockLevel.objects.filter(product__code="ABC-001", on_hand__gt=0)
    assert {(lv.warehouse.code, lv.on_hand, lv.minimum) for lv in levels} == {
        ("sklad-internet", 12, None),
        ("Obchod-Ledec", 3, None),
    }


def test_ignored_stock_makes_no_warehouse(applied: Any) -> None:
    applied(bizbox(MUG), stock="IGNORE")

    assert not StockLevel.objects.exists()
    assert not Warehouse.objects.exists()


def test_applying_the_same_file_twice_changes_nothing_and_says_so(
    applied: Any, page: Any, owner: Any
) -> None:
    first = applied(bizbox(MUG, LAMP))
    before = dict(Product.objects.values_list("code", "version"))
    messages = OutboxMessage.objects.filter(topic="product.changed").count()

    second = applied(bizbox(MUG, LAMP))

    assert (second.rows_unchanged, second.rows_new, second.rows_changed) == (2, 0, 0)
    assert (second.products_changed, second.levels_changed) == (0, 0)
    assert dict(Product.objects.values_list("code", "version")) == before
    assert OutboxMessage.objects.filter(topic="product.changed").count() == messages
    assert second.same_file_as == first
    html = page(owner).get(f"/imports/{second.pk}/").content.decode()
    assert "Nothing changed" in html
    assert "The same file was uploaded before" in html


def test_preview_shows_each_field_before_and_after(applied: Any, staged: Any) -> None:
    applied(bizbox(MUG, LAMP))
    dearer = MUG.replace("120,50", "125,00").replace("Kuchyne,Hrnky", "Hrnky")

    job = staged(bizbox(dearer, LAMP))

    assert (job.stage, job.rows_changed, job.rows_unchanged) == (ImportStage.PREVIEW, 1, 1)
    row = job.rows.get(outcome=RowOutcome.CHANGED)
    assert row.before == {"purchase_price": "120.5", "categories": ["Hrnky", "Kuchyne"]}
    assert row.values["purchase_price"] == "125"
    assert Product.objects.get(code="ABC-001").purchase_price == Decimal("120.5")


def test_empty_cell_leaves_and_marker_clears(applied: Any) -> None:
    applied(bizbox(MUG))
    header = "code;brand;ean;purchasePrice;bigImages;categoriesSingle;weight;supplier"

    applied(bizbox("ABC-001;;\\clear;;\\clear;\\clear;\\clear;\\clear", header=header))

    mug = Product.objects.get(code="ABC-001")
    assert (mug.brand, mug.purchase_price) == ("Zababa", Decimal("120.5"))
    assert (mug.ean, mug.weight, mug.supplier, mug.main_image_url) == ("", None, None, "")
    assert not mug.images.exists()
    assert not mug.categories.exists()


def test_columns_are_known_by_name_in_any_order_and_case(applied: Any) -> None:
    header = "EAN;Name:SK;unknown;CODE;purchaseprice"

    job = applied(bizbox("4006381333931;Pero;x;P-1;9.90", header=header))

    pen = Product.objects.get(code="P-1")
    assert (pen.name, pen.ean, pen.purchase_price) == ("Pero", "4006381333931", Decimal("9.9"))
    assert pen.purchase_currency == "PLN"  # the organization's, because the file names none
    assert [c["column"] for c in job.columns if not c["field"]] == ["unknown"]


def test_locale_of_the_organization_is_preferred(applied: Any, organization: Any) -> None:
    applied("code;name:cs;name:pl;ean\nP-1;Hrnek;Kubek;\n")

    assert Product.objects.get(code="P-1").name == "Kubek"


def test_supplier_of_the_upload_stands_in_where_the_file_names_none(
    applied: Any, organization: Any
) -> None:
    supplier = Supplier.objects.create(organization=organization, name="Hurtownia", currency="EUR")

    applied("code;name:cs;purchasePrice\nP-1;Hrnek;3,5\n", supplier=supplier)

    product = Product.objects.get(code="P-1")
    assert (product.supplier, product.purchase_currency) == (supplier, "EUR")


def test_products_of_another_organization_are_not_touched(
    applied: Any, other_organization: Any
) -> None:
    theirs = Product.objects.create(organization=other_organization, code="ABC-001", name="Theirs")

    job = applied(bizbox(MUG))

    theirs.refresh_from_db()
    assert (theirs.name, theirs.version, job.rows_new) == ("Theirs", 1, 1)


def test_change_since_the_preview_is_compared_again(staged: Any, applied: Any, owner: Any) -> None:
    from django.utils import timezone

    from imports import operations

    applied("code;name:cs;brand\nP-1;Hrnek;A\n")
    job = staged("code;name:cs;brand\nP-1;Hrnek;B\n")
    Product.objects.filter(code="P-1").update(brand="C")

    operations.confirm(job=job, actor=owner, now=timezone.now())
    operations.run_due()

    assert Product.objects.get(code="P-1").brand == "B"
    assert job.rows.get().before == {"brand": "C"}  # what undo must restore is what was there
