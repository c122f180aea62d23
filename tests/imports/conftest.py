from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from imports import operations
from imports.models import ImportJob
from tests.imports.files import Upload


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def uploaded(organization: Any, owner: Any) -> Callable[..., ImportJob]:
    """Upload a text or bytes as a file of the organization."""

    def make(content: str | bytes, *, encoding: str = "utf-8", **kwargs: Any) -> ImportJob:
        data = content if isinstance(content, bytes) else content.encode(encoding)
        values = {"organization": organization, "actor": owner, "file_name": "a.csv", **kwargs}
        return operations.upload(file=Upload(data), now=timezone.now(), **values)

    return make


@pytest.fixture
def staged(uploaded: Callable[..., ImportJob]) -> Callable[..., ImportJob]:
    """Upload and read a file; the job as it is then."""

    def make(*args: Any, **kwargs: Any) -> ImportJob:
        job = uploaded(*args, **kwargs)
        operations.run_due()
        job.refresh_from_db()
        return job

    return make


@pytest.fixture
def applied(staged: Callable[..., ImportJob], owner: Any) -> Callable[..., ImportJob]:
    """Upload, read, confirm and apply a file."""

    def make(*args: Any, stock: Any = None, **kwargs: Any) -> ImportJob:
        job = staged(*args, **kwargs)
        operations.confirm(job=job, actor=owner, now=timezone.now(), stock_meanings=stock)
        operations.run_due()
        job.refresh_from_db()
        return job

    return make
