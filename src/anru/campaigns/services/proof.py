"""The enterprise's side: begin, fill in, submit, withdraw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from anru.campaigns import errors
from anru.campaigns.access import can_prove
from anru.campaigns.events import ObligationSubmitted
from anru.campaigns.models import Obligation, Submission, SubmissionFile
from anru.campaigns.rules import FileFact, judge_submission, read_field
from anru.campaigns.services.moves import lock_obligation, move_obligation, require_running
from anru.campaigns.services.records import record_obligation
from anru.campaigns.spec import read_spec
from anru.campaigns.states import ObligationState
from anru.evidence.models import File
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce


def draft_open(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Submission:
    """The obligation is in draft and has an open version; what stood in the version before it is carried over.

    Refuses: not_found; obligation.not_prover – not the enterprise's principal or safety manager; campaign.not_running;
    obligation.not_in_state – it lies with the reviewer or is decided.
    """
    obligation = _lock_for_proof(actor, obligation_id)
    if obligation.state == ObligationState.DRAFT:
        return _open_version(obligation, actor=actor, at=at)
    move_obligation(obligation, "begin", at=at)
    version = _open_version(obligation, actor=actor, at=at)
    record_obligation(obligation, "obligation.begun", actor=actor, at=at, version=version.number)
    return version


def draft_save(
    *, actor: Actor, at: datetime, obligation_id: uuid.UUID, statement: str, fields: Mapping[str, str]
) -> Submission:
    """The draft holds the statement and each given field value.

    Refuses: as draft_open; submission.field_invalid – a value does not fit its slot, nothing is saved.
    """
    version = draft_open(actor=actor, at=at, obligation_id=obligation_id)
    spec = read_spec(version.obligation.item.spec)
    values = dict(version.fields)
    for slot in spec.slots:
        if slot.is_file or slot.code not in fields:
            continue
        value, problem = read_field(slot, fields[slot.code])
        if problem:
            raise Refused(errors.FIELD_INVALID, label=slot.label, problem=errors.FIELD_PROBLEMS[problem])
        values[slot.code] = value
    version.statement, version.fields, version.updated_at = statement.strip()[:2000], values, at
    version.save(update_fields=["statement", "fields", "updated_at"])
    return version


def draft_attach(*, actor: Actor, at: datetime, obligation_id: uuid.UUID, slot: str, file: File) -> SubmissionFile:
    """The file lies in the slot of the open draft; putting the same file there again changes nothing.

    Refuses: as draft_open; submission.slot_unknown; submission.slot_full – the slot holds its most.
    """
    version = draft_open(actor=actor, at=at, obligation_id=obligation_id)
    place = read_spec(version.obligation.item.spec).slot(slot)
    if place is None or not place.is_file:
        raise Refused(errors.SLOT_UNKNOWN, slot=slot)
    held = version.files.filter(slot=slot).exclude(file__state="refused")
    present = version.files.filter(slot=slot, file=file).first()
    if present is not None:
        return present
    count = held.count()
    if count >= place.most:
        raise Refused(errors.SLOT_FULL, label=place.label, most=place.most)
    return SubmissionFile.objects.create(
        id=new_id(),
        submission=version,
        file=file,
        enterprise_id=version.enterprise_id,
        scope_path=version.scope_path,
        slot=slot,
        position=count,
    )


def draft_detach(*, actor: Actor, at: datetime, obligation_id: uuid.UUID, attachment_id: uuid.UUID) -> None:
    """The file no longer lies in the open draft; the file itself is kept, earlier versions may hold it.

    Refuses: as draft_open; not_found – the draft holds no such attachment.
    """
    version = draft_open(actor=actor, at=at, obligation_id=obligation_id)
    removed, _ = version.files.filter(pk=attachment_id).delete()
    if not removed:
        raise Refused(errors.NOT_FOUND)


def obligation_submit(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Obligation:
    """The open draft is put forward and can no longer change.

    Refuses: as draft_open; submission.file_pending – a file is still being read; submission.incomplete – a required
    slot is empty; obligation.not_in_state – it is not in draft.
    """
    obligation = _lock_for_proof(actor, obligation_id)
    if obligation.state != ObligationState.DRAFT:
        move_obligation(obligation, "submit", at=at)
    version = _open_version(obligation, actor=actor, at=at)
    files = [FileFact(slot, state) for slot, state in version.files.values_list("slot", "file__state")]
    judge_submission(read_spec(obligation.item.spec), files, version.fields).enforce()
    version.submitted_at, version.updated_at = at, at
    version.person_id, version.organisation_id = actor.own_person_id, actor.own_organisation_id
    version.save(update_fields=["submitted_at", "updated_at", "person_id", "organisation_id"])
    move_obligation(obligation, "submit", at=at, submitted_at=at)
    digests = sorted(version.files.values_list("file__sha256", flat=True))
    record_obligation(
        obligation,
        "obligation.submitted",
        actor=actor,
        at=at,
        version=version.number,
        files=digests,
        clause=read_spec(obligation.item.spec).clause,
    )
    announce(
        ObligationSubmitted(obligation.pk, obligation.enterprise_id, obligation.scope_path),
        actor=actor,
        at=at,
    )
    return obligation


def obligation_withdraw(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Obligation:
    """What was submitted is back in draft as a new version; the withdrawn version stays on record.

    Refuses: as draft_open; obligation.not_in_state – a reviewer has it already, or it is decided.
    """
    obligation = _lock_for_proof(actor, obligation_id)
    move_obligation(obligation, "withdraw", at=at)
    version = _open_version(obligation, actor=actor, at=at)
    record_obligation(obligation, "obligation.withdrawn", actor=actor, at=at, version=version.number)
    return obligation


def _lock_for_proof(actor: Actor, obligation_id: uuid.UUID) -> Obligation:
    obligation = lock_obligation(obligation_id, actor=actor)
    if not can_prove(actor, obligation):
        raise Refused(errors.NOT_PROVER)
    require_running(obligation.campaign)
    return obligation


def _open_version(obligation: Obligation, *, actor: Actor, at: datetime) -> Submission:
    """Return the open draft version, made from the last one if there is none."""
    last = Submission.objects.filter(obligation=obligation).order_by("-number").first()
    if last is not None and last.submitted_at is None:
        last.obligation = obligation
        return last
    version = Submission.objects.create(
        id=new_id(),
        obligation=obligation,
        enterprise_id=obligation.enterprise_id,
        scope_path=obligation.scope_path,
        number=last.number + 1 if last else 1,
        person_id=actor.own_person_id,
        organisation_id=actor.own_organisation_id,
        statement=last.statement if last else "",
        fields=last.fields if last else {},
        created_at=at,
        updated_at=at,
    )
    if last is not None:
        SubmissionFile.objects.bulk_create(
            SubmissionFile(
                id=new_id(),
                submission=version,
                file_id=held.file_id,
                enterprise_id=held.enterprise_id,
                scope_path=held.scope_path,
                slot=held.slot,
                position=held.position,
            )
            for held in last.files.exclude(file__state="refused")
        )
    return version
