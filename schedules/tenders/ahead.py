"""What will be told of matters, as their dates and the roster stand now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from messages.notices import NewNotice
from messages.store import matter_sweeps, matters
from messages.store.database import Connection
from messages.tenders.milestones import Milestone
from messages.tenders.records import PromptKind
from messages.tenders.views import KnownPrompt
from schedules.deadlines import local_instant
from schedules.planner import Upcoming
from schedules.tenders import audiences, breaching, steps
from schedules.tenders.announcing import unplaced_notice
from schedules.tenders.audiences import Audience
from schedules.tenders.following import STEPS
from schedules.tenders.held import is_first_day
from schedules.tenders.steps import Step
from schedules.tenders.telling import Breach, each_of, prompt_notice
from schedules.tools import Tools

_SAID: Final = (*STEPS, PromptKind.BROKEN)
"""What is told whatever happens until then; that a limit has passed is not foretold."""
_AT_ONCE: Final = 500


async def coming(conn: Connection, tools: Tools, *, since: datetime, until: datetime) -> list[NewNotice]:
    """What is to be told from ``since`` until before ``until``, each to whom it would go now."""
    rows = await matter_sweeps.ahead(conn, since, until, _SAID)
    found: list[NewNotice] = []
    for start in range(0, len(rows), _AT_ONCE):
        found += await _notices(conn, tools, rows[start : start + _AT_ONCE])
    return found


async def _notices(conn: Connection, tools: Tools, rows: Sequence[matter_sweeps.Laid]) -> list[NewNotice]:
    known = await matters.found(conn, sorted({one.matter_id for one in rows}))
    of_matters = await steps.of(conn, tools, known.values())
    whom: dict[tuple[int, Milestone, str], Audience | None] = {}
    found: list[NewNotice] = []
    for row in rows:
        step = of_matters.get(row.matter_id, {}).get((row.prompt.rule, row.prompt.part))
        if step is None:
            continue
        of = row.matter_id, step.limit.milestone, step.rule.node
        if of not in whom:
            whom[of] = await audiences.of_step(conn, step.matter, step.limit.milestone, step.rule.node)
        if (audience := whom[of]) is not None:
            found += await _of_prompt(conn, tools, step, row.prompt, audience)
    return found


async def _of_prompt(
    conn: Connection, tools: Tools, step: Step, prompt: KnownPrompt, audience: Audience
) -> list[NewNotice]:
    """As the sweep tells it, to the same people."""
    at = prompt.at.astimezone(tools.zone)
    if prompt.kind is PromptKind.BROKEN:
        breach = Breach(step=step, kind=prompt.kind, turn=prompt.turn)
        return await breaching.notices_of(conn, tools, breach, prompt.id, audience, at)
    plain = await is_first_day(conn, step, prompt.kind)
    notice = prompt_notice(tools, step, prompt.kind, prompt.turn, prompt.id, audience, at, plain=plain)
    return each_of(notice, audience.expressions)


async def _first(conn: Connection, tools: Tools, at: datetime) -> list[NewNotice]:
    """One of what is told at an instant."""
    until = at + timedelta(seconds=1)
    return await _notices(conn, tools, await matter_sweeps.ahead(conn, at, until, _SAID, 1))


async def next_due(tools: Tools, now: datetime) -> Upcoming | None:
    """What is told next after ``now``."""
    async with tools.db.reading() as conn:
        at = await matter_sweeps.next_prompt(conn, now)
        soon = await _first(conn, tools, at) if at else []
        unplaced = await matter_sweeps.unplaced(conn)
    found = [] if at is None else [Upcoming(at=at, template="tender_prompt", params={})]
    found = [Upcoming(at=one.send_at, template=one.template, params=one.params) for one in soon] or found
    if unplaced:
        day = tools.calendars.latest.add_workdays(tools.today(now), 1)
        tells = unplaced_notice(tools, "", unplaced, local_instant(day, tools.policy.tenders.prompt_time, tools.zone))
        found.append(Upcoming(at=tells.send_at, template=tells.template, params=tells.params))
    return min(found, key=lambda one: one.at, default=None)
