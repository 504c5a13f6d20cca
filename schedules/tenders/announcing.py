"""What people are told of a matter itself: that it ended, goes on, is another unit's now, or has no unit."""

from datetime import datetime

from messages.notices import Category, Json, Lane, NewNotice
from messages.tenders.records import Matter, PromptKind, matter_state_said
from messages.text.phrase import kept
from schedules.deadlines import end_of_day
from schedules.desks import DeskKind, DeskOf
from schedules.reporting import report
from schedules.tenders.bounding import useful_until
from schedules.tenders.keys import key_of
from schedules.tenders.telling import named
from schedules.tools import Tools


def stopped_notice(tools: Tools, matter: Matter, turn: int, now: datetime) -> NewNotice:
    """That a matter was called off or came to nothing, for ``each_of`` those who were told of its steps."""
    said: dict[str, Json] = {"state": kept(matter_state_said(matter.state)), "why": matter.why}
    return _of_matter(tools, matter, PromptKind.STOPPED, turn, now, **said)


def _of_matter(tools: Tools, matter: Matter, kind: PromptKind, turn: int, now: datetime, **said: Json) -> NewNotice:
    return NewNotice(
        key=key_of(matter.ref, "matter", kind, turn=turn),
        category=Category.PROMPT,
        lane=Lane.PROMPT,
        template=f"tender_{kind.value}",
        params={**named(matter), **said},
        audience="",
        send_at=now,
        created_at=now,
        expires_at=useful_until(tools, now),
        desk=str(DeskOf(kind=DeskKind.MATTER, id=matter.id)),
    )


def resumed_notice(tools: Tools, matter: Matter, turn: int, now: datetime) -> NewNotice:
    """That a matter goes on, for ``each_of`` those who were told that it does not."""
    return _of_matter(tools, matter, PromptKind.RESUMED, turn, now)


def placed_notice(tools: Tools, matter: Matter, turn: int, now: datetime) -> NewNotice:
    """That a matter is another unit's now, for ``each_of`` those who were told of its steps before."""
    return _of_matter(tools, matter, PromptKind.PLACED, turn, now)


def unplaced_notice(tools: Tools, code: str, total: int, now: datetime) -> NewNotice:
    """How many matters have no unit, so that nobody is told of them: today's message to one of the office."""
    day = tools.today(now)
    ends = end_of_day(day, tools.zone)
    return report(f"matters:unplaced:{day}:{code}", "tenders_unplaced", {"total": total}, code, now, expires_at=ends)
