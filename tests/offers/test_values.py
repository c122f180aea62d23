from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from core.money import Money
from offers import values
from offers.markup import blocks, sections, texts_of


def test_prices_that_are_the_same_have_one_text() -> None:
    assert values.price_text(Decimal("299"), "CZK") == "299.00 CZK"
    assert values.money_text({"amount": "299", "currency": "CZK"}) == "299.00 CZK"
    assert values.price_of("299.00 CZK") == Money(Decimal("299.00"), "CZK")


@pytest.mark.parametrize("money", [None, {}, {"amount": "x", "currency": "PLN"}, {"amount": "1"}])
def test_a_price_allegro_does_not_say_is_unknown(money: Any) -> None:
    assert values.money_text(money) is None


@pytest.mark.parametrize("text", ["", "12", "12,50 PLN", "-1 pln", "x PLN"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(values.UnreadableValue):
        values.price_of(text)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "²"])
def test_what_is_no_stock_is_refused(text: str) -> None:
    with pytest.raises(values.UnreadableValue):
        values.stock_of(text)


def test_titles_differ_only_in_what_people_see() -> None:
    assert values.title_text(" Czajnik \u00a0 stalowy\n2 l ") == "Czajnik stalowy 2 l"
    assert values.title_fits("Czajnik stalowy 2 l")
    assert not values.title_fits("Czajnik stalowy")
    assert not values.title_fits("a b " + "c" * 80)


def test_a_status_on_its_way_is_the_one_it_becomes() -> None:
    assert values.status_text("ACTIVATING") == values.status_text("ACTIVE") == "ACTIVE"
    assert values.status_text("SOMETHING_NEW") is None


SAME = [
    ("<p>Kawa &amp; herbata</p>", "<P >\n Kawa  &#38;\u00a0herbata </P>"),
    ("<p>a <b>b</b> c</p>", "<div>a<strong> b </strong>c</div>"),
    ("<p>a</p><p>b</p>", "a<br>b"),
    ("<h2>Tytuł</h2><p>x</p>", "<h3><b>Tytuł</b></h3>\n\n<p>x</p><p>&nbsp;</p>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul>\n<li><p>a</p></li>\n<li>b</li></ul>"),
    ("<p>a</p>", "<script>x()</script><style>p{}</style><p onclick='y'>a</p>"),
    ("", "<p> </p><ul></ul>"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_descriptions_that_look_the_same_have_one_hash(one: str, other: str) -> None:
    assert values.description_text(one) == values.description_text(other)
    assert values.description_html(other) == one


def test_other_words_have_another_hash() -> None:
    one, other = "<p>a</p><p>b</p>", "<p>a</p><p>c</p>"
    assert values.description_text(one) != values.description_text(other)
    assert values.description_text("<p>a b</p>") != values.description_text(one)


def test_any_markup_comes_to_rest_at_once() -> None:
    chance = random.Random(11)
    parts = ["<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</li>", "</ul>", "<ol>", "<h1>", "</h1>",
             "<br/>", "<i>", "</i>", " ", "kawa", "&amp;", "<", "a<b", "&lt;p&gt;", "\n", "<div>",
             "</div>", "<table><tr><td>", "</td></tr>", "<script>", "</script>", "<h4>",
             "</strong>"]  # fmt: skip
    for _round in range(3000):
        html = "".join(chance.choices(parts, k=chance.randrange(1, 14)))
        once = values.description_html(html)
        assert values.description_html(once) == once, html
        description = sections(html, None)
        assert values.html_of_sections(description) == once, html


PRESENT = {
    "sections": [
        {"items": [{"type": "TEXT", "content": "<h1>Kawa</h1>"}, {"type": "IMAGE", "url": "u1"}]},
        {"items": [{"type": "IMAGE", "url": "u2"}]},
        {"items": [{"type": "TEXT", "content": "<p>Mocna.</p><p>Polska.</p>"}, {"type": "NEW"}]},
    ]
}


def test_pictures_and_unknown_items_of_a_description_are_never_lost() -> None:
    merged = sections("<h1>Kawa</h1><p>Mocna.</p><p>Włoska.</p><p>1 kg</p>", PRESENT)
    assert merged == {
        "sections": [
            {"items": [{"type": "TEXT", "content": "<h1>Kawa</h1>"}, {"type": "IMAGE", "url": "u1"}]},
            {"items": [{"type": "IMAGE", "url": "u2"}]},
            {
                "items": [
                    {"type": "TEXT", "content": "<p>Mocna.</p><p>Włoska.</p><p>1 kg</p>"},
                    {"type": "NEW"},
                ]
            },
        ]
    }  # fmt: skip


def test_a_merged_description_says_what_was_wanted_whatever_was_there() -> None:
    chance = random.Random(5)
    words = [f"<p>{one}</p>" for one in "abcdef"] + ["<h2>x</h2>", "<ul><li>y</li></ul>"]
    for _round in range(500):
        present = {
            "sections": [
                {
                    "items": [
                        {"type": "TEXT", "content": "".join(chance.choices(words, k=2))},
                        {"type": "IMAGE", "url": str(chance.random())},
                    ]
                }
                for _section in range(chance.randrange(4))
            ]
        }
        wanted = "".join(chance.choices(words, k=chance.randrange(5)))
        merged = sections(wanted, present)
        assert values.html_of_sections(merged) == values.description_html(wanted)
        assert _pictures(merged) == _pictures(present)
        assert all(text for text in texts_of(merged))


def _pictures(description: dict[str, Any]) -> list[str]:
    return [
        item["url"]
        for section in description["sections"]
        for item in section["items"]
        if item["type"] == "IMAGE"
    ]


def test_a_list_is_one_block() -> None:
    assert blocks("<ul><li>a</li><li>b</li></ul>c") == [
        "<ul><li>a</li><li>b</li></ul>",
        "<p>c</p>",
    ]


def test_a_picture_is_the_same_in_every_size_and_after_its_upload() -> None:
    there = "https://a.allegroimg.com/original/0b1c/abc"
    assert values.images_text([there]) == values.images_text(
        ["https://a.allegroimg.com/s512/0b1c/abc?x=1"]
    )
    ours = "https://shop.example/kawa.jpg"
    assert values.images_text([ours]) != values.images_text([there])
    assert values.images_text([ours], at_allegro={ours: there}) == values.images_text([there])
    assert values.images_text([]) == ""
    assert values.images_text(["a", "b"]) != values.images_text(["b", "a"])


def test_addresses_of_pictures_are_kept_and_read_back() -> None:
    kept = values.images_value(["https://x/ż.jpg", " ", "https://y/2.jpg "])
    assert values.images_of(kept) == ["https://x/ż.jpg", "https://y/2.jpg"]
    for wrong in ("", "{}", "[1]"):
        with pytest.raises(values.UnreadableValue):
            values.images_of(wrong)
