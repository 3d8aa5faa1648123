"""Addresses of long work."""

from __future__ import annotations

from django.urls import include, path

from anru.web.jobs import views

jobs = [
    path("", views.job_list, name="list"),
    path("<uuid:job_id>/", views.job_detail, name="detail"),
]
urlpatterns = [path("jobs/", include((jobs, "jobs")))]
