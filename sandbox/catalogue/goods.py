"""Kinds of goods: what they are called, where they belong, what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

BRANDS = (
    "Nordvik", "Lipowa", "Kuźnia", "Borówka", "Zenitar", "Morvik", "Ostoja", "Halmar",
    "Tarnina", "Velmira", "Grodzik", "Solanka", "Bryza", "Kordowa", "Jarzębina", "Wilkor",
)  # fmt: skip
COLOURS = (
    "czarny", "biały", "czerwony", "granatowy", "zielony", "szary", "beżowy", "żółty",
    "różowy", "brązowy", "turkusowy", "grafitowy",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of goods. Prices in grosz; ``vat`` in percent as text."""

    category_id: str
    nouns: tuple[str, ...]
    sizes: tuple[str, ...]
    low: int
    high: int
    vat: str = "23.00"


KINDS = (
    Kind("257931", ("Kubek termiczny", "Kubek ceramiczny", "Filiżanka do kawy"),
         ("300 ml", "350 ml", "500 ml"), 1499, 8999),
    Kind("257932", ("Garnek stalowy", "Patelnia ceramiczna", "Rondel z pokrywką"),
         ("20 cm", "24 cm", "28 cm"), 5999, 28999),
    Kind("257933", ("Nóż kuchenny", "Deska do krojenia", "Obieraczka do warzyw"),
         ("mały", "średni", "duży"), 999, 15999),
    Kind("304101", ("Poduszka dekoracyjna", "Koc pledowy", "Zasłona zaciemniająca"),
         ("40x40 cm", "130x170 cm", "140x250 cm"), 2499, 17999),
    Kind("304102", ("Lampka biurkowa", "Lampa stojąca", "Kinkiet ścienny"),
         ("LED 5W", "LED 9W", "E27"), 3999, 39999),
    Kind("85201", ("Kabel USB-C", "Ładowarka sieciowa", "Uchwyt samochodowy"),
         ("1 m", "2 m", "20W", "65W"), 1299, 12999),
    Kind("85202", ("Słuchawki bezprzewodowe", "Głośnik przenośny", "Mikrofon pojemnościowy"),
         ("mini", "standard", "pro"), 4999, 59999),
    Kind("85203", ("Klawiatura mechaniczna", "Mysz optyczna", "Podkładka pod mysz"),
         ("S", "M", "XL"), 1999, 49999),
    Kind("11501", ("Koszulka bawełniana", "Bluza z kapturem", "Spodnie dresowe"),
         ("rozmiar S", "rozmiar M", "rozmiar L", "rozmiar XL"), 3999, 18999),
    Kind("11502", ("Czapka zimowa", "Szalik wełniany", "Rękawiczki dotykowe"),
         ("uniwersalny", "rozmiar M", "rozmiar L"), 1999, 9999),
    Kind("63701", ("Mata do ćwiczeń", "Hantle żeliwne", "Skakanka sportowa"),
         ("5 mm", "2x5 kg", "3 m"), 1999, 24999),
    Kind("63702", ("Namiot turystyczny", "Śpiwór letni", "Plecak trekkingowy"),
         ("2-osobowy", "190 cm", "45 l"), 9999, 79999),
    Kind("48701", ("Klocki drewniane", "Puzzle edukacyjne", "Gra planszowa"),
         ("50 elementów", "100 elementów", "2-6 graczy"), 2999, 19999),
    Kind("48702", ("Książka kucharska", "Atlas przyrodniczy", "Kolorowanka dla dzieci"),
         ("twarda oprawa", "miękka oprawa"), 1999, 8999, "5.00"),
    Kind("77901", ("Kawa ziarnista", "Herbata liściasta", "Miód lipowy"),
         ("250 g", "500 g", "1 kg"), 1499, 11999, "5.00"),
    Kind("77902", ("Karma sucha dla psa", "Żwirek dla kota", "Przysmak dla psa"),
         ("2 kg", "5 l", "500 g"), 999, 19999, "8.00"),
    Kind("91301", ("Donica ogrodowa", "Wąż ogrodowy", "Sekator ręczny"),
         ("30 cm", "20 m", "standard"), 1999, 18999),
    Kind("91302", ("Wiertarka udarowa", "Zestaw bitów", "Poziomica laserowa"),
         ("18V", "32 elementy", "60 cm"), 2999, 69999),
)  # fmt: skip


@dataclass(frozen=True)
class Good:
    """One invented product."""

    name: str
    brand: str
    category_id: str
    grosze: int
    vat: str


def invent(random: Random) -> Good:
    """A product with a title of at least three words and at most 75 characters."""
    kind = KINDS[int(random.random() * len(KINDS))]
    brand = BRANDS[int(random.random() * len(BRANDS))]
    noun = kind.nouns[int(random.random() * len(kind.nouns))]
    size = kind.sizes[int(random.random() * len(kind.sizes))]
    colour = COLOURS[int(random.random() * len(COLOURS))]
    spread = random.random() ** 2
    grosze = int(kind.low + (kind.high - kind.low) * spread) // 100 * 100 + 99
    return Good(f"{noun} {brand} {size} {colour}"[:75], brand, kind.category_id, grosze, kind.vat)
