"""Addresses of evidence: resumable uploads (tus 1.0) and the renderings that people look at."""

from __future__ import annotations

from django.urls import include, path

from anru.web.evidence import files, uploads

evidence = [
    path("uploads/", uploads.collection, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.one, name="upload"),
    path("files/<uuid:file_id>/<slug:variant>/", files.rendering, name="file"),
    path("space-photos/<uuid:photo_id>/removal/", files.space_photo_removal, name="space-photo-removal"),
]
urlpatterns = [path("evidence/", include((evidence, "evidence")))]
