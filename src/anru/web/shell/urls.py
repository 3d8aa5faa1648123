"""Addresses that belong to no noun."""

from __future__ import annotations

from django.urls import path

from anru.web.shell import views

urlpatterns = [
    path("", views.front, name="front"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("version", views.version, name="version"),
]
