from __future__ import annotations

from core.api.routes import route
from inventory.api import views

urlpatterns = [route("products/<int:pk>/stock", views.ProductStockView.as_view(), "product_stock")]
