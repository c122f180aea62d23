from __future__ import annotations

from core.api.routes import route
from imports.api import export_views, feed_views, views

urlpatterns = [
    route("export/products", export_views.ExportView.as_view(), "products_export"),
    route("import/feeds", feed_views.FeedsView.as_view(), "import_feeds"),
    route("import/feeds/<int:supplier_pk>", feed_views.FeedView.as_view(), "import_feed"),
    route(
        "import/feeds/<int:supplier_pk>/look", feed_views.FeedLookView.as_view(), "import_feed_look"
    ),
    route("import/csv", views.UploadView.as_view(), "import_upload"),
    route("import/jobs", views.JobsView.as_view(), "import_jobs"),
    route("import/jobs/<int:pk>", views.JobView.as_view(), "import_job"),
    route("import/jobs/<int:pk>/status", views.StatusView.as_view(), "import_status"),
    route("import/jobs/<int:pk>/preview", views.PreviewView.as_view(), "import_preview"),
    route("import/jobs/<int:pk>/confirm", views.ConfirmView.as_view(), "import_confirm"),
    route("import/jobs/<int:pk>/reading", views.ReadingView.as_view(), "import_reading"),
    route("import/jobs/<int:pk>/columns", views.ColumnsView.as_view(), "import_columns"),
    route("import/jobs/<int:pk>/cancel", views.CancelView.as_view(), "import_cancel"),
    route("import/jobs/<int:pk>/undo", views.UndoView.as_view(), "import_undo"),
    route("import/jobs/<int:pk>/retry", views.RetryView.as_view(), "import_retry"),
    route("import/jobs/<int:pk>/errors", views.ErrorsView.as_view(), "import_errors"),
]
