"""Envelope encryption, AES-256-GCM.

Each organization has data keys; a data key encrypts that organization's secrets and lies in the
database wrapped by a master key from the environment. Several master keys can be known at once:
the first one wraps, all of them unwrap, so one can be replaced without a stop
(``manage.py rotate_keys``). Associated data binds a ciphertext to the place it was written to, so a
value copied to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class CryptoError(Exception):
    """A secret could not be sealed or opened. Never carries the secret or a key."""


class UnknownMasterKey(CryptoError):
    """A data key is wrapped by a master key that the environment no longer has."""


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The master keys of this installation by id; ``current`` wraps, all unwrap."""

    current: str
    keys: Mapping[str, bytes]

    @classmethod
    def parse(cls, text: str) -> MasterKeys:
        """Read ``id:base64[,id:base64…]``; the first key is the current one."""
        keys: dict[str, bytes] = {}
        for item in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = item.partition(":")
            keys[key_id] = _decode_key(key_id, encoded)
        if not keys:
            raise CryptoError("HUB_MASTER_KEYS is empty; give at least one id:base64 key")
        return cls(current=next(iter(keys)), keys=keys)

    def __repr__(self) -> str:
        return f"MasterKeys(current={self.current!r}, ids={sorted(self.keys)!r})"

    def wrap(self, data_key: bytes, *, associated: str) -> tuple[str, str]:
        """Return (master key id, wrapped data key)."""
        return self.current, encrypt(self.keys[self.current], data_key, associated=associated)

    def unwrap(self, wrapped: str, *, key_id: str, associated: str) -> bytes:
        try:
            key = self.keys[key_id]
        except KeyError as error:
            raise UnknownMasterKey(
                f"master key {key_id!r} is not in HUB_MASTER_KEYS; add it again and run rotate_keys"
            ) from error
        return decrypt(key, wrapped, associated=associated)


def _decode_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise CryptoError(f"master key {key_id!r} is not base64") from error
    if not key_id or len(key) != KEY_BYTES:
        raise CryptoError(f"master key {key_id!r} must be an id and {KEY_BYTES} bytes in base64")
    return key


def new_key() -> bytes:
    """A fresh random 256-bit key."""
    return AESGCM.generate_key(bit_length=256)


def encrypt(key: bytes, plaintext: bytes, *, associated: str) -> str:
    """Seal ``plaintext``; the answer is base64 text of nonce and ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(
        nonce + AESGCM(key).encrypt(nonce, plaintext, associated.encode())
    ).decode()


def decrypt(key: bytes, sealed: str, *, associated: str) -> bytes:
    """Open what :func:`encrypt` sealed with the same key and associated data."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], associated.encode())
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise CryptoError("the sealed value does not open with this key at this place") from error
