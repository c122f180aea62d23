"""Pages of imports: the flow without script, roles, tenancy, number of queries, the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports import operations
from imports.enums import ImportStage
from imports.models import ImportJob
from inventory.models import StockLevel
from products.models import Product
from tests.imports.files import LAMP, MUG, bizbox, many

pytestmark = pytest.mark.django_db


def _file(text: str, name: str = "žbirka.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def test_upload_look_confirm_result(page: Any, staff: Any) -> None:
    client = page(staff)

    posted = client.post(
        "/imports/new/", {"file": _file(bizbox(MUG, LAMP, ";;bez kódu")), "supplier": ""}
    )
    job = ImportJob.objects.get()
    assert (posted.status_code, posted.url) == (302, f"/imports/{job.pk}/")
    waiting = client.get(posted.url).content.decode()
    assert "Uploaded" in waiting
    assert f'hx-get="/imports/{job.pk}/progress/"' in waiting
    assert "http-equiv" in waiting  # works by reloading where there is no script

    operations.run_due()
    preview = client.get(posted.url).content.decode()
    for words in ("New products: 2.", "UTF-8", "semicolon", "smaltovaný", "sklad-internet"):
        assert words in preview
    assert 'value="MINIMUM"' in preview
    assert not Product.objects.exists()
    wrong = client.get(f"{posted.url}?outcome=WRONG").content.decode()
    assert "The row has no code." in wrong
    assert "fill it in" in wrong
    assert client.get(f"/imports/{job.pk}/progress/").headers["HX-Redirect"] == posted.url

    confirmed = client.post(f"{posted.url}confirm/", {"stock_0": "ON_HAND"})
    assert confirmed.status_code == 302
    operations.run_due()
    result = client.get(posted.url).content.decode()
    assert "2 products and 2 stock levels were written." in result
    assert StockLevel.objects.filter(on_hand__gt=0).count() == 2
    assert "žbirka.csv" in client.get("/imports/").content.decode()


def test_confirm_without_an_answer_keeps_minimum(page: Any, owner: Any, staged: Any) -> None:
    job = staged(bizbox(MUG))

    page(owner).post(f"/imports/{job.pk}/confirm/", {})

    job.refresh_from_db()
    assert job.stage == ImportStage.PREVIEW  # the question is not answered, so nothing starts


def test_upload_shows_a_refusal_at_the_file(page: Any, owner: Any) -> None:
    answer = page(owner).post("/imports/new/", {"file": _file("")})

    assert answer.status_code == 422
    assert "The file is empty (0 bytes)." in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_refused_file_shows_reason_and_remedy(page: Any, owner: Any, staged: Any) -> None:
    job = staged("code;name:cs\n")

    html = page(owner).get(f"/imports/{job.pk}/").content.decode()

    assert "a header and no rows" in html
    assert "Try again" in html


def test_viewer_looks_and_may_not_change(page: Any, viewer: Any, staged: Any) -> None:
    job = staged(many(3))
    client = page(viewer)

    assert client.get("/imports/").status_code == 200
    looked = client.get(f"/imports/{job.pk}/").content.decode()
    assert "waits for somebody" in looked
    assert "confirm/" not in looked
    assert client.get("/imports/new/").status_code == 403
    assert client.post("/imports/new/", {"file": _file(many(1))}).status_code == 403
    for action in ("confirm", "cancel", "retry"):
        assert client.post(f"/imports/{job.pk}/{action}/").status_code == 403
    job.refresh_from_db()
    assert (job.stage, ImportJob.objects.count()) == (ImportStage.PREVIEW, 1)


def test_outsider_finds_nothing(page: Any, outsider: Any, staged: Any) -> None:
    job = staged(many(3))
    client = page(outsider)

    for place in ("", "progress/", "errors.csv"):
        assert client.get(f"/imports/{job.pk}/{place}").status_code == 404
    for action in ("confirm", "cancel", "retry"):
        assert client.post(f"/imports/{job.pk}/{action}/").status_code == 404
    assert "a.csv" not in client.get("/imports/").content.decode()
    job.refresh_from_db()
    assert job.stage == ImportStage.PREVIEW


def _queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_takes_the_same_queries_for_one_and_three(
    page: Any, owner: Any, uploaded: Any
) -> None:
    client = page(owner)
    uploaded(many(1))
    one = _queries(client, "/imports/")
    uploaded(many(2))
    uploaded(many(2))

    assert _queries(client, "/imports/") == one <= 10


def test_preview_takes_the_same_queries_for_one_and_three_rows(
    page: Any, owner: Any, staged: Any
) -> None:
    client = page(owner)
    one, three = staged(many(1)), staged(many(3))

    assert (
        _queries(client, f"/imports/{one.pk}/") == _queries(client, f"/imports/{three.pk}/") <= 12
    )


def test_admin_lists_and_acts(page: Any, operator: Any, staged: Any) -> None:
    refused, waiting = staged("code;name:cs\n"), staged(many(3))
    client = page(operator)

    listed = client.get("/admin/imports/importjob/").content.decode()
    assert listed.count("a.csv") >= 2
    assert client.get(f"/admin/imports/importjob/{waiting.pk}/change/").status_code == 200
    assert client.get("/admin/imports/importrow/").status_code == 200
    client.post(
        "/admin/imports/importjob/",
        {"action": "retry", "_selected_action": [refused.pk, waiting.pk]},
    )
    refused.refresh_from_db()
    waiting.refresh_from_db()
    assert (refused.stage, waiting.stage) == (ImportStage.UPLOADED, ImportStage.PREVIEW)
    client.post("/admin/imports/importjob/", {"action": "cancel", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert waiting.stage == ImportStage.CANCELLED
