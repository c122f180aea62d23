from __future__ import annotations

from django.urls import path

from offers.views import (
    editing,
    mapping,
    offers,
    prices,
    problems,
    publishing,
    stock,
    terms,
    values,
)

app_name = "offers"
urlpatterns = [
    path("", offers.offer_list, name="list"),
    path("<int:pk>/", offers.detail, name="detail"),
    path("problems/", problems.problems, name="problems"),
    path("read-again/", offers.read_again_many, name="read_again_many"),
    path("<int:pk>/read-again/", offers.read_again, name="read_again"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/end/", editing.end, name="end"),
    path("<int:pk>/activate/", editing.activate, name="activate"),
    path("<int:pk>/follow/", editing.follow, name="follow"),
    path("<int:pk>/undo/", editing.undo, name="undo"),
    path("change/", editing.bulk, name="bulk_change"),
    path("accounts/<int:pk>/prices/", prices.prices, name="prices"),
    path("accounts/<int:pk>/prices/rule/", prices.rule, name="price_rule"),
    path("accounts/<int:pk>/prices/rule/remove/", prices.rule_remove, name="price_rule_remove"),
    path("accounts/<int:pk>/prices/rate/", prices.rate, name="rate"),
    path("<int:pk>/link/", offers.link, name="link"),
    path("<int:pk>/links/<int:link_pk>/remove/", offers.unlink, name="unlink"),
    path("<int:pk>/recognise/", offers.recognise, name="recognise"),
    path("<int:pk>/push/", stock.push_now, name="push_now"),
    path("stock/", stock.pushes, name="pushes"),
    path("stock/retry/", stock.retry, name="pushes_retry"),
    path("values/", values.pushes, name="value_pushes"),
    path("values/retry/", values.decide, name="values_decide"),
    path("stock/stop/", stock.stop, name="stock_stop"),
    path("stock/brakes/", stock.brakes, name="brakes"),
    path("stock/brakes/<int:pk>/", stock.brake, name="brake"),
    path("stock/brakes/<int:pk>/release/", stock.brake_release, name="brake_release"),
    path("stock/brakes/<int:pk>/drop/", stock.brake_drop, name="brake_drop"),
    path("accounts/<int:pk>/warehouses/", stock.feeds, name="feeds"),
    path("publish/", publishing.preview, name="publish"),
    path("publish/confirm/", publishing.confirm, name="publish_confirm"),
    path("publications/", publishing.publications, name="publications"),
    path("publications/retry/", publishing.retry, name="publications_retry"),
    path("publications/cancel/", publishing.cancel, name="publications_cancel"),
    path("publications/<int:pk>/", publishing.publication, name="publication"),
    path("publications/batches/<int:pk>/", publishing.batch, name="batch"),
    path(
        "publications/batches/<int:pk>/progress/", publishing.batch_progress, name="batch_progress"
    ),
    path("categories/", mapping.mappings, name="mappings"),
    path("categories/choose/", mapping.choose, name="mapping_choose"),
    path("categories/assign/", mapping.assign, name="mapping_assign"),
    path("categories/<int:pk>/", mapping.mapping, name="mapping"),
    path("accounts/<int:pk>/new-offers/", terms.publish_settings, name="publish_settings"),
    path("accounts/<int:pk>/preview/", stock.preview, name="preview"),
]
