from __future__ import annotations

from django.urls import path

from offers.views import offers, stock

app_name = "offers"
urlpatterns = [
    path("", offers.offer_list, name="list"),
    path("<int:pk>/", offers.detail, name="detail"),
    path("<int:pk>/link/", offers.link, name="link"),
    path("<int:pk>/links/<int:link_pk>/remove/", offers.unlink, name="unlink"),
    path("<int:pk>/recognise/", offers.recognise, name="recognise"),
    path("<int:pk>/push/", stock.push_now, name="push_now"),
    path("stock/", stock.pushes, name="pushes"),
    path("stock/retry/", stock.retry, name="pushes_retry"),
    path("stock/stop/", stock.stop, name="stock_stop"),
    path("stock/brakes/", stock.brakes, name="brakes"),
    path("stock/brakes/<int:pk>/", stock.brake, name="brake"),
    path("stock/brakes/<int:pk>/release/", stock.brake_release, name="brake_release"),
    path("stock/brakes/<int:pk>/drop/", stock.brake_drop, name="brake_drop"),
    path("accounts/<int:pk>/warehouses/", stock.feeds, name="feeds"),
    path("accounts/<int:pk>/preview/", stock.preview, name="preview"),
]
