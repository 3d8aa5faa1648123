"""Resumable uploads, tus 1.0.0: a lost connection or a closed page continues where it broke off."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from anru.campaigns.access import can_prove
from anru.campaigns.selectors import obligation as obligation_of
from anru.campaigns.spec import read_spec
from anru.evidence.errors import NOT_UPLOADER, SLOT_UNKNOWN, TOO_LARGE
from anru.evidence.services import (
    lock_upload,
    most_bytes,
    partial_path,
    upload_abandon,
    upload_finish,
    upload_open,
)
from anru.evidence.states import Medium, SpaceView
from anru.evidence.tus import (
    TusLimits,
    TusRefused,
    append_chunk,
    append_headers,
    check_version,
    creation_headers,
    head_headers,
    method_of,
    offset_of,
    options_headers,
    read_append,
    read_creation,
    termination_headers,
)
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.registry.access import can_edit_enterprise
from anru.registry.selectors import space as space_of
from anru.rulebook.book import parameters_on
from anru.web.shell.requests import actor_of, moment_of

PIECE_BYTES = 1 << 16


@require_http_methods(["POST", "OPTIONS"])
def collection(request: HttpRequest) -> HttpResponse:
    """A new upload stands open at the address in the answer, for a slot that takes it."""
    actor, at = actor_of(request), moment_of(request)
    parameters = parameters_on(at)
    largest = max(most_bytes(medium, parameters) for medium in Medium)
    limits = TusLimits(max_bytes=largest)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=options_headers(limits))
    try:
        wish = read_creation(request.headers, limits)
    except TusRefused as refused:
        return _answer(refused)
    kind, target = wish.metadata.get("target_kind", ""), _uuid(wish.metadata.get("target_id", ""))
    enterprise_id, medium = _target(actor, kind, target, wish.slot)
    if wish.total_bytes > most_bytes(medium, parameters):
        raise Refused(TOO_LARGE, most_mb=most_bytes(medium, parameters) // 1_000_000)
    upload = upload_open(
        actor=actor,
        at=at,
        enterprise_id=enterprise_id,
        target_kind=kind,
        target_id=target,
        slot=wish.slot,
        medium=medium,
        file_name=wish.file_name or "file",
        total_bytes=wish.total_bytes,
    )
    location = reverse("evidence:upload", args=[upload.pk])
    return HttpResponse(status=201, headers=creation_headers(location, upload.expires_at))


@require_http_methods(["HEAD", "PATCH", "DELETE", "POST", "OPTIONS"])
def one(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How far the upload is (HEAD), its next piece (PATCH), or its end without a result (DELETE)."""
    actor, at = actor_of(request), moment_of(request)
    method = method_of(request.method or "", request.headers)
    try:
        if method == "OPTIONS":
            return HttpResponse(status=204, headers=options_headers(TusLimits(max_bytes=0)))
        check_version(request.headers)
        if method == "DELETE":
            upload_abandon(actor=actor, at=at, upload_id=upload_id)
            return HttpResponse(status=204, headers=termination_headers())
        if method == "PATCH":
            return _append(request, actor, upload_id)
        upload = lock_upload(upload_id, actor=actor, at=at)
        offset = offset_of(partial_path(upload))
        return HttpResponse(status=200, headers=head_headers(offset, upload.total_bytes, upload.expires_at))
    except TusRefused as refused:
        return _answer(refused)


def _append(request: HttpRequest, actor: Actor, upload_id: uuid.UUID) -> HttpResponse:
    at = moment_of(request)
    upload = lock_upload(upload_id, actor=actor, at=at)
    limits = TusLimits(
        max_bytes=upload.total_bytes, max_chunk_bytes=parameters_on(at).integer("upload.chunk.max_bytes")
    )
    append = read_append(request.headers, limits)
    done = append_chunk(partial_path(upload), append, _pieces(request), total_bytes=upload.total_bytes)
    if done.finished:
        upload_finish(actor=actor, at=at, upload=upload)
    return HttpResponse(status=204, headers=append_headers(done.offset, upload.expires_at))


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE_BYTES):
        yield piece


def _target(actor: Actor, kind: str, target: uuid.UUID, slot: str) -> tuple[uuid.UUID, str]:
    """Return the enterprise and the medium of the slot that an upload is for. Raises: Http404; Refused."""
    if kind == "obligation":
        obligation = obligation_of(actor, target)
        if obligation is None:
            raise Http404
        if not can_prove(actor, obligation):
            raise Refused(NOT_UPLOADER)
        place = read_spec(obligation.item.spec).slot(slot)
        if place is None or not place.is_file:
            raise Refused(SLOT_UNKNOWN)
        return obligation.enterprise_id, place.medium
    if kind == "space":
        space = space_of(actor, target)
        if space is None:
            raise Http404
        if not can_edit_enterprise(actor, space.enterprise) or actor.enterprise_id is None:
            raise Refused(NOT_UPLOADER)
        if slot not in frozenset(SpaceView):
            raise Refused(SLOT_UNKNOWN)
        return space.enterprise_id, Medium.PHOTO
    raise Http404


def _uuid(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError as error:
        raise Http404 from error


def _answer(refused: TusRefused) -> HttpResponse:
    headers: Mapping[str, Any] = refused.headers
    body = {"code": refused.code, "words": refused.text.spoken(get_language())}
    return JsonResponse(body, status=refused.status, headers=dict(headers))
