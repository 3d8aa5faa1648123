"""Addresses of the cockpit."""

from __future__ import annotations

from django.urls import include, path

from anru.web.cockpit import views

cockpit = [
    path("", views.home, name="home"),
    path("wall/", views.wall, name="wall"),
]
urlpatterns = [path("cockpit/", include((cockpit, "cockpit")))]
