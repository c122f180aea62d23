"""Forms of imports: the upload, and the question what stock columns mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from imports.columns import meanings
from imports.detect import Chosen
from imports.encodings import ENCODINGS
from imports.enums import StockMeaning
from imports.models import ImportJob, SupplierFeed
from imports.queries import DELIMITER_NAMES
from settings_app.models import Supplier


class UploadForm(forms.Form):
    """A file, and whose it is."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file or drop it here"),
        help_text=gettext_lazy(
            "CSV or XLSX of BizBox, Shoptet, IdoSell, WooCommerce, PrestaShop or BaseLinker. "
            "Nothing changes before you have seen and confirmed it."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"),
        queryset=Supplier.objects.none(),
        required=False,
        empty_label=gettext_lazy("As the file says"),
        help_text=gettext_lazy("For files of one supplier that do not name them."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = Supplier.objects.for_organization(organization).filter(active=True)
        self.fields["supplier"].queryset = suppliers.order_by("name")  # type: ignore[attr-defined]

    def take_refusal(self, error: Any) -> None:
        """Show what the operation refused beside the file."""
        self.add_error("file", error.told)


class ConfirmForm(forms.Form):
    """One question per kind of stock column of the file."""

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [column["kind"] for column in job.stock_columns]
        for number, column in enumerate(job.stock_columns):
            self.fields[f"stock_{number}"] = forms.ChoiceField(
                label=_("The numbers in stock:%(kind)s are") % {"kind": column["kind"]},
                choices=StockMeaning.choices,
                initial=column["meaning"],
                widget=forms.RadioSelect,
                help_text=_("%(count)d warehouses, %(rows)d rows with a number.")
                % {"count": len(column["warehouses"]), "rows": column["rows"]},
            )

    def meanings(self) -> dict[str, str]:
        """What the operation takes: kind -> meaning."""
        return {kind: self.cleaned_data[f"stock_{n}"] for n, kind in enumerate(self.kinds)}


class ReadingForm(forms.Form):
    """How the file is to be read; what is left empty is found out."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        required=False,
        choices=[
            ("", gettext_lazy("Find out")),
            *((one, one) for one in ENCODINGS),
        ],
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Delimiter"),
        required=False,
        choices=[("", gettext_lazy("Find out")), *DELIMITER_NAMES.items()],
    )
    quote = forms.ChoiceField(
        label=gettext_lazy("Quote"),
        required=False,
        choices=[("", gettext_lazy("Find out")), ('"', '"'), ("'", "'")],
    )

    def chosen(self) -> Chosen:
        """What was chosen."""
        return Chosen(**self.cleaned_data)


class ColumnsForm(forms.Form):
    """What each column of a file means; a column without a meaning is not used."""

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", ""), *meanings()]
        for place, name in enumerate(job.header):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=name, required=False, choices=choices
            )

    def meanings(self) -> dict[int, str]:
        """The meanings by the place of the column."""
        return {
            int(name.rpartition("-")[2]): meaning
            for name, meaning in self.cleaned_data.items()
            if meaning
        }


class FeedForm(forms.ModelForm):
    """How a supplier's file is fetched and whether it is applied by itself."""

    switched_on = forms.BooleanField(
        label=gettext_lazy("Fetch this file by itself"), required=False
    )

    class Meta:
        model = SupplierFeed
        fields = ["minutes", "applies_itself", "most_changed_percent", "most_wrong_percent"]
        help_texts = {
            "minutes": gettext_lazy("From 15 minutes to a week."),
            "applies_itself": gettext_lazy(
                "Only within the two limits below; otherwise the import waits for you."
            ),
            "most_changed_percent": gettext_lazy(
                "Of the products of the file that you have already."
            ),
            "most_wrong_percent": gettext_lazy("Of all rows of the file."),
        }

    field_order = ["switched_on", "minutes", "applies_itself"]
