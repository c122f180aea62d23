"""How bodies of the API are read."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from djangorestframework_camel_case.parser import CamelCaseJSONParser
from rest_framework import exceptions


class JSONParser(CamelCaseJSONParser):  # type: ignore[misc]
    """JSON in camelCase. What is nested too deeply to be read, and text that is no Unicode (half of a
    surrogate pair, which could neither be stored nor answered), is refused like any broken JSON."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        try:
            data = super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError(_("JSON parse error - nested too deeply")) from error
        if _SURROGATE in body.lower() and not _is_unicode(data):
            raise exceptions.ParseError(_("JSON parse error - half of a surrogate pair"))
        return data


_SURROGATE = b"\\ud"


def _is_unicode(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
