"""Addresses of the review desk."""

from __future__ import annotations

from django.urls import include, path

from anru.web.reviews import views

reviews = [
    path("", views.queue_page, name="queue"),
    path("desk/", views.desk, name="desk"),
    path("<uuid:obligation_id>/", views.review, name="review"),
    path("<uuid:obligation_id>/claim/", views.claim, name="claim"),
    path("<uuid:obligation_id>/release/", views.release, name="release"),
    path("<uuid:obligation_id>/acceptance/", views.acceptance, name="acceptance"),
    path("<uuid:obligation_id>/return/", views.return_, name="return"),
]
urlpatterns = [path("reviews/", include((reviews, "reviews")))]
