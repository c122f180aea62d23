"""The routes of imports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports import operations
from imports.models import ImportJob
from inventory.models import StockLevel
from products.models import Product
from settings_app.models import Supplier
from tests.imports.files import MUG, bizbox, many, small

pytestmark = pytest.mark.django_db


def _upload(client: Any, text: str, **kwargs: Any) -> Any:
    file = SimpleUploadedFile("products.csv", text.encode(), content_type="text/csv")
    return client.post(
        "/api/v1/import/csv", {"file": file, **kwargs.pop("data", {})}, format="multipart", **kwargs
    )


def test_whole_flow(api: Any, owner: Any) -> None:
    client = api(owner)

    answer = _upload(client, bizbox(MUG, ";;X"))
    assert answer.status_code == 202
    job = answer.json()["id"]
    status = client.get(f"/api/v1/import/jobs/{job}/status").json()
    assert (status["stage"], status["inFlight"]) == ("UPLOADED", True)

    operations.run_due()
    read = client.get(f"/api/v1/import/jobs/{job}").json()
    assert (read["stage"], read["encoding"], read["rowsNew"]) == ("PREVIEW", "UTF-8", 1)
    assert read["stockColumns"][0] | {"warehouses": []} == {
        "kind": "minimumRequiredLevel", "meaning": "MINIMUM", "warehouses": [], "rows": 1,
    }  # fmt: skip
    assert {"column": "purchasePrice", "field": "purchase_price"} in read["columns"]
    preview = client.get(f"/api/v1/import/jobs/{job}/preview?outcome=WRONG").json()
    assert preview["rows"][0]["line"] == 3
    assert preview["rows"][0]["problems"][0]["code"] == "code_missing"
    changes = client.get(f"/api/v1/import/jobs/{job}/preview").json()["rows"][0]["changes"]
    assert {"field": "purchase_price", "before": "", "after": "120.5"} in changes

    confirmed = client.post(
        f"/api/v1/import/jobs/{job}/confirm",
        {"stockColumns": [{"kind": "minimumRequiredLevel", "meaning": "ON_HAND"}]},
    )
    assert confirmed.status_code == 202
    operations.run_due()
    done = client.get(f"/api/v1/import/jobs/{job}/status").json()
    assert (done["stage"], done["rowsApplied"], done["productsChanged"]) == ("APPLIED", 1, 1)
    assert StockLevel.objects.get(warehouse__code="sklad-internet").on_hand == 12
    errors = client.get(f"/api/v1/import/jobs/{job}/errors")
    assert b"The row has no code." in b"".join(errors.streaming_content)
    listed = client.get("/api/v1/import/jobs/?limit=1").json()
    assert [item["id"] for item in listed["items"]] == [job]


def test_same_key_uploads_once(api: Any, owner: Any) -> None:
    client = api(owner)

    first = _upload(client, many(2), headers={"Idempotency-Key": "k1"})
    again = _upload(client, many(2), headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert ImportJob.objects.count() == 1


def test_refusals_are_problems_with_a_remedy(api: Any, owner: Any, staged: Any) -> None:
    client = api(owner)
    job = staged(many(1))

    empty = _upload(client, "")
    assert (empty.status_code, empty.json()["code"]) == (422, "file_refused")
    assert empty.json()["remedy"]
    nothing = client.post("/api/v1/import/csv", {}, format="multipart")
    assert nothing.status_code == 400
    assert "file" in nothing.json()["errors"]
    retried = client.post(f"/api/v1/import/jobs/{job.pk}/retry")
    assert (retried.status_code, retried.json()["code"]) == (409, "wrong_stage")
    assert ImportJob.objects.count() == 1


def test_cancel_and_retry(api: Any, owner: Any, staged: Any) -> None:
    client = api(owner)
    job = staged(many(2))

    assert client.post(f"/api/v1/import/jobs/{job.pk}/cancel").json()["stage"] == "CANCELLED"
    assert client.post(f"/api/v1/import/jobs/{job.pk}/confirm", {}).status_code == 409
    assert client.post(f"/api/v1/import/jobs/{job.pk}/retry").json()["stage"] == "UPLOADED"

    operations.run_due()
    job.refresh_from_db()
    assert (job.stage, job.rows_new) == ("PREVIEW", 2)


def test_supplier_must_be_ones_own(api: Any, owner: Any, other_organization: Any) -> None:
    theirs = Supplier.objects.create(organization=other_organization, name="Theirs")

    answer = _upload(api(owner), many(1), data={"supplier": theirs.pk})

    assert answer.status_code == 400
    assert not ImportJob.objects.exists()


def test_viewer_reads_only(api: Any, viewer: Any, staged: Any) -> None:
    client = api(viewer)
    job = staged(small(("A", "X", "1", "")))

    assert client.get(f"/api/v1/import/jobs/{job.pk}").status_code == 200
    assert _upload(client, many(1)).status_code == 403
    for action in ("confirm", "cancel", "retry"):
        assert client.post(f"/api/v1/import/jobs/{job.pk}/{action}").status_code == 403
    assert (ImportJob.objects.count(), Product.objects.count()) == (1, 0)


def test_outsider_finds_nothing(api: Any, outsider: Any, staged: Any) -> None:
    client = api(outsider)
    job = staged(many(1))

    for place in ("", "/status", "/preview", "/errors"):
        assert client.get(f"/api/v1/import/jobs/{job.pk}{place}").status_code == 404
    for action in ("confirm", "cancel", "retry"):
        assert client.post(f"/api/v1/import/jobs/{job.pk}/{action}").status_code == 404
    assert client.get("/api/v1/import/jobs").json()["items"] == []
