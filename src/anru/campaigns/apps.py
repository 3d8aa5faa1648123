"""Registers the app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The campaigns app."""

    name = "anru.campaigns"
    label = "campaigns"
