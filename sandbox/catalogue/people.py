"""Invented buyers, with addresses of the country they buy from."""

from __future__ import annotations

from random import Random
from typing import Any

_POLISH = (
    ("Anna", "Kowalska"), ("Jan", "Nowak"), ("Katarzyna", "Wiśniewska"), ("Piotr", "Zieliński"),
    ("Magdalena", "Dąbrowska"), ("Tomasz", "Lewandowski"), ("Agnieszka", "Kamińska"),
    ("Marek", "Szymański"), ("Barbara", "Woźniak"), ("Łukasz", "Kozłowski"),
    ("Małgorzata", "Jankowska"), ("Michał", "Mazur"), ("Ewa", "Krawczyk"), ("Grzegorz", "Żak"),
)  # fmt: skip
_STREETS = (
    "Lipowa", "Solna", "Grunwaldzka", "Ogrodowa", "Kwiatowa", "Leśna", "Polna", "Słoneczna",
    "Krótka", "Szkolna", "Mickiewicza", "Jagiellońska",
)  # fmt: skip
_CITIES = (
    ("Poznań", "60-166"), ("Warszawa", "00-838"), ("Kraków", "31-042"), ("Gdańsk", "80-233"),
    ("Wrocław", "50-370"), ("Łódź", "90-408"), ("Lublin", "20-002"), ("Rzeszów", "35-030"),
    ("Toruń", "87-100"), ("Olsztyn", "10-001"),
)  # fmt: skip
_ABROAD: dict[str, tuple[str, str, tuple[tuple[str, str], ...], tuple[tuple[str, str, str], ...]]]
_ABROAD = {
    "allegro-cz": ("CZ", "cs-CZ", (("Jana", "Nováková"), ("Petr", "Svoboda")),
                   (("Dlouhá 12", "Praha", "110 00"), ("Masarykova 8", "Brno", "602 00"))),
    "allegro-sk": ("SK", "sk-SK", (("Zuzana", "Kováčová"), ("Martin", "Horváth")),
                   (("Hlavná 3", "Košice", "040 01"), ("Obchodná 21", "Bratislava", "811 06"))),
    "allegro-hu": ("HU", "hu-HU", (("Eszter", "Nagy"), ("Gábor", "Kiss")),
                   (("Kossuth utca 5", "Szeged", "6720"), ("Fő utca 17", "Budapest", "1011"))),
}  # fmt: skip
_COMPANIES = ("Udix", "Meblostan", "Hurtownia Zorza", "Studio Kreska", "Tartak Olszyna")


def language(marketplace: str) -> str:
    return _ABROAD[marketplace][1] if marketplace in _ABROAD else "pl-PL"


def invent_buyer(random: Random, buyer_id: str, marketplace: str) -> dict[str, Any]:
    """A buyer as a checkout form shows one. The address is the buyer's own."""
    country = "PL"
    if marketplace in _ABROAD:
        country, _, names, places = _ABROAD[marketplace]
        first, last = random.choice(names)
        street, city, post_code = random.choice(places)
    else:
        first, last = random.choice(_POLISH)
        city, post_code = random.choice(_CITIES)
        street = f"{random.choice(_STREETS)} {random.randrange(1, 180)}"
    alias = f"{random.getrandbits(50):010x}+{random.getrandbits(36):09x}"
    return {
        "id": buyer_id,
        "email": f"{alias}@allegromail.pl",
        "login": f"kupujacy_{buyer_id[-6:]}",
        "firstName": first,
        "lastName": last,
        "companyName": None,
        "guest": random.random() < 0.1,
        "personalIdentity": None,
        "phoneNumber": f"+48 {random.randrange(500, 899)} {random.randrange(100, 999)} 123",
        "preferences": {"language": language(marketplace)},
        "address": {
            "street": street,
            "city": city,
            "postCode": post_code,
            "countryCode": country,
        },
    }


def invent_nip(random: Random) -> str:
    """A tax number with a right check digit, of no existing tax office (prefix 000)."""
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    while True:
        digits = [0, 0, 0, *(random.randrange(10) for _ in range(6))]
        check = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if check < 10:
            return "".join(map(str, [*digits, check]))


def invent_invoice(random: Random, buyer: dict[str, Any], wish: str) -> dict[str, Any]:
    """The invoice part of a form. ``wish`` is none, company or person."""
    if wish == "none":
        return {"required": False, "address": None, "dueDate": None, "features": None}
    home = buyer["address"]
    company = person = None
    if wish == "company":
        nip = invent_nip(random)
        company = {
            "name": f"{random.choice(_COMPANIES)} Sp. z o.o.",
            "ids": [{"type": "PL_NIP", "value": nip}],
            "vatPayerStatus": "NOT_APPLICABLE",
            "taxId": nip,
        }
    else:
        person = {"firstName": buyer["firstName"], "lastName": buyer["lastName"]}
    return {
        "required": True,
        "address": {
            "street": home["street"],
            "city": home["city"],
            "zipCode": home["postCode"],
            "countryCode": home["countryCode"],
            "company": company,
            "naturalPerson": person,
        },
        "dueDate": None,
        "features": None,
    }
