"""The writers of evidence: open an upload, take its bytes up, decode, attach to a space."""

from __future__ import annotations

import shutil
import uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from anru.evidence import errors
from anru.evidence.access import can_upload, scope_space_photos, scope_uploads
from anru.evidence.decode import Fault, Inspected, Limits
from anru.evidence.events import FileDecoded, UploadFinished
from anru.evidence.models import File, SpacePhoto, Upload
from anru.evidence.states import FileState, Medium
from anru.evidence.store import Store
from anru.jobs.live import publish
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record
from anru.ledger.wiring import announce
from anru.registry.models import ConfinedSpace, Enterprise
from anru.rulebook.book import Parameters, parameters_on

FREE_SPACE_KEPT_BYTES = 500_000_000


def store() -> Store:
    """Return the content-addressed store of this installation."""
    return Store(Path(settings.EVIDENCE_DIR))


def partial_path(upload: Upload) -> Path:
    """Return where the bytes of an unfinished upload lie."""
    return Path(settings.UPLOAD_DIR) / f"{upload.pk}.part"


def limits_on(at: datetime) -> Limits:
    """Return the decoding limits in force."""
    parameters = parameters_on(at)
    return Limits(
        max_pixels=parameters.integer("upload.image.max_pixels"),
        max_bytes=max(most_bytes(medium, parameters) for medium in Medium),
    )


def most_bytes(medium: str, parameters: Parameters) -> int:
    """Return how large a file of this medium may be."""
    name = "upload.image.max_bytes" if medium == Medium.PHOTO else "upload.document.max_bytes"
    return parameters.integer(name)


