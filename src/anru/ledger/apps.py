"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger app."""

    name = "anru.ledger"
    label = "ledger"
