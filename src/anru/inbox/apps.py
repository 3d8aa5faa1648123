"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The inbox app."""

    name = "anru.inbox"
    label = "inbox"
