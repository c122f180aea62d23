"""What the seller says about how a file is read: its columns, encoding, delimiter and quote."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from imports import operations
from imports.detect import Chosen
from imports.enums import ImportStage
from imports.errors import WrongStage
from imports.formats.generic import MappingRefused
from imports.models import ColumnMapping, ImportJob
from inventory.models import StockLevel
from products.models import Product

pytestmark = pytest.mark.django_db
PRICE_LIST = "Indeks|Nazwa|Netto|VAT|Magazyn\n007|Kubek żółty|100,00|8|4\n8|Łyżka|5|23|\n"
MEANINGS = {0: "code", 1: "name", 2: "selling_price_net", 3: "selling_vat", 4: "pieces"}


def said(job: ImportJob, owner: Any, meanings: dict[int, str] = MEANINGS) -> ImportJob:
    """The job after its columns were chosen and it was read again."""
    operations.choose_columns(job=job, meanings=meanings, actor=owner, now=timezone.now())
    return ran(job)


def ran(job: ImportJob) -> ImportJob:
    operations.run_due()
    job.refresh_from_db()
    return job


def test_unknown_header_asks_instead_of_guessing(staged: Any) -> None:
    job = staged(PRICE_LIST)

    assert (job.stage, job.refusal, job.format) == (ImportStage.MAPPING, "", "")
    assert job.header == ["Indeks", "Nazwa", "Netto", "VAT", "Magazyn"]
    assert job.samples[0] == ["007", "Kubek żółty", "100,00", "8", "4"]
    assert not Product.objects.exists()


def test_said_columns_make_products(staged: Any, owner: Any) -> None:
    job = said(staged(PRICE_LIST), owner)
    assert (job.stage, job.format, job.rows_new) == (ImportStage.PREVIEW, "generic", 2)
    operations.confirm(job=job, actor=owner, now=timezone.now(), stock_meanings="ON_HAND")
    ran(job)

    kubek = Product.objects.get(code="007")
    assert (kubek.name, kubek.selling_price) == ("Kubek żółty", Decimal(108))
    assert Product.objects.get(code="8").selling_price == Decimal("6.15")
    level = StockLevel.objects.get(on_hand__gt=0)
    assert (level.product, level.on_hand, level.warehouse.code) == (kubek, 4, "Magazyn")


def test_next_file_of_the_same_header_is_read_without_asking(staged: Any, owner: Any) -> None:
    said(staged(PRICE_LIST), owner)

    job = staged(PRICE_LIST.replace("Kubek", "Dzbanek").replace("Indeks", "INDEKS"))

    assert (job.stage, job.format, job.rows_new) == (ImportStage.PREVIEW, "generic", 2)


def test_choice_of_one_organization_is_not_for_another(
    staged: Any, owner: Any, other_organization: Any
) -> None:
    said(staged(PRICE_LIST), owner)

    job = staged(PRICE_LIST, organization=other_organization)

    assert job.stage == ImportStage.MAPPING


def test_choice_goes_before_a_known_format_until_it_is_forgotten(staged: Any, owner: Any) -> None:
    job = staged("code;name:cs;material\nA;Hrnek;Mug\n")
    assert job.format == "bizbox"

    said(job, owner, {0: "code", 2: "name"})
    assert (job.format, job.rows_new) == ("generic", 1)
    operations.forget_columns(job=job, actor=owner, now=timezone.now())
    ran(job)

    assert job.format == "bizbox"
    assert not ColumnMapping.objects.exists()


@pytest.mark.parametrize(
    ("meanings", "says"),
    [
        ({1: "name"}, "No column is the product's code"),
        ({0: "code", 1: "code"}, "Several columns"),
        ({0: "code", 9: "name"}, "There is no such column"),
        ({0: "code", 1: "password"}, "password"),
        ({}, "No column is the product's code"),
    ],
)
def test_meanings_that_make_no_products_are_refused_whole(
    staged: Any, owner: Any, meanings: dict[int, str], says: str
) -> None:
    job = staged(PRICE_LIST)

    with pytest.raises(MappingRefused) as refused:
        operations.choose_columns(job=job, meanings=meanings, actor=owner, now=timezone.now())

    assert says in refused.value.detail
    assert refused.value.remedy
    assert not ColumnMapping.objects.exists()
    job.refresh_from_db()
    assert job.stage == ImportStage.MAPPING


def test_another_encoding_is_read_as_said(staged: Any, owner: Any) -> None:
    job = staged("code;name:cs\nA;Żółty kubek\n", encoding="cp1250")
    assert job.encoding == "windows-1250"

    operations.read_again(
        job=job, chosen=Chosen(encoding="ISO-8859-2"), actor=owner, now=timezone.now()
    )
    ran(job)

    assert (job.stage, job.encoding) == (ImportStage.PREVIEW, "ISO-8859-2")
    assert "Żółty" in job.rows.get().values["name"]


def test_encoding_that_does_not_fit_is_refused_and_can_be_taken_back(
    staged: Any, owner: Any
) -> None:
    job = staged("code;name:cs\nA;Żółty kubek\n", encoding="cp1250")

    operations.read_again(job=job, chosen=Chosen(encoding="UTF-8"), actor=owner, now=timezone.now())
    ran(job)
    assert (job.stage, bool(job.remedy)) == (ImportStage.REFUSED, True)
    operations.read_again(job=job, chosen=Chosen(), actor=owner, now=timezone.now())
    ran(job)

    assert (job.stage, job.encoding) == (ImportStage.PREVIEW, "windows-1250")


def test_delimiter_and_quote_are_read_as_said(staged: Any, owner: Any) -> None:
    job = staged("code;name:cs\nA;'x;y'\n")

    operations.read_again(
        job=job, chosen=Chosen(delimiter=";", quote="'"), actor=owner, now=timezone.now()
    )
    ran(job)

    assert (job.delimiter, job.quote) == (";", "'")
    assert job.rows.get().values["name"] == "x;y"


def test_reading_is_settled_once_confirmed(applied: Any, owner: Any) -> None:
    job = applied("code;name:cs\nA;Hrnek\n")

    with pytest.raises(WrongStage):
        operations.read_again(job=job, chosen=Chosen(), actor=owner, now=timezone.now())
    with pytest.raises(WrongStage):
        operations.choose_columns(job=job, meanings={0: "code"}, actor=owner, now=timezone.now())


def test_pages_ask_show_and_keep_the_choice(staged: Any, client: Any, owner: Any) -> None:
    job = staged(PRICE_LIST)
    client.force_login(owner)

    html = client.get(f"/imports/{job.pk}/").content.decode()
    assert f"/imports/{job.pk}/columns/" in html
    form = client.get(f"/imports/{job.pk}/columns/").content.decode()
    assert "Kubek żółty" in form
    refused = client.post(f"/imports/{job.pk}/columns/", {"column-1": "name"}, follow=True)
    assert "No column is the product" in refused.content.decode()
    client.post(f"/imports/{job.pk}/columns/", {f"column-{k}": v for k, v in MEANINGS.items()})
    ran(job)

    assert (job.stage, job.rows_new) == (ImportStage.PREVIEW, 2)
    client.post(f"/imports/{job.pk}/read-again/", {"encoding": "UTF-8"})
    ran(job)
    assert (job.stage, job.chosen_encoding) == (ImportStage.PREVIEW, "UTF-8")
    client.post(f"/imports/{job.pk}/columns/forget/")
    ran(job)
    assert job.stage == ImportStage.MAPPING


def test_api_says_columns_and_reading(staged: Any, api: Any, owner: Any) -> None:
    job, client = staged(PRICE_LIST), api(owner)
    columns = [{"position": place, "meaning": one} for place, one in MEANINGS.items()]

    answer = client.put(
        f"/api/v1/import/jobs/{job.pk}/columns", {"columns": columns}, format="json"
    )
    assert answer.status_code == 202
    ran(job)
    assert job.stage == ImportStage.PREVIEW
    answer = client.post(f"/api/v1/import/jobs/{job.pk}/reading", {"delimiter": "|"}, format="json")
    assert answer.status_code == 202
    ran(job)
    assert (job.stage, job.chosen_delimiter) == (ImportStage.PREVIEW, "|")
    answer = client.put(f"/api/v1/import/jobs/{job.pk}/columns", {"columns": []}, format="json")
    ran(job)
    assert job.stage == ImportStage.MAPPING
    wrong = client.post(
        f"/api/v1/import/jobs/{job.pk}/reading", {"encoding": "EBCDIC"}, format="json"
    )
    assert wrong.status_code == 400
