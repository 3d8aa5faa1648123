"""Decoding in the task queue, so that a hostile or huge picture never holds a page."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from procrastinate.contrib.django import app

from anru.accounts.scope import acting_as_system
from anru.evidence.decode import inspect_and_render
from anru.evidence.models import File, Upload
from anru.evidence.services import file_decoded, limits_on, partial_path, store
from anru.evidence.states import FileState
from anru.kernel import clock


@app.task(name="evidence.decode", retry=2)
def decode(file_id: str) -> None:
    """The file is ready or refused. The child process that decodes it holds no database connection and no secret."""
    with acting_as_system():
        file = File.objects.filter(pk=file_id, state=FileState.RECEIVED).first()
    if file is None:
        return
    at = clock.now()
    with TemporaryDirectory(prefix="anru-decode-") as folder:
        inspected = inspect_and_render(store().path_of(file.sha256), limits_on(at), Path(folder))
        with acting_as_system() as actor:
            file_decoded(actor=actor, at=clock.now(), file_id=uuid.UUID(file_id), inspected=inspected)


@app.periodic(cron="17 * * * *")
@app.task(name="evidence.tidy", queueing_lock="evidence.tidy")
def tidy(timestamp: int) -> None:
    """Uploads that ran out are gone with their bytes; files that were never decoded are tried again."""
    with acting_as_system():
        at = clock.now()
        for upload in Upload.objects.filter(expires_at__lte=at, finished_at__isnull=True)[:500]:
            partial_path(upload).unlink(missing_ok=True)
            upload.delete()
        stuck = File.objects.filter(state=FileState.RECEIVED, created_at__lt=at - timedelta(minutes=10))
        for file_id in stuck.values_list("pk", flat=True)[:500]:
            decode.defer(file_id=str(file_id))
