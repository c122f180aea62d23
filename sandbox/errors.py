"""Errors in Allegro's shape, with a message for people in the language they asked for."""

from __future__ import annotations

from typing import Any

# code -> language -> text. English is the default, as on Allegro.
_USER_MESSAGES: dict[str, dict[str, str]] = {
    "AccessDenied": {
        "en": "You do not have access to this resource.",
        "pl": "Nie masz dostępu do tego zasobu.",
        "cs": "K tomuto zdroji nemáte přístup.",
    },
    "TOO_MANY_REQUESTS": {
        "en": "Too many requests. Try again later.",
        "pl": "Zbyt wiele żądań. Spróbuj ponownie później.",
        "cs": "Příliš mnoho požadavků. Zkuste to později.",
    },
    "NotFoundException": {
        "en": "The requested resource was not found.",
        "pl": "Nie znaleziono zasobu.",
        "cs": "Zdroj nebyl nalezen.",
    },
    "": {
        "en": "The request contains incorrect data. Contact the author of the application.",
        "pl": "Żądanie zawiera nieprawidłowe dane. Skontaktuj się z twórcą aplikacji.",
        "cs": "Požadavek obsahuje nesprávné údaje. Kontaktujte autora aplikace.",
    },
}


class ApiError(Exception):
    """An answer of 400 or above. ``user_message`` replaces the translated standard text."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        path: str | None = None,
        user_message: str | None = None,
        details: str | None = None,
        metadata: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.path = path
        self.user_message = user_message
        self.details = details
        self.metadata = metadata or {}
        self.headers = headers or {}
        self.also: list[ApiError] = []

    def body(self, accept_language: str) -> dict[str, Any]:
        return {"errors": [error.item(accept_language) for error in (self, *self.also)]}

    def item(self, accept_language: str) -> dict[str, Any]:
        """This error alone, as lists of errors hold it."""
        return {
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "path": self.path,
            "userMessage": self.user_message or user_message(self.code, accept_language),
            "metadata": self.metadata,
        }


class Unauthorized(ApiError):
    """401 in the shape of the OAuth standard, which Allegro uses for most resources."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(401, error, description)

    def body(self, accept_language: str) -> dict[str, Any]:
        return {"error": self.code, "error_description": self.message}


def user_message(code: str, accept_language: str) -> str:
    texts = _USER_MESSAGES.get(code) or _USER_MESSAGES[""]
    return texts.get(accept_language[:2].lower(), texts["en"])


def invalid(status: int, message: str, path: str | None = None) -> ApiError:
    """A value is wrong: 400 or 422, as the resource prefers."""
    return ApiError(status, "VALIDATION_ERROR", message, path=path, user_message=message)


def together(errors: list[ApiError]) -> ApiError:
    """Several errors in one answer."""
    first, *rest = errors
    first.also = rest
    return first


def not_found(what: str) -> ApiError:
    return ApiError(404, "NotFoundException", f"{what} not found")
