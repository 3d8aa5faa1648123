"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import include, path

from anru.web.ledger import views

ledger = [path("", views.entry_list, name="list")]
urlpatterns = [path("ledger/", include((ledger, "ledger")))]
