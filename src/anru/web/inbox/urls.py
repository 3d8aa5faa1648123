"""Addresses of the to-do list and of notices."""

from __future__ import annotations

from django.urls import include, path

from anru.web.inbox import views

todo = [path("", views.home, name="home")]
notices = [
    path("", views.notice_list, name="list"),
    path("reading/", views.reading, name="reading"),
]
urlpatterns = [
    path("todo/", include((todo, "todo"))),
    path("notices/", include((notices, "notices"))),
]
