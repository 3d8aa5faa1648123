"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The evidence app."""

    name = "anru.evidence"
    label = "evidence"
