"""Joins the apps when Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Puts the wiring table in force once every app is loaded."""

    name = "anru.config"
    label = "config"

    def ready(self) -> None:
        """The reactions of config/wiring.py answer facts from now on."""
        from anru.config.wiring import REACTIONS  # noqa: PLC0415 - models are not loaded before this moment
        from anru.ledger.wiring import wire  # noqa: PLC0415

        wire(REACTIONS)
