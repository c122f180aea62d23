"""What single formats do with cells that say more than a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from imports.enums import ImportStage
from imports.formats import recognise
from imports.models import ImportRow
from products.models import Product
from settings_app.models import OrganizationSettings

pytestmark = pytest.mark.django_db


def test_net_price_gets_the_vat_of_its_row(applied: Any) -> None:
    applied("code;name;price;includingVat;percentVat\nA;Hrnek;100;0;12\nB;Miska;100;1;12\n")

    prices = dict(Product.objects.values_list("code", "selling_price"))
    assert prices == {"A": Decimal(112), "B": Decimal(100)}


def test_prices_without_tax_get_the_sellers_vat_and_the_page_says_so(
    applied: Any, organization: Any
) -> None:
    OrganizationSettings.objects.create(organization=organization, default_vat_rate=Decimal(8))

    job = applied("Reference #;Name *;Price tax excluded\nA;Kubek;100\n")

    assert Product.objects.get(code="A").selling_price == Decimal(108)
    assert len(job.warnings) == 1
    assert "8 %" in job.warnings[0]


def test_price_with_tax_goes_before_one_without(applied: Any) -> None:
    job = applied("Reference #;Name *;Price tax excluded;Price tax included\nA;Kubek;100;125\n")

    assert Product.objects.get(code="A").selling_price == Decimal(125)
    assert job.warnings == []


def test_several_sizes_in_a_row_are_refused_with_what_to_do(staged: Any) -> None:
    job = staged('@id,/sizes/size@code,/description/name[pol]\n1,"A-S\nA-M",Koszulka\n2,B,Kubek\n')

    assert (job.rows_new, job.rows_wrong) == (1, 1)
    wrong = ImportRow.objects.get(job=job, outcome="WRONG")
    assert (wrong.errors[0]["code"], wrong.errors[0]["column"]) == (
        "several_sizes",
        "/sizes/size@code",
    )


def test_two_columns_of_one_meaning_refuse_the_file(staged: Any) -> None:
    job = staged("Reference #;Name *;Price tax included;Manufacturer;Brand\nA;Kubek;1;X;Y\n")

    assert job.stage == ImportStage.REFUSED
    assert "Manufacturer" in job.refusal
    assert "Brand" in job.refusal


def test_parent_by_number_of_the_shop_is_left_out(applied: Any) -> None:
    applied("SKU,Name,Regular price,Parent\nA,Kubek,10,id:100\nB,Miska,10,A\n")

    assert dict(Product.objects.values_list("code", "parent_code")) == {"A": "", "B": "A"}


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (["code", "name", "description"], "bizbox"),
        (["code", "pairCode", "name"], "shoptet"),
        (["SKU", "Name", "Regular price"], "woocommerce"),
        (["sku", "name", "price_brutto"], "baselinker"),
        (["ID", "Reference #", "Price tax excluded"], "prestashop"),
        (["@id", "@code_iai"], "idosell"),
    ],
)
def test_header_names_tell_the_format(header: list[str], key: str) -> None:
    found = recognise(header)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "header", [["sku", "name"], ["Name", "Regular price"], ["a", "b"], [""], ["price", "name"]]
)
def test_header_of_nobody_is_not_guessed(header: list[str]) -> None:
    assert recognise(header) is None
