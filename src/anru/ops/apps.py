"""The commands that keep Anru running."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from anru.ops.logs import configure


class OpsConfig(AppConfig):
    """Every process of ours logs in the same form from the moment Django is set up."""

    name = "anru.ops"
    label = "ops"

    def ready(self) -> None:
        """Logging is configured: JSON lines in production, readable lines otherwise."""
        configure(json_lines=settings.PRODUCTION)
