"""A BizBox file from upload to products, beside COPY and one INSERT ... ON CONFLICT of its rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from tests.bench.shop import new_shop, seconds, vacuum
from tests.imports.files import Upload
from tests.measures import Result, Results, measure

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from imports.models import ImportJob

ROWS = 50_000
HEADER = (
    "code;name:cs;description:cs;shortDescription:cs;brand;manufacturer;supplier;purchasePrice;"
    "purchasePriceTaxRate;purchasePriceCurrency;ean;manufacturerCode;weight;netWeight;height;width;"
    "depth;length;material;origin;bigImages;stock:minimumRequiredLevel:sklad-internet;active;"
    "defaultCategory;seoTitle:cs"
)
COLUMNS = [f"c{number}" for number in range(HEADER.count(";") + 1)]
STAGE = f"CREATE TEMPORARY TABLE bench_file ({', '.join(f'{name} text' for name in COLUMNS)})"
COPY = "COPY bench_file FROM STDIN (FORMAT csv, DELIMITER ';', HEADER true)"
UPSERT = """
    INSERT INTO products_product (organization_id, code, name, description, short_description, brand,
           manufacturer, purchase_price, purchase_tax_rate, purchase_currency, ean, manufacturer_code,
           weight, net_weight, height, width, depth, length, material, origin, main_image_url, active,
           seo_title, minimum_stock, external_id, parent_code, name_url, selling_currency, availability,
           seo_description, seo_keywords, tags, track_inventory, sync_enabled, version, created_at,
           updated_at)
    SELECT %s, c0, c1, c2, c3, c4, c5, replace(c7, ',', '.')::numeric, c8::numeric, c9, c10, c11,
           replace(c12, ',', '.')::numeric, replace(c13, ',', '.')::numeric, c14::numeric,
           c15::numeric, c16::numeric, c17::numeric, c18, c19, c20, c22 = '1', c24, c21::int, '', '', '',
           '', '', '', '', '', true, true, 1, now(), now()
      FROM bench_file
        ON CONFLICT (organization_id, code) DO UPDATE
       SET name = excluded.name, purchase_price = excluded.purchase_price, ean = excluded.ean,
           updated_at = excluded.updated_at
"""


@measure("imports: BizBox rows")
def bizbox() -> Results:
    """Staging checks every cell and keeps every row; applying also writes suppliers, pictures, levels,
    the audit and what undo needs. The bare way writes the products and trusts the file."""
    content = file_of(ROWS)
    organization, owner = new_shop()
    other, _ = new_shop()
    vacuum()
    plain = seconds(lambda: copied(other, content))
    vacuum()
    with tempfile.TemporaryDirectory() as directory, stored_below(directory):
        staged = seconds(lambda: stage(organization, owner, content))
        applied = seconds(lambda: apply(organization, owner))
        vacuum()
        again = seconds(lambda: stage(organization, owner, content))
    return {
        "imports: rows uploaded, checked, compared, per second": rate(staged, plain, 0.08),
        "imports: confirmed rows applied, per second": rate(applied, plain, 0.06),
        "imports: rows from upload to product, per second": rate(staged + applied, plain, 0.035),
        "imports: the same file again, checked, per second": rate(again, plain, 0.05),
    }


def rate(taken: float, plain: float, goal: float) -> Result:
    return Result(ROWS / taken, ROWS / plain, goal=goal, unit="/s")


def file_of(rows: int) -> bytes:
    lines = [HEADER, *(row(number) for number in range(rows))]
    return ("\r\n".join(lines) + "\r\n").encode()


def row(number: int) -> str:
    price = f"{100 + number % 900},50"
    return (
        f"M-{number:06d};Hrnek smaltovaný {number} 350 ml;<p>Ručně <strong>zdobený</strong> hrnek číslo "
        f"{number}, vhodný do myčky</p>;Hrnek;Zababa;Zababa s.r.o.;Dodavatel {number % 5};{price};21;CZK;"
        f"{ean(number)};ZB-{number};0,350;0,300;9;8;8;7;smalt;CZ;https://img.example/{number}.jpg;"
        f"{number % 20};1;Kuchyně > Hrnky {number % 40};Hrnek {number}"
    )


def ean(number: int) -> str:
    digits = f"590{number:09d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


@contextmanager
def stored_below(directory: str) -> Iterator[None]:
    """Uploads lie in a directory that goes away again."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=directory):
        yield


def stage(organization: Organization, owner: User, content: bytes) -> None:
    """Upload the file and bring it to its preview."""
    from django.utils import timezone

    from imports import operations
    from imports.enums import ImportStage

    operations.upload(
        organization=organization,
        file=Upload(content),
        file_name="katalog.csv",
        actor=owner,
        now=timezone.now(),
    )
    operations.run_due(seconds=600)
    job = latest(organization)
    assert (job.stage, job.rows_total, job.rows_wrong) == (ImportStage.PREVIEW, ROWS, 0)


def apply(organization: Organization, owner: User) -> None:
    """Confirm the preview and write it."""
    from django.utils import timezone

    from imports import operations
    from imports.enums import ImportStage

    operations.confirm(job=latest(organization), actor=owner, now=timezone.now())
    operations.run_due(seconds=600)
    job = latest(organization)
    assert job.stage == ImportStage.APPLIED, job.last_error


def latest(organization: Organization) -> ImportJob:
    from imports.models import ImportJob

    found: ImportJob = ImportJob.objects.filter(organization=organization).latest("pk")
    return found


def copied(organization: Organization, content: bytes) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            source = BytesIO(content)
            while part := source.read(1 << 20):
                copy.write(part)
        cursor.execute(UPSERT, [organization.pk])
