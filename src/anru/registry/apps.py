"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registry app."""

    name = "anru.registry"
    label = "registry"
