"""What the demonstration district has done so far: the state of a 31 May, ten complete, the rest spread."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anru.campaigns.models import Campaign, Obligation, Submission, SubmissionFile
from anru.campaigns.services.proof import draft_save, obligation_submit
from anru.campaigns.services.review import review_accept, review_claim, review_return
from anru.campaigns.spec import ItemSpec, Slot, read_spec
from anru.evidence.models import File
from anru.evidence.states import FileState
from anru.kernel.actor import Actor
from anru.kernel.ids import new_id
from anru.ops.demo.gallery import Gallery

Become = Callable[[], Actor]
COMPLETE_N = 10
PICTURE_OF_ITEM = {
    "I1": ("pool", "cover"),
    "I2": ("cover", "pool", "notice"),
    "I3": ("paper",),
    "I4": ("people", "paper"),
    "I5": ("gear",),
    "I6": ("people", "paper"),
}
STATEMENTS = (
    "已按要求完成，请审核。",
    "现场已整改到位，照片为今日拍摄。",
    "材料齐全，主要负责人已签字。",
    "共用一套设备，放置在安全器材柜。",
)
RETURN_WORDS = (
    "照片看不清警示标志上的字，请走近两米重拍一张。",
    "缺少签字页，请补传带签字和日期的那一页。",
    "照片里没有拍到上锁的位置，请补拍。",
    "记录日期超过半年，请上传最近一次的记录。",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How far one enterprise has come: how many obligations are accepted, returned, submitted and in draft."""

    accepted: float
    returned: float
    submitted: float
    draft: float


def plans(dice: random.Random, count: int, untouched: int) -> list[Plan]:
    """Return one plan for each enterprise: ten complete, one untouched, the rest spread as a campaign half-way is."""
    spread = [
        (Plan(0.55, 0.10, 0.15, 0.04), 28),
        (Plan(0.30, 0.10, 0.16, 0.10), 48),
        (Plan(0.12, 0.07, 0.14, 0.14), 60),
        (Plan(0.00, 0.00, 0.10, 0.25), 40),
        (Plan(0.00, 0.00, 0.00, 0.00), 0),
    ]
    made = [Plan(1, 0, 0, 0)] * COMPLETE_N
    for plan, n in spread:
        made += [plan] * n
    made += [spread[-1][0]] * (count - len(made))
    dice.shuffle(made)
    if made[untouched] != spread[-1][0]:
        other = made.index(spread[-1][0])
        made[untouched], made[other] = made[other], made[untouched]
    return made


class Historian:
    """Lets an enterprise and a reviewer act through the services at past moments."""

    def __init__(self, dice: random.Random, campaign: Campaign, gallery: Gallery, today: datetime) -> None:
        self._dice = dice
        self._campaign = campaign
        self._gallery = gallery
        self._today = today
        self._specs: dict[Any, ItemSpec] = {}

    def live(self, plan: Plan, obligations: Sequence[Obligation], manager: Become, reviewer: Become) -> None:
        """The obligations have come as far as the plan says. Each act is done with its actor's own row scope."""
        rows = list(obligations)
        self._dice.shuffle(rows)
        n = len(rows)
        accepted = n if plan.accepted >= 1 else min(round(n * plan.accepted), n - 1)
        returned = accepted + round(n * plan.returned + self._dice.random() * 0.3)
        submitted = returned + round(n * plan.submitted + self._dice.random() * 0.3)
        draft = submitted + round(n * plan.draft)
        for number, row in enumerate(rows):
            if number < accepted:
                self._decide(row, manager, reviewer, "accept")
            elif number < returned:
                self._decide(row, manager, reviewer, "return")
            elif number < submitted:
                self._submit(row, manager, self._moment(5))
            elif number < draft:
                self._draft(row, manager, self._moment(3), share=0.5)

    def _moment(self, within_days: float) -> datetime:
        return self._today - timedelta(days=self._dice.random() * within_days, minutes=self._dice.randint(5, 400))

    def _spec(self, row: Obligation) -> ItemSpec:
        if row.item_id not in self._specs:
            self._specs[row.item_id] = read_spec(row.item.spec)
        return self._specs[row.item_id]

    def _draft(self, row: Obligation, manager: Become, at: datetime, share: float = 1.0) -> Submission:
        spec = self._spec(row)
        values = {slot.code: self._value(slot, at) for slot in spec.slots if not slot.is_file}
        version = draft_save(
            actor=manager(), at=at, obligation_id=row.pk, statement=self._dice.choice(STATEMENTS), fields=values
        )
        held = [
            (slot, position, self._file(row, version, slot, at))
            for slot in spec.slots
            if slot.is_file and slot.least and self._dice.random() <= share
            for position in range(slot.least)
        ]
        File.objects.bulk_create(file for _, _, file in held)
        SubmissionFile.objects.bulk_create(
            SubmissionFile(
                id=new_id(),
                submission=version,
                file=file,
                enterprise_id=row.enterprise_id,
                scope_path=row.scope_path,
                slot=slot.code,
                position=position,
            )
            for slot, position, file in held
        )
        return version

    def _file(self, row: Obligation, version: Submission, slot: Slot, at: datetime) -> File:
        shown = self._gallery.pick(slot.medium, PICTURE_OF_ITEM.get(row.item.code, ("paper",)), self._dice)
        taken = at - timedelta(minutes=self._dice.randint(3, 90)) if shown.is_picture else None
        return File(
            id=new_id(),
            enterprise_id=row.enterprise_id,
            scope_path=row.scope_path,
            person_id=version.person_id,
            organisation_id=version.organisation_id,
            medium=slot.medium,
            state=FileState.READY.value,
            created_at=at,
            captured_at=taken,
            captured_zone_known=taken is not None,
            **shown.columns,
        )

    def _value(self, slot: Slot, at: datetime) -> str:
        if slot.medium == "date":
            return (at - timedelta(days=self._dice.randint(10, 150))).date().isoformat()
        if slot.medium == "number":
            return str(self._dice.randint(1, 6))
        if slot.medium == "choice":
            return self._dice.choice(slot.choices).code
        return self._dice.choice(("已落实", "由安全管理人员保管", "见附件"))

    def _submit(self, row: Obligation, manager: Become, at: datetime) -> None:
        self._draft(row, manager, at - timedelta(minutes=20))
        obligation_submit(actor=manager(), at=at, obligation_id=row.pk)

    def _decide(self, row: Obligation, manager: Become, reviewer: Become, verdict: str) -> None:
        sent = self._moment(15) - timedelta(days=1)
        decided = min(sent + timedelta(hours=self._dice.uniform(2, 40)), self._today - timedelta(minutes=3))
        self._submit(row, manager, sent)
        actor = reviewer()
        review_claim(actor=actor, at=decided - timedelta(minutes=2), obligation_id=row.pk)
        if verdict == "accept":
            review_accept(actor=actor, at=decided, obligation_id=row.pk)
            return
        reasons = self._spec(row).reasons
        review_return(
            actor=actor,
            at=decided,
            obligation_id=row.pk,
            reason_codes=[self._dice.choice(reasons).code],
            words=self._dice.choice(RETURN_WORDS),
        )
