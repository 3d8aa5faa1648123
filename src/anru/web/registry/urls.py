"""Addresses of the registry."""

from __future__ import annotations

from django.urls import include, path

from anru.web.registry import card, enterprises, imports, spaces

registry = [
    path("enterprises/", enterprises.enterprise_list, name="enterprise-list"),
    path("enterprises/new/", enterprises.enterprise_new, name="enterprise-new"),
    path("enterprises/<uuid:enterprise_id>/", enterprises.enterprise_detail, name="enterprise-detail"),
    path("enterprises/<uuid:enterprise_id>/edit/", enterprises.enterprise_edit, name="enterprise-edit"),
    path("enterprises/<uuid:enterprise_id>/move/", enterprises.enterprise_move, name="enterprise-move"),
    path("enterprises/<uuid:enterprise_id>/category/", enterprises.enterprise_category, name="enterprise-category"),
    path("enterprises/<uuid:enterprise_id>/sites/new/", enterprises.site_new, name="site-new"),
    path("enterprises/<uuid:enterprise_id>/spaces/new/", spaces.space_new, name="space-new"),
    path("sites/<uuid:site_id>/edit/", enterprises.site_edit, name="site-edit"),
    path("spaces/", spaces.space_list, name="space-list"),
    path("spaces/labels.pdf", spaces.labels, name="labels"),
    path("spaces/<uuid:space_id>/", spaces.space_detail, name="space-detail"),
    path("spaces/<uuid:space_id>/edit/", spaces.space_edit, name="space-edit"),
    path("spaces/<uuid:space_id>/retirement/", spaces.space_retirement, name="space-retire"),
    path("spaces/<uuid:space_id>/isolation/", spaces.space_isolation, name="space-isolation"),
    path("imports/", imports.import_list, name="import-list"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/template.xlsx", imports.template_xlsx, name="template"),
    path("imports/<uuid:import_id>/", imports.import_detail, name="import-detail"),
    path("imports/<uuid:import_id>/mapping/", imports.import_mapping, name="import-mapping"),
    path("imports/<uuid:import_id>/application/", imports.import_apply, name="import-apply"),
    path("imports/<uuid:import_id>/discard/", imports.import_discard, name="import-discard"),
    path("imports/<uuid:import_id>/errors.xlsx", imports.errors_xlsx, name="import-errors"),
    path("q/<slug:card_token>", card.card, name="risk-card"),
]
urlpatterns = [path("", include((registry, "registry")))]
