"""Which dates made other dates change: what is told of a limit that has moved names first what it is counted from."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, tzinfo
from typing import Final

from messages.notices import Json
from messages.store import matter_events
from messages.store.database import Connection
from messages.tenders.milestones import Milestone, milestone_said
from messages.tenders.records import Matter
from messages.tenders.views import Happened
from messages.text.phrase import kept
from schedules.tenders.telling import Change

_DAY_ONLY: Final = {time(0), time(23, 59, 59)}


async def causes_of(conn: Connection, matter: Matter, changes: Iterable[Change], zone: tzinfo) -> Sequence[Json]:
    """The dates that changed last days are counted from, as templates say them; not those that are told themselves."""
    told = {(one.step.limit.milestone, one.step.happens_at) for one in changes if one.was.get("at")}
    found: dict[tuple[Milestone, datetime], datetime | None] = {}
    for one in changes:
        said, at = one.step.rule.counts_from, one.step.limit.from_at
        moved = one.was.get("due") and one.was.get("due") != one.step.tells["due"]
        if moved and said and at and (said, at) not in told:
            found.setdefault((said, at), one.since)
    happened = await matter_events.of(conn, matter.id) if found else ()
    return [_said(said, at, _before(happened, said, since), zone) for (said, at), since in sorted(found.items())]


def _before(happened: Iterable[Happened], milestone: Milestone, since: datetime | None) -> str | None:
    """What a date was (ISO) when people were told of it last, ``since`` when it may have changed more than once."""
    for one in happened:
        dates = one.body.get("dates")
        for change in dates if isinstance(dates, list) and (since is None or one.at >= since) else ():
            if isinstance(change, dict) and change.get("milestone") == milestone.value:
                before = change.get("from")
                return before if isinstance(before, str) else None
    return None


def _said(milestone: Milestone, at: datetime, was: str | None, zone: tzinfo) -> dict[str, Json]:
    return {
        "milestone": kept(milestone_said(milestone)),
        "at": at.astimezone(UTC).isoformat(),
        "was_at": was,
        "whole_day": at.astimezone(zone).time() in _DAY_ONLY,
    }
