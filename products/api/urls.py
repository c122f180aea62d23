from __future__ import annotations

from django.urls import path

from core.api.routes import route
from products.api import views

urlpatterns = [
    route("products", views.ProductsView.as_view(), "products"),
    # A code may hold slashes, so this one takes the rest of the path.
    path("products/code/<path:code>", views.ProductByCodeView.as_view(), name="product_by_code"),
    route("products/<int:pk>", views.ProductView.as_view(), "product"),
]
