"""Loads the demonstration district into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from anru.accounts.models import Organisation
from anru.accounts.scope import begin_system
from anru.kernel import clock
from anru.ops.demo.district import load


class Command(BaseCommand):
    """`anru load_demo`"""

    help = "Load the demonstration district into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """The district stands, whole or not at all. Raises: CommandError when the database is not empty."""
        with transaction.atomic():
            begin_system()
            if Organisation.objects.exists():
                raise CommandError("数据库不是空的，不能载入演示数据。")
            load(clock.now(), cjk_font(), self.stdout.write)


def cjk_font() -> Path:
    """Return the Chinese font of the front-end build. Raises: CommandError when it was not built."""
    folder = Path(settings.FONT_DIR)
    for path in sorted(folder.glob("*.[to]tf")):
        if "Regular" in path.name or "400" in path.name:
            return path
    raise CommandError(f"没有找到中文字体：{folder}。请先运行 make build。")
