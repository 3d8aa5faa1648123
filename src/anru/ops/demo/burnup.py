"""The demonstration's past days, worked out from when its decisions were taken."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from anru.accounts.models import Region
from anru.campaigns.models import Campaign, Obligation, Participation, Snapshot
from anru.campaigns.states import ObligationState
from anru.kernel.clock import end_of_legal_day, legal_date


def past_snapshots(campaign: Campaign, at: datetime) -> None:
    """Each day from the campaign's first to yesterday has the snapshot that would have been taken then."""
    decided: dict[Any, list[datetime]] = defaultdict(list)
    open_parts: set[Any] = set()
    rows = Obligation.objects.filter(campaign=campaign).exclude(state=ObligationState.WAIVED)
    for part_id, state, decided_at in rows.values_list("participation_id", "state", "decided_at"):
        if state == ObligationState.ACCEPTED and decided_at:
            decided[part_id].append(decided_at)
        else:
            open_parts.add(part_id)
    parts = list(Participation.objects.filter(campaign=campaign).values_list("pk", "scope_path", "total_n"))
    made = []
    day = campaign.starts_on
    while day < legal_date(at):
        ends = end_of_legal_day(day)
        for region in Region.objects.filter(path__startswith=campaign.scope_path):
            inside = [(part, owed) for part, path, owed in parts if path.startswith(region.path)]
            done = {part: sum(1 for moment in decided[part] if moment < ends) for part, _ in inside}
            made.append(
                Snapshot(
                    campaign=campaign,
                    region=region,
                    scope_path=region.path,
                    day=day,
                    total_n=len(inside),
                    complete_n=sum(1 for part, owed in inside if part not in open_parts and done[part] == owed),
                    owed_n=sum(owed for _, owed in inside),
                    accepted_n=sum(done.values()),
                    taken_at=ends,
                )
            )
        day += timedelta(days=1)
    Snapshot.objects.bulk_create(made)
