"""Which rooms a person is led to, by role. What a page then allows is the page's own question."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anru.accounts.access import can_see_organisations, can_see_people
from anru.accounts.states import BUREAU_WORKERS, ENTERPRISE_MANAGERS, OFFICIALS, PROVIDER_PEOPLE, Role
from anru.campaigns.access import can_see_cockpit
from anru.kernel.actor import Actor
from anru.registry.access import can_import, can_see_registry

TABS_N = 4


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the navigation. `count` is what waits there, 0 for nothing to show."""

    url: str
    label: str | Promise
    icon: str
    here: bool = False
    count: int = 0


def rooms(actor: Actor, path: str, *, waiting_n: int) -> list[Room]:
    """Return the entries for a role in the order in which a day goes, the one of `path` marked."""
    plan: list[tuple[str, str | Promise, str]] = []
    if can_see_cockpit(actor):
        plan.append((reverse("cockpit:home"), _("驾驶舱"), "chart"))
    if actor.role in ENTERPRISE_MANAGERS:
        plan.append((reverse("my:home"), _("我要做的"), "checklist"))
    if actor.role in PROVIDER_PEOPLE:
        plan.append((reverse("reviews:queue"), _("审核"), "clipboard"))
    plan.append((reverse("todo:home"), _("待办"), "inbox"))
    if actor.enterprise_id is not None:
        plan.append((reverse("registry:enterprise-detail", args=[actor.enterprise_id]), _("本企业档案"), "building"))
        plan.append((reverse("registry:space-list"), _("有限空间"), "manhole"))
    elif can_see_registry(actor):
        plan.append((reverse("registry:enterprise-list"), _("一企一档"), "building"))
        plan.append((reverse("registry:space-list"), _("有限空间"), "manhole"))
    if actor.role in OFFICIALS:
        plan.append((reverse("campaigns:obligation-list"), _("整治事项"), "list"))
        plan.append((reverse("campaigns:list"), _("专项整治"), "flag"))
    if can_import(actor):
        plan.append((reverse("registry:import-list"), _("名册导入"), "upload"))
    if can_see_people(actor):
        plan.append((reverse("people:list"), _("人员"), "people"))
    if can_see_organisations(actor):
        plan.append((reverse("organisations:list"), _("单位"), "home"))
    plan.append((reverse("notices:list"), _("通知"), "bell"))
    if actor.role in BUREAU_WORKERS | {Role.ADMINISTRATOR}:
        plan.append((reverse("jobs:list"), _("后台任务"), "ring"))
        plan.append((reverse("ledger:list"), _("台账记录"), "history"))
    current = _deepest([url for url, _label, _icon in plan], path)
    todo = reverse("todo:home")
    return [
        Room(url, label, icon, here=url == current, count=waiting_n if url == todo else 0) for url, label, icon in plan
    ]


def _deepest(urls: list[str], path: str) -> str:
    return max((url for url in urls if path.startswith(url)), key=len, default="")
