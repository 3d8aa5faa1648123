"""The daily picture from which the burn-up is drawn."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db import connection
from django.db.models import Sum

from anru.accounts.models import Region
from anru.campaigns.models import Campaign, Snapshot, Tally


def snapshot_take(*, campaign: Campaign, day: date, at: datetime) -> int:
    """Each region from the campaign's own down to its towns has its figures for the day; returns how many regions.

    Taking a day again replaces its figures, so the last run of a day stands.
    """
    towns: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    rows = Tally.objects.filter(campaign=campaign).values("scope_path", "kind", "state").annotate(sum_n=Sum("n"))
    for row in rows:
        counts, n = towns[row["scope_path"]], row["sum_n"]
        if row["kind"] == "enterprise" and row["state"] != "left":
            counts[0] += n
            counts[1] += n if row["state"] == "complete" else 0
        elif row["kind"] == "obligation" and row["state"] != "waived":
            counts[2] += n
            counts[3] += n if row["state"] == "accepted" else 0
    regions = Region.objects.filter(path__startswith=campaign.scope_path)
    made = []
    for region in regions:
        sums = [sum(column) for column in zip(*_below(towns, region.path), strict=True)] or [0, 0, 0, 0]
        made.append(
            Snapshot(
                campaign=campaign,
                region=region,
                scope_path=region.path,
                day=day,
                total_n=sums[0],
                complete_n=sums[1],
                owed_n=sums[2],
                accepted_n=sums[3],
                taken_at=at,
            )
        )
    Snapshot.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["campaign", "region", "day"],
        update_fields=["total_n", "complete_n", "owed_n", "accepted_n", "taken_at"],
    )
    return len(made)


def tally_compact(campaign: Campaign) -> int:
    """The campaign's signed counts are merged; returns how many rows that saved. No sum changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT campaigns_compact_tally(%s)", [campaign.pk])
        return int(cursor.fetchone()[0])


def _below(towns: dict[str, list[int]], path: str) -> list[list[int]]:
    return [counts for town, counts in towns.items() if town.startswith(path)]
