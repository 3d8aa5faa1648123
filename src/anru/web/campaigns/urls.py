"""Addresses of campaigns and of what an enterprise owes in them."""

from __future__ import annotations

from django.urls import include, path

from anru.web.campaigns import editing, mine, views

campaigns = [
    path("", views.campaign_list, name="list"),
    path("new/", editing.campaign_new, name="new"),
    path("obligations/", views.obligation_list, name="obligation-list"),
    path("obligations/<uuid:obligation_id>/", views.obligation_detail, name="obligation"),
    path("obligations/<uuid:obligation_id>/waiver/", editing.obligation_waiver, name="waiver"),
    path("obligations/<uuid:obligation_id>/restoration/", editing.obligation_restoration, name="restoration"),
    path("obligations/<uuid:obligation_id>/reopening/", editing.obligation_reopening, name="reopening"),
    path("assignments/<uuid:assignment_id>/end/", editing.assignment_end_view, name="assignment-end"),
    path("participations/<uuid:participation_id>/urge/", editing.urge, name="urge"),
    path("<uuid:campaign_id>/", views.campaign_detail, name="detail"),
    path("<uuid:campaign_id>/dispatch/", editing.campaign_dispatch_view, name="dispatch"),
    path("<uuid:campaign_id>/closing/", editing.campaign_closing, name="closing"),
    path("<uuid:campaign_id>/enterprises/", views.participation_list, name="participations"),
    path("<uuid:campaign_id>/urges/", editing.urge_many, name="urges"),
    path("<uuid:campaign_id>/assignments/", editing.assignment_new, name="assignments"),
    path("<uuid:campaign_id>/items/<uuid:item_id>/", editing.item_edit_view, name="item"),
    path("<uuid:campaign_id>/items/<uuid:item_id>/removal/", editing.item_removal, name="item-removal"),
]
my = [
    path("", mine.home, name="home"),
    path("<uuid:obligation_id>/", mine.obligation, name="obligation"),
    path("<uuid:obligation_id>/draft/", mine.draft, name="draft"),
    path("<uuid:obligation_id>/files/", mine.files, name="files"),
    path("<uuid:obligation_id>/files/<uuid:attachment_id>/removal/", mine.file_removal, name="file-removal"),
    path("<uuid:obligation_id>/submission/", mine.submission, name="submission"),
    path("<uuid:obligation_id>/withdrawal/", mine.withdrawal, name="withdrawal"),
]
urlpatterns = [
    path("campaigns/", include((campaigns, "campaigns"))),
    path("my/", include((my, "my"))),
]
