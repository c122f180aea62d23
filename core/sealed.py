"""Secret columns: sealed with the organization's data key, bound to table, column and row."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from core.crypto import CryptoError, MasterKeys, decrypt, encrypt, new_key
from core.models import DataKey

FORMAT = "v1"


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A text column that only ever holds ciphertext; write it by :func:`seal`, read by :func:`unseal`.

    Admin, forms and serializers leave it out because it is not editable.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)


def master_keys() -> MasterKeys:
    """The master keys of the environment (``HUB_MASTER_KEYS``)."""
    return MasterKeys.parse(settings.HUB_MASTER_KEYS)


def seal(instance: Any, field: str, plaintext: str) -> None:
    """Put the ciphertext of ``plaintext`` on the instance; the caller saves it.

    The instance must have its primary key and its organization, because both are bound into the
    ciphertext. An empty text clears the column.
    """
    if not plaintext:
        setattr(instance, field, "")
        return
    data_key = current_data_key(organization_id=instance.organization_id)
    ciphertext = encrypt(_open(data_key), plaintext.encode(), associated=_place(instance, field))
    setattr(instance, field, f"{FORMAT}.{data_key.pk}.{ciphertext}")


def unseal(instance: Any, field: str) -> str:
    """The plaintext of a sealed column, or an empty text. Raises :class:`CryptoError`."""
    sealed = getattr(instance, field)
    if not sealed:
        return ""
    version, key_pk, ciphertext = sealed.split(".", 2)
    if version != FORMAT:
        raise CryptoError(f"unknown sealed format {version!r}")
    data_key = DataKey.objects.filter(pk=key_pk, organization_id=instance.organization_id).first()
    if data_key is None:
        raise CryptoError("the data key of this value is gone")
    return decrypt(_open(data_key), ciphertext, associated=_place(instance, field)).decode()


def current_data_key(*, organization_id: int) -> DataKey:
    """The organization's data key in use; makes the first one when there is none."""
    found = DataKey.objects.filter(organization_id=organization_id, retired_at=None).first()
    return found or make_data_key(organization_id=organization_id)


def make_data_key(*, organization_id: int) -> DataKey:
    """Make a data key. Two makers at once end with one: the unique index decides."""
    master_key_id, wrapped = master_keys().wrap(new_key(), associated=_wrapping(organization_id))
    with transaction.atomic():
        DataKey.objects.bulk_create(
            [
                DataKey(
                    organization_id=organization_id,
                    master_key_id=master_key_id,
                    wrapped_key=wrapped,
                )
            ],
            ignore_conflicts=True,
        )
    return DataKey.objects.get(organization_id=organization_id, retired_at=None)


def rewrap(data_key: DataKey, *, keys: MasterKeys) -> bool:
    """Wrap a data key with the current master key; False when it already is. Saves the row."""
    if data_key.master_key_id == keys.current:
        return False
    associated = _wrapping(data_key.organization_id)
    plain = keys.unwrap(data_key.wrapped_key, key_id=data_key.master_key_id, associated=associated)
    data_key.master_key_id, data_key.wrapped_key = keys.wrap(plain, associated=associated)
    data_key.save(update_fields=["master_key_id", "wrapped_key"])
    return True


def sealed_columns() -> list[tuple[type[models.Model], str]]:
    """Every (model, field name) that holds sealed values."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    ]


def _open(data_key: DataKey) -> bytes:
    return master_keys().unwrap(
        data_key.wrapped_key,
        key_id=data_key.master_key_id,
        associated=_wrapping(data_key.organization_id),
    )


def _wrapping(organization_id: int) -> str:
    return f"data-key:{organization_id}"


def _place(instance: Any, field: str) -> str:
    if instance.pk is None:
        raise CryptoError("save the row before sealing a value in it; the row's id is bound in")
    return f"{instance._meta.db_table}:{field}:{instance.pk}"
