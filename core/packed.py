"""Documents kept for the record: JSON that is stored whole, compressed, and never searched inside.

A checkout form of 3 KB takes 1 KB and stays in its row; as ``jsonb`` it is parsed, compressed and moved
out of line by the database, which costs more than all other columns of the order together.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.db import models

LEVEL = 1
# The first byte of a zlib stream; JSON never begins with it, so rows from before are told apart.
COMPRESSED = b"\x78"


def pack(body: bytes) -> bytes:
    """The bytes of a JSON document, compressed."""
    return zlib.compress(body, LEVEL)


def unpack(stored: bytes) -> Any:
    """The document behind stored bytes, compressed or plain."""
    body = zlib.decompress(stored) if stored.startswith(COMPRESSED) else stored
    return json.loads(body)


class PackedJSONField(models.BinaryField):  # type: ignore[type-arg]
    """A column for :func:`pack`. Reads as the document; takes a document, or bytes already packed."""

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return None if value is None else unpack(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, bytes):
            value = pack(json.dumps(value, ensure_ascii=False).encode())
        return super().get_db_prep_value(value, connection, prepared)
