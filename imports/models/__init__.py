"""Tables of imports: files and their rows, what people said about files, files fetched by themselves."""

from imports.models.feeds import SupplierFeed
from imports.models.jobs import ImportJob, ImportRow
from imports.models.mapping import ColumnMapping, MappedColumn, RememberedMeaning

__all__ = [
    "ColumnMapping",
    "ImportJob",
    "ImportRow",
    "MappedColumn",
    "RememberedMeaning",
    "SupplierFeed",
]
