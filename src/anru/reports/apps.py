"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The reports app; it reads and owns no table."""

    name = "anru.reports"
    label = "reports"
