"""How far long work is."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anru.jobs.selectors import job, jobs
from anru.jobs.states import JobState
from anru.web.shell.lists import page_of
from anru.web.shell.requests import actor_of


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The person's long work, newest first."""
    return render(request, "jobs/list.html", {"page": page_of(request, jobs(actor_of(request)))})


@require_GET
def job_detail(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """One piece of long work with its progress; asked for by its own refresh it is the progress alone."""
    found = job(actor_of(request), job_id)
    if found is None:
        raise Http404
    context = {"job": found, "going": found.state in {JobState.QUEUED, JobState.RUNNING}}
    fragment = request.headers.get("HX-Target") == "progress"
    return render(request, "jobs/detail.html#progress" if fragment else "jobs/detail.html", context)
