from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core.crypto import CryptoError, UnknownMasterKey, new_key
from core.models import DataKey
from core.sealed import seal, sealed_columns, unseal
from tests.factories import IntegrationFactory

OLD, NEW = (f"{name}:{base64.b64encode(new_key()).decode()}" for name in ("old", "new"))
SECRET = "eyJ0b2tlbi1vZi1hLXNlbGxlci5zaWduYXR1cmU"


@pytest.fixture
def sealed(db: None, settings: Any) -> Any:
    settings.HUB_MASTER_KEYS = OLD
    integration = IntegrationFactory()
    seal(integration, "access_token", SECRET)
    integration.save(update_fields=["access_token"])
    return integration


def test_unseal_gives_the_secret_back(sealed: Any) -> None:
    sealed.refresh_from_db()
    assert unseal(sealed, "access_token") == SECRET


def test_the_table_as_text_holds_no_secret(sealed: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM settings_app_integration t")
        text = cursor.fetchone()[0]
    assert sealed.label in text
    assert SECRET not in text
    assert base64.b64encode(SECRET.encode()).decode()[:20] not in text


def test_a_value_copied_to_another_row_does_not_open(sealed: Any) -> None:
    other = IntegrationFactory(organization=sealed.organization)
    other.access_token = sealed.access_token
    with pytest.raises(CryptoError):
        unseal(other, "access_token")


def test_a_value_copied_to_another_column_does_not_open(sealed: Any) -> None:
    sealed.refresh_token = sealed.access_token
    with pytest.raises(CryptoError):
        unseal(sealed, "refresh_token")


def test_another_organizations_key_does_not_open_it(sealed: Any) -> None:
    stranger = IntegrationFactory()
    stranger.pk, stranger.access_token = sealed.pk, sealed.access_token
    with pytest.raises(CryptoError):
        unseal(stranger, "access_token")


def test_after_rotate_keys_the_old_master_key_can_be_dropped(sealed: Any, settings: Any) -> None:
    settings.HUB_MASTER_KEYS = f"{NEW},{OLD}"
    call_command("rotate_keys", verbosity=0)
    settings.HUB_MASTER_KEYS = NEW
    sealed.refresh_from_db()
    assert unseal(sealed, "access_token") == SECRET
    assert set(DataKey.objects.values_list("master_key_id", flat=True)) == {"new"}


def test_before_rotate_keys_the_missing_master_key_is_named(sealed: Any, settings: Any) -> None:
    settings.HUB_MASTER_KEYS = NEW
    with pytest.raises(UnknownMasterKey, match="'old'"):
        unseal(sealed, "access_token")


def test_rotate_keys_with_data_keys_seals_every_secret_anew(sealed: Any, settings: Any) -> None:
    before = sealed.access_token
    settings.HUB_MASTER_KEYS = f"{NEW},{OLD}"
    call_command("rotate_keys", "--data-keys", verbosity=0)
    sealed.refresh_from_db()
    assert sealed.access_token != before
    assert unseal(sealed, "access_token") == SECRET
    assert DataKey.objects.filter(organization=sealed.organization, retired_at=None).count() == 1


def test_rotate_keys_twice_changes_nothing_the_second_time(sealed: Any) -> None:
    call_command("rotate_keys", verbosity=0)
    before = list(DataKey.objects.values_list("pk", "wrapped_key"))
    call_command("rotate_keys", verbosity=0)
    assert list(DataKey.objects.values_list("pk", "wrapped_key")) == before


def test_every_sealed_column_is_known_and_belongs_to_an_organization() -> None:
    columns = sealed_columns()
    assert ("settings_app.Integration", "access_token") in {
        (model._meta.label, field) for model, field in columns
    }
    assert all(hasattr(model, "organization") for model, _field in columns)
