"""Workers that are killed, two imports at once, cancelling: each row is applied exactly once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from core.enums import WorkState
from core.models import AuditEntry, OutboxMessage
from imports import operations
from imports.enums import ImportStage
from imports.errors import WrongStage
from imports.locks import organization_turn
from imports.models import ImportJob, ImportRow
from products.models import Product
from tests.imports.files import many
from tests.worker import kill, run_code, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
from imports.operations import run_due
run_due(seconds=60)
"""


@pytest.fixture
def worker(settings: Any) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a real process that drains imports in this test's database."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = run_code(WORKER, MEDIA_ROOT=settings.MEDIA_ROOT, IMPORT_CSV_BATCH_SIZE="50")
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def _kill(process: subprocess.Popen[bytes], job: ImportJob) -> None:
    kill(process)
    job.refresh_from_db()
    assert job.state == WorkState.RUNNING
    # Instead of waiting for the claim to run out.
    ImportJob.objects.filter(pk=job.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_worker_killed_while_reading_reads_anew(uploaded: Any, worker: Any) -> None:
    job = uploaded(many(4000))
    first = worker()
    wait_for(lambda: ImportRow.objects.filter(job=job).count() > 500)
    _kill(first, job)
    left_behind = ImportRow.objects.filter(job=job).count()
    assert 500 < left_behind < 4000

    second = worker()
    wait_for(lambda: ImportJob.objects.get(pk=job.pk).stage == ImportStage.PREVIEW)

    second.kill()
    job.refresh_from_db()
    assert (job.rows_total, job.rows_new, job.rows_wrong) == (4000, 4000, 0)
    assert ImportRow.objects.filter(job=job).count() == 4000


def test_worker_killed_while_applying_resumes_each_row_once(
    staged: Any, owner: Any, worker: Any, organization: Any
) -> None:
    Product.objects.create(organization=organization, code="M-000007", name="Starý", version=1)
    job = staged(many(4000))
    operations.confirm(job=job, actor=owner, now=timezone.now())
    first = worker()
    wait_for(lambda: ImportJob.objects.get(pk=job.pk).rows_applied > 500)
    _kill(first, job)
    applied = ImportRow.objects.filter(job=job).exclude(applied_at=None).count()
    job.refresh_from_db()
    assert 500 < applied < 4000
    assert job.rows_applied == applied == Product.objects.exclude(purchase_price=None).count()

    second = worker()
    wait_for(lambda: ImportJob.objects.get(pk=job.pk).stage == ImportStage.APPLIED)

    second.kill()
    job.refresh_from_db()
    assert (job.rows_applied, job.products_changed, job.state) == (4000, 4000, WorkState.DONE)
    assert Product.objects.count() == 4000
    assert set(Product.objects.exclude(code="M-000007").values_list("version", flat=True)) == {1}
    assert Product.objects.get(code="M-000007").version == 2
    assert not ImportRow.objects.filter(job=job, applied_at=None).exists()
    told = [
        pk
        for message in OutboxMessage.objects.filter(topic="product.changed")
        for pk in message.payload["product_ids"]
    ]
    assert len(told) == len(set(told)) == 4000
    assert OutboxMessage.objects.filter(topic="import.finished").count() == 1
    assert AuditEntry.objects.filter(action="product.imported").count() == 1


def test_two_imports_of_one_organization_take_turns(
    uploaded: Any, worker: Any, page: Any, owner: Any, organization: Any
) -> None:
    first, second = uploaded(many(3000)), uploaded(many(3000, price="9"))
    client = page(owner)

    def says_so(job: ImportJob) -> bool:
        return "Waits for its turn" in client.get(f"/imports/{job.pk}/").content.decode()

    with organization_turn(organization.pk) as mine:
        assert mine  # as if a third import were running
        workers = [worker(), worker()]
        wait_for(lambda: says_so(first) and says_so(second))
    ImportJob.objects.update(next_attempt_at=timezone.now())
    workers += [worker(), worker()]  # the first two found nothing due any more and ended
    wait_for(lambda: ImportJob.objects.filter(stage=ImportStage.PREVIEW).count() == 2)

    for process in workers:
        process.kill()
    for job in (first, second):
        job.refresh_from_db()
    earlier, later = sorted([first, second], key=lambda job: job.staged_at)
    assert later.step_started_at is None or later.step_started_at >= earlier.staged_at
    assert (first.rows_new, second.rows_new) == (3000, 3000)


def test_imports_of_two_organizations_do_not_wait_for_each_other(organization: Any) -> None:
    with organization_turn(organization.pk) as mine, organization_turn(organization.pk + 1) as also:
        assert (mine, also) == (True, True)


def test_cancel_while_waiting_for_the_preview(staged: Any, owner: Any) -> None:
    job = staged(many(10))

    operations.cancel(job=job, actor=owner, now=timezone.now())

    operations.run_due()
    job.refresh_from_db()
    assert (job.stage, job.rows.count(), Product.objects.count()) == (ImportStage.CANCELLED, 0, 0)
    with pytest.raises(WrongStage):
        operations.confirm(job=job, actor=owner, now=timezone.now())
    with pytest.raises(WrongStage):
        operations.cancel(job=job, actor=owner, now=timezone.now())


def test_cancel_stops_a_running_worker_between_batches(
    staged: Any, owner: Any, worker: Any
) -> None:
    job = staged(many(4000))
    operations.confirm(job=job, actor=owner, now=timezone.now())
    process = worker()
    wait_for(lambda: ImportJob.objects.get(pk=job.pk).rows_applied > 300)

    operations.cancel(job=job, actor=owner, now=timezone.now())

    time.sleep(0.5)
    process.kill()
    job.refresh_from_db()
    assert (job.stage, job.state) == (ImportStage.CANCELLED, WorkState.DONE)
    assert 300 < job.rows_applied < 4000
    assert Product.objects.count() == job.rows_applied
    resumed = operations.retry(job=job, actor=owner, now=timezone.now())
    operations.run_due()
    resumed.refresh_from_db()
    assert (resumed.stage, resumed.rows_applied) == (ImportStage.APPLIED, 4000)


def test_refused_file_can_be_read_again_after_its_disk_is_back(
    uploaded: Any, owner: Any, settings: Any
) -> None:
    job = uploaded(many(3))
    place = Path(django_settings.MEDIA_ROOT) / job.storage_path
    moved = place.rename(place.with_name("elsewhere"))
    operations.run_due()
    job.refresh_from_db()
    assert (job.stage, job.refusal) == (
        ImportStage.REFUSED,
        "The uploaded file is no longer stored.",
    )

    moved.rename(place)
    operations.retry(job=job, actor=owner, now=timezone.now())
    operations.run_due()

    job.refresh_from_db()
    assert (job.stage, job.refusal, job.rows_new) == (ImportStage.PREVIEW, "", 3)
    with pytest.raises(WrongStage):
        operations.retry(job=job, actor=owner, now=timezone.now())
