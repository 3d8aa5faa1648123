"""What every list page does the same way: narrow, count, page."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[M], size: int = PAGE_SIZE, *, count: int | None = None) -> Page[M]:
    """Return the page that the address asks for; a number out of range gives the nearest page.

    `count` is how many rows there are, where the caller counted them already or no further than anybody turns pages.
    """
    pages = Paginator(rows, size)
    if count is not None:
        # The count is a cached property: what stands here is what would have been asked of the database.
        pages.__dict__["count"] = count
    return pages.get_page(request.GET.get("page"))


def text_of(request: HttpRequest, name: str, longest: int = 60) -> str:
    """Return a filter's text from the address, trimmed and bounded. NUL would be an error in the database."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:longest]


def uuid_of(request: HttpRequest, name: str) -> UUID | None:
    """Return an identifier from the address, or None when it is absent or malformed."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
