from __future__ import annotations

import base64

import pytest

from core.crypto import CryptoError, MasterKeys, UnknownMasterKey, decrypt, encrypt, new_key


def _keys(*ids: str) -> MasterKeys:
    return MasterKeys.parse(",".join(f"{i}:{base64.b64encode(new_key()).decode()}" for i in ids))


def test_decrypt_returns_what_was_encrypted() -> None:
    key = new_key()
    sealed = encrypt(key, "zażółć".encode(), associated="table:column:1")
    assert decrypt(key, sealed, associated="table:column:1").decode() == "zażółć"


def test_encrypt_twice_gives_different_ciphertexts() -> None:
    key = new_key()
    assert encrypt(key, b"x", associated="a") != encrypt(key, b"x", associated="a")


@pytest.mark.parametrize("associated", ["table:column:2", "table:other:1", ""])
def test_decrypt_refuses_another_place(associated: str) -> None:
    key = new_key()
    sealed = encrypt(key, b"secret", associated="table:column:1")
    with pytest.raises(CryptoError):
        decrypt(key, sealed, associated=associated)


def test_decrypt_refuses_changed_bytes() -> None:
    key = new_key()
    raw = bytearray(base64.b64decode(encrypt(key, b"secret", associated="a")))
    raw[-1] ^= 1
    with pytest.raises(CryptoError):
        decrypt(key, base64.b64encode(bytes(raw)).decode(), associated="a")


def test_first_master_key_wraps_and_all_unwrap() -> None:
    keys = _keys("2026", "2025")
    old = MasterKeys(current="2025", keys=keys.keys)
    key_id, wrapped = old.wrap(b"data key", associated="o")
    assert key_id == "2025"
    assert keys.unwrap(wrapped, key_id=key_id, associated="o") == b"data key"
    assert keys.wrap(b"x", associated="o")[0] == "2026"


def test_unwrap_names_the_missing_master_key() -> None:
    with pytest.raises(UnknownMasterKey, match="'gone'"):
        _keys("a").unwrap("x", key_id="gone", associated="o")


@pytest.mark.parametrize("text", ["", "a", "a:!!", "a:c2hvcnQ=", ":" + "A" * 44])
def test_parse_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(CryptoError):
        MasterKeys.parse(text)


def test_master_keys_do_not_print_themselves() -> None:
    keys = _keys("a")
    assert base64.b64encode(keys.keys["a"]).decode() not in repr(keys)
