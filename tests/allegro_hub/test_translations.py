"""The Polish and Czech texts: complete, level with the source, compiled, and shown on the pages."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from launcher import compile_messages, messages
from launcher.places import ROOT
from tests.allegro_hub.populated import populate
from tests.allegro_hub.test_isolation import ROUTES, _address

LANGUAGES = ("pl", "cs")
MEND = "run `make messages`, then translate what it lists (docs/developer/translations.md)"
PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%[sdf]|\{\w*\}|</?\w+[^>]*>|https?://\S+")
# Texts that read alike in English and in the other language.
SAME = {
    "pl": {
        "%(account)s: %(state)s.", "API", "Allegro", "Allegro sandbox", "EAN", "Format", "Import",
        "Login", "Menu", "Minimum", "Status", "Webhook", "minimum", "format", "status", "operator",
        "Demo", "VAT, %", "problem", "Problem", "Tag", "tag", "VAT %(rate)s %%",
    },
    "cs": {
        "%(account)s: %(state)s.", "API", "Allegro", "Allegro sandbox", "EAN", "Feed", "Import",
        "Menu", "Minimum", "Role", "Webhook", "minimum", "role", "Export", "text %(mark)s",
    },
}  # fmt: skip
BOTH = {
    "CSV", "E-mail", "e-mail", "%(what)s, %(how)s: %(n)d", "%(what)s: %(n)d", "%(code)s: %(why)s",
}  # fmt: skip
# Names and examples that are the same in every language.
UNTRANSLATABLE = {"Allegro Hub", "hub_", "\\clear", "· Smart!", "SWIFT", "GPSR"}
# What such a block holds becomes an attribute, not a text.
ATTRIBUTES = {"body_class"}


@pytest.fixture(scope="module")
def source() -> Catalog:
    return messages.template()


def catalog(language: str) -> Catalog:
    return compile_messages.read(messages.file_of(language))


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def test_the_languages_are_those_of_the_settings() -> None:
    assert {code for code, _name in settings.LANGUAGES} == {"en", *LANGUAGES}
    assert set(messages.PLURALS) == set(LANGUAGES)


def test_the_reader_sees_every_kind_of_text(source: Catalog) -> None:
    assert source.get("Connect an Allegro account"), "gettext in Python"
    assert source.get("Ready to ship"), "gettext_lazy in enums"
    assert source.get("%(n)d piece"), "ngettext in Python"
    assert source.get("Upload and check"), "translate in a template"
    assert source.get("Stop"), "_() as an argument of a tag"
    assert source.get("%(count)s piece available"), "blocktranslate with a plural"
    assert source.get("offers", context="counted"), "translate with a context"
    assert len(list(messages.used(source))) > 1300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_holds_exactly_the_texts_of_the_source(source: Catalog, language: str) -> None:
    wanted = {(message.id, message.context) for message in messages.used(source)}
    there = {(message.id, message.context) for message in messages.used(catalog(language))}
    missing, stale = wanted - there, there - wanted
    assert not missing, f"not in the {language} file: {missing}; {MEND}"
    assert not stale, f"no longer in the source: {stale}; {MEND}"
    current = messages.file_of(language).read_bytes()
    # Compared first: to show where two such files differ would take minutes.
    level = messages.merged(source, language) == current
    assert level, f"{language} is out of order; {MEND}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    missing = [message.id for message in messages.untranslated(catalog(language))]
    assert not missing, f"no {language} text for {missing}; {MEND}"
    fuzzy = [message.id for message in messages.used(catalog(language)) if message.fuzzy]
    assert not fuzzy, "fuzzy entries are left out of the compiled file"
    assert not catalog(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_in_english(language: str) -> None:
    same = {m.id for m in messages.used(catalog(language)) if m.id == m.string}
    assert same <= SAME[language] | BOTH, same - SAME[language] - BOTH


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_tags_and_edges_are_kept(language: str) -> None:
    assert [(m.id, errors) for m, errors in catalog(language).check() if errors] == []
    wrong = [m.id for m in messages.used(catalog(language)) if not _fits(m)]
    assert not wrong


def _fits(message: Message) -> bool:
    singular, *plural = forms(message.id)
    original = plural[-1] if plural else singular
    return all(
        sorted(PLACEHOLDERS.findall(form)) == sorted(PLACEHOLDERS.findall(original))
        and (form[0].isspace(), form[-1].isspace())
        == (original[0].isspace(), original[-1].isspace())
        and (form[-1] == ":") == (original[-1] == ":")
        and (form[-1] == "?") == (original[-1] == "?")
        for form in forms(message.string)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_what_the_texts_compile_to(language: str) -> None:
    path = messages.file_of(language)
    compiled = path.with_suffix(".mo").read_bytes()
    assert compiled == compile_messages.binary(compile_messages.read(path)), MEND


def test_the_command_says_that_all_is_level() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "launcher.messages", "--check"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("pl", {1: "1 sztuka", 2: "2 sztuki", 5: "5 sztuk", 12: "12 sztuk", 22: "22 sztuki"}),
        ("cs", {1: "1 kus", 2: "2 kusy", 5: "5 kusů", 12: "12 kusů", 22: "22 kusů"}),
    ],
)
def test_numbers_take_the_form_of_the_language(language: str, expected: dict[int, str]) -> None:
    with translation.override(language):
        told = {
            n: translation.ngettext("%(n)d piece", "%(n)d pieces", n) % {"n": n} for n in expected
        }
    assert told == expected


def test_templates_hold_no_text_outside_translation() -> None:
    bare = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in {".html", ".txt"}
        for text in _bare_texts(path.read_text(encoding="utf-8"))
        if text not in UNTRANSLATABLE and not re.fullmatch(r"(· )?Allegro Hub|[A-Z]{3}-\d{4}", text)
    }
    assert not bare, f"put these into {{% translate %}}: {bare}"


def _bare_texts(template: str) -> list[str]:
    """Words a person would read that no translation tag holds, and attributes that are read out."""
    text = _without_tags(template)
    text = re.sub(r'\b(class|id)="[^"]*"', "", text)
    spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    plain = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    plain = re.sub(r"<[^>]*>", "\n", plain)
    lines = [line.strip() for line in re.split(r"[\n\0]", "\n".join([plain, *spoken]))]
    return [line for line in lines if re.search(r"[^\W\d_]{2}", line)]


def _without_tags(template: str) -> str:
    kept, skipping = "", ""
    for token in Lexer(template).tokenize():
        name = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.TEXT and not skipping:
            kept += token.contents
        elif token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            kept += "\0"
        if token.token_type == TokenType.BLOCK and name in {"blocktranslate", "comment"}:
            skipping = f"end{name}"
        elif name == "block" and token.contents.split()[1] in ATTRIBUTES:
            skipping = "endblock"
        elif token.token_type == TokenType.BLOCK and name == skipping:
            skipping = ""
    return kept


# -- Pages --------------------------------------------------------------------------------------
FRAME = {
    "pl": ("Zamówienia", "Produkty", "Oferty", "Integracje", "Wyloguj się", "Przejdź do treści"),
    "cs": ("Objednávky", "Produkty", "Nabídky", "Integrace", "Odhlásit se", "Přejít k obsahu"),
}
HEADINGS = [
    ("pl", "/home/", ("Witaj", "Pierwsze kroki", "Połącz konto Allegro")),
    ("cs", "/home/", ("Vítejte", "První kroky", "Připojte účet Allegro")),
    ("pl", "/orders/", ("Żadne konto nie jest połączone", "Każdy status", "Do wysłania")),
    ("cs", "/orders/", ("Není připojen žádný účet", "Všechny stavy", "K odeslání")),
    (
        "pl",
        "/integrations/",
        ("Nie połączono jeszcze żadnego konta Allegro", "Twoje konta Allegro"),
    ),
    ("cs", "/integrations/", ("Zatím není připojen žádný účet Allegro", "Vaše účty Allegro")),
    ("pl", "/imports/new/", ("Prześlij plik", "Prześlij i sprawdź", "Jak odczytywany jest plik")),
    ("cs", "/imports/new/", ("Nahrát soubor", "Nahrát a zkontrolovat", "Jak se soubor čte")),
]


@pytest.fixture(scope="module")
def english(source: Catalog) -> dict[str, set[str]]:
    """For each language, every text that must not appear as it is written in the source."""
    written = {text for message in messages.used(source) for text in forms(message.id)}
    return {
        language: {text.replace("%%", "%") for text in written - _texts_of(language)}
        for language in LANGUAGES
    }


def _texts_of(language: str) -> set[str]:
    # "Start" is an English button and the Polish home page.
    return {text for message in messages.used(catalog(language)) for text in forms(message.string)}


def words_of(markup: str) -> list[str]:
    """The texts a person reads on a page, and those a screen reader speaks."""
    markup = re.sub(r"<(script|style|pre)\b.*?</\1>", "", markup, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"', markup)
    lines = re.sub(r"<[^>]*>", "\n", markup).splitlines()
    return [html.unescape(line).strip() for line in [*lines, *spoken] if line.strip()]


def assert_speaks(
    answer: Any, language: str, headings: Sequence[str], english: dict[str, set[str]]
) -> None:
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    words = words_of(text)
    for heading in headings:
        assert any(heading in line for line in words), (heading, words)
    assert english[language] & set(words) == set()


@pytest.mark.parametrize(("language", "path", "headings"), HEADINGS)
def test_a_page_speaks_the_language_of_the_browser(
    page: Any,
    owner: Any,
    language: str,
    path: str,
    headings: tuple[str, ...],
    english: dict[str, set[str]],
) -> None:
    answer = page(owner).get(path, headers={"accept-language": f"{language},en;q=0.5"})
    assert_speaks(answer, language, headings + FRAME[language], english)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "path", "headings"),
    [
        ("pl", "/", ("Twój magazyn i Allegro mówią to samo.", "Zaloguj się")),
        ("cs", "/", ("Váš sklad a Allegro říkají totéž.", "Přihlásit se")),
        ("pl", "/accounts/login/", ("Zaloguj się", "Nie masz jeszcze konta?", "Hasło")),
        ("cs", "/accounts/login/", ("Přihlásit se", "Ještě nemáte účet?", "Heslo")),
        ("pl", "/accounts/signup/", ("Załóż konto", "Nazwa sklepu lub firmy")),
        ("cs", "/accounts/signup/", ("Vytvoření účtu", "Název obchodu nebo firmy")),
    ],
)
def test_a_stranger_is_spoken_to_in_the_language_of_the_browser(
    client: Any, language: str, path: str, headings: tuple[str, ...], english: dict[str, set[str]]
) -> None:
    answer = client.get(path, headers={"accept-language": language})
    assert_speaks(answer, language, headings, english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_filled_organization_holds_english(
    page: Any, owner: Any, organization: Any, language: str, english: dict[str, set[str]]
) -> None:
    """Every address that shows a page, found by itself, over one row of every table."""
    populate(organization)
    client, seen, left = page(owner), 0, {}
    for route, _pattern in ROUTES:
        if route.startswith(("api/", "admin/")):
            continue
        answer = client.get(_address(route, owner), headers={"accept-language": language})
        if answer.status_code != 200 or answer.streaming or b"<html" not in answer.content:
            continue
        seen += 1
        if found := english[language] & set(words_of(answer.content.decode())):
            left[route] = found
    assert left == {}
    assert seen > 20


@pytest.mark.parametrize(
    ("language", "title"), [("pl", "Nie znaleziono"), ("cs", "Nenalezeno"), ("de", "Not found")]
)
def test_the_api_tells_a_refusal_in_the_language_of_the_caller(
    api: Any, owner: Any, language: str, title: str
) -> None:
    answer = api(owner).get("/api/v1/orders/999999", headers={"accept-language": language})
    assert (answer.status_code, answer.json()["title"]) == (404, title)