def _require_room(total_bytes: int, most: int) -> None:
    if total_bytes <= 0:
        raise Refused(errors.EMPTY)
    if total_bytes > most:
        raise Refused(errors.TOO_LARGE, most_mb=most // 1_000_000)
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A full volume would also stop the database: uploads are refused long before.
    if shutil.disk_usage(folder).free < FREE_SPACE_KEPT_BYTES + total_bytes:
        raise Refused(errors.STORE_FULL)


def upload_open(
    *,
    actor: Actor,
    at: datetime,
    enterprise_id: uuid.UUID,
    target_kind: str,
    target_id: uuid.UUID,
    slot: str,
    medium: str,
    file_name: str,
    total_bytes: int,
) -> Upload:
    """An upload stands open for its bytes. The caller has checked that the target takes this slot.

    Refuses: evidence.not_uploader; evidence.empty; evidence.too_large; evidence.store_full.
    """
    if not can_upload(actor, enterprise_id):
        raise Refused(errors.NOT_UPLOADER)
    _require_room(total_bytes, most_bytes(medium, parameters_on(at)))
    enterprise = Enterprise.objects.get(pk=enterprise_id)
    upload = Upload(
        id=new_id(),
        enterprise=enterprise,
        scope_path=enterprise.scope_path,
        person_id=actor.own_person_id,
        target_kind=target_kind,
        target_id=target_id,
        slot=slot,
        medium=medium,
        file_name=file_name[:200],
        total_bytes=total_bytes,
        created_at=at,
        expires_at=at + parameters_on(at).duration("upload.unfinished_hours"),
    )
    upload.save(force_insert=True)
    return upload


def lock_upload(upload_id: uuid.UUID, *, actor: Actor, at: datetime) -> Upload:
    """Return the person's own open upload, locked. Refuses: not_found; evidence.upload_over."""
    upload = scope_uploads(actor).select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None:
        raise Refused(errors.NOT_FOUND)
    if upload.finished_at is not None or upload.expires_at <= at:
        raise Refused(errors.NOT_OPEN)
    return upload


def upload_finish(*, actor: Actor, at: datetime, upload: Upload) -> File:
    """The original is kept under its hash and waits to be decoded; its target has taken it up.

    The ledger keeps the hash from this moment: a file that is exchanged later is found out.
    """
    kept = store().adopt(partial_path(upload))
    file_id = new_id()
    file = File(
        id=file_id,
        enterprise_id=upload.enterprise_id,
        scope_path=upload.scope_path,
        person_id=actor.own_person_id,
        organisation_id=actor.own_organisation_id,
        upload=upload,
        sha256=kept.sha256,
        size_bytes=kept.size,
        file_name=upload.file_name,
        medium=upload.medium,
        created_at=at,
    )
    file.save(force_insert=True)
    upload.finished_at = at
    upload.save(update_fields=["finished_at"])
    record(
        Fact(
            event="evidence.received",
            subject=SubjectRef("file", str(file.pk)),
            scope_path=file.scope_path,
            facts={"sha256": file.sha256, "bytes": file.size_bytes, "slot": upload.slot},
        ),
        actor=actor,
        at=at,
    )
    announce(UploadFinished(file.pk, upload.target_kind, upload.target_id, upload.slot), actor=actor, at=at)
    return file


def upload_abandon(*, actor: Actor, at: datetime, upload_id: uuid.UUID) -> None:
    """The unfinished upload and its bytes are gone. Refuses: not_found; evidence.upload_over."""
    upload = lock_upload(upload_id, actor=actor, at=at)
    partial_path(upload).unlink(missing_ok=True)
    upload.delete()


def file_decoded(*, actor: Actor, at: datetime, file_id: uuid.UUID, inspected: Inspected) -> File:
    """The file is ready with its renderings, or refused with a code; what was read from it stands beside it."""
    file = File.objects.select_for_update().get(pk=file_id)
    if file.state != FileState.RECEIVED:
        return file
    if inspected.refusal_code:
        file.state, file.refusal_code = FileState.REFUSED.value, inspected.refusal_code
    elif file.medium == Medium.PHOTO and not inspected.is_picture:
        # The other way round is fine: a signed page photographed with the phone is a document too.
        file.state, file.refusal_code = FileState.REFUSED.value, Fault.WRONG_MEDIUM.value
    else:
        for name, value in rendered_columns(inspected).items():
            setattr(file, name, value)
        file.state = FileState.READY.value
    file.save()
    record(
        Fact(
            event=f"evidence.{file.state}",
            subject=SubjectRef("file", str(file.pk)),
            scope_path=file.scope_path,
            facts={"sha256": file.sha256, "refusal": file.refusal_code, "media_type": file.media_type},
        ),
        actor=actor,
        at=at,
    )
    publish(f"file:{file.enterprise_id}", scope_path=file.scope_path)
    announce(FileDecoded(file.pk, file.enterprise_id, file.scope_path, file.state), actor=actor, at=at)
    return file


def rendered_columns(inspected: Inspected) -> dict[str, Any]:
    """Return the columns of a file row for what was decoded, with the renderings kept in the store."""
    files = store()
    return {
        "display_sha256": files.adopt_rendering(inspected.display, "display") if inspected.display else "",
        "thumb_sha256": files.adopt_rendering(inspected.thumb, "thumbs") if inspected.thumb else "",
        "media_type": inspected.media_type,
        "width_px": inspected.width_px,
        "height_px": inspected.height_px,
        "captured_at": inspected.captured_at,
        "captured_zone_known": inspected.zone_known,
        "captured_lat": _degrees(inspected.lat),
        "captured_lon": _degrees(inspected.lon),
        "device": inspected.device[:80],
        "dhash": inspected.dhash,
        "findings": inspected.findings,
    }


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6)))


def space_photo_add(*, actor: Actor, at: datetime, space: ConfinedSpace, view: str, file: File) -> SpacePhoto:
    """The picture belongs to the space's file. Refuses: evidence.not_uploader."""
    if not can_upload(actor, space.enterprise_id):
        raise Refused(errors.NOT_UPLOADER)
    photo, _ = SpacePhoto.objects.get_or_create(
        space=space,
        file=file,
        defaults={
            "id": new_id(),
            "enterprise_id": space.enterprise_id,
            "scope_path": space.scope_path,
            "view": view,
            "created_at": at,
        },
    )
    return photo


def space_photo_remove(*, actor: Actor, at: datetime, photo_id: uuid.UUID) -> None:
    """The picture no longer shows with the space; the file is kept. Refuses: not_found; evidence.not_uploader."""
    photo = scope_space_photos(actor).filter(pk=photo_id).first()
    if photo is None:
        raise Refused(errors.NOT_FOUND)
    if not can_upload(actor, photo.enterprise_id):
        raise Refused(errors.NOT_UPLOADER)
    photo.removed_at = at
    photo.save(update_fields=["removed_at"])
