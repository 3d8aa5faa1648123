"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Base templates, tags and error pages."""

    name = "anru.web.shell"
    label = "shell"
