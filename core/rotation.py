"""Replacing keys while everything keeps working."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from core.models import DataKey
from core.sealed import master_keys, rewrap, seal, sealed_columns, unseal


@dataclass(slots=True)
class RotationReport:
    """What a rotation did."""

    master_key_id: str
    wrapped: int = 0
    kept: int = 0
    resealed: int = 0


def rotate(*, new_data_keys: bool = False) -> RotationReport:
    """Wrap all data keys with the current master key; each row in a transaction of its own.

    With ``new_data_keys`` every organization also gets a new data key and every sealed column is
    sealed with it. Safe to repeat after an interruption. Raises ``UnknownMasterKey`` before
    anything of that row is written when a data key cannot be opened.
    """
    keys = master_keys()
    report = RotationReport(master_key_id=keys.current)
    for pk in DataKey.objects.values_list("pk", flat=True).order_by("pk"):
        with transaction.atomic():
            data_key = DataKey.objects.select_for_update().get(pk=pk)
            if rewrap(data_key, keys=keys):
                report.wrapped += 1
            else:
                report.kept += 1
    if new_data_keys:
        DataKey.objects.filter(retired_at=None).update(retired_at=timezone.now())
        report.resealed = _reseal_everything()
    return report


def _reseal_everything() -> int:
    total = 0
    for model, field in sealed_columns():
        pks = model._default_manager.exclude(**{field: ""}).values_list("pk", flat=True)
        for pk in pks.order_by("pk").iterator():
            total += _reseal(model, field, pk)
    return total


def _reseal(model: type[models.Model], field: str, pk: object) -> int:
    with transaction.atomic():
        row = model._default_manager.select_for_update().filter(pk=pk).first()
        if row is None or not getattr(row, field):
            return 0
        seal(row, field, unseal(row, field))
        row.save(update_fields=[field])
    return 1
