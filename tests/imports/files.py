"""BizBox files made here, by the documented headers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

HEADER = (
    "code;externalId;name:cs;nameUrl:cs;description:cs;shortDescription:cs;brand;manufacturer;"
    "supplier;purchasePrice;purchasePriceTaxRate;purchasePriceGrossPrice;purchasePriceCurrency;ean;"
    "manufacturerCode;weight;netWeight;volume;height;width;depth;length;material;origin;bigImages;"
    "smallImages;galleryImages;stock:minimumRequiredLevel:sklad-internet;"
    "stock:minimumRequiredLevel:Obchod-Ledec;stock:minimumRequiredLevel:Sklad-Vilemovice;"
    "stock:minimumRequiredLevel:pocenice;stock:minimumRequiredLevel:vlci-doly;availability;active;"
    "categoriesSingle;defaultCategory;seoTitle:cs;seoDescription:cs;seoKeywords:cs"
)
MUG = (
    'ABC-001;1001;"Hrnek smaltovaný 350 ml";hrnek-smaltovany-350-ml;'
    '"<p>Ručně <script>x()</script><strong>zdobený</strong></p>";;Zababa;Zababa s.r.o.;Dodavatel A;'
    "120,50;21;145,81;CZK;8591234567893;ZB-350;0,350;0,300;;9;8;8;;smalt;CZ;"
    '"[""/img/__thumb/abc-001.jpg?w=1""]";;"/img/a.jpg,/img/no-product-image.png,/img/b.jpg";'
    "12;3;0;;;skladem;1;Kuchyne,Hrnky;Hrnky;Hrnek;;"
)
LAMP = (
    "61246/46;;Žluťoučká lampa;;;;;;Dodavatel A;1 299,00;21;;CZK;;;;;;;;;;;;;;;"
    ";;;;;;ano;Světla;Světla;;;"
)


def bizbox(*rows: str, header: str = HEADER, newline: str = "\r\n") -> str:
    """The text of a BizBox file."""
    return newline.join([header, *rows]) + newline


def small(*rows: Sequence[str], header: str = "code;name:cs;purchasePrice;ean") -> str:
    """A file of a few columns."""
    return bizbox(*(";".join(row) for row in rows), header=header, newline="\n")


def many(count: int, *, start: int = 1, price: str = "100,00") -> str:
    """A file of ``count`` products of a few columns."""
    return small(
        *((f"M-{n:06d}", f"Hrnek číslo {n}", price, "") for n in range(start, start + count))
    )


class Upload(io.BytesIO):
    """Bytes that look like Django's uploaded file."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while part := self.read(chunk_size or 65536):
            yield part
