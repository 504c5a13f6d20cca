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
    found = {
        (one.step.rule.counts_from, one.step.limit.from_at)
        for one in changes
        if one.was.get("due") and one.was.get("due") != one.step.tells["due"]
    }
    causes = sorted((said, at) for said, at in found if said and at and (said, at) not in told)
    happened = await matter_events.of(conn, matter.id) if causes else ()
    return [_said(milestone, at, _before(happened, milestone, at), zone) for milestone, at in causes]


def _before(happened: Iterable[Happened], milestone: Milestone, at: datetime) -> str | None:
    """What a date was before it came to be this one (ISO), as the matter's history has it."""
    was: str | None = None
    for one in happened:
        dates = one.body.get("dates")
        for change in dates if isinstance(dates, list) else ():
            if isinstance(change, dict) and change.get("milestone") == milestone.value:
                then, before = change.get("to"), change.get("from")
                if isinstance(then, str) and datetime.fromisoformat(then) == at:
                    was = before if isinstance(before, str) else None
    return was


def _said(milestone: Milestone, at: datetime, was: str | None, zone: tzinfo) -> dict[str, Json]:
    return {
        "milestone": kept(milestone_said(milestone)),
        "at": at.astimezone(UTC).isoformat(),
        "was_at": was,
        "whole_day": at.astimezone(zone).time() in _DAY_ONLY,
    }
