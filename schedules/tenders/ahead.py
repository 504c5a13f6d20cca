"""What will be told of matters, as their dates and the roster stand now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from messages.notices import NewNotice
from messages.store import matter_sweeps, matters
from messages.store.database import Connection
from messages.tenders.records import PromptKind
from schedules.deadlines import local_instant
from schedules.planner import Upcoming
from schedules.tenders import audiences, steps
from schedules.tenders.following import STEPS
from schedules.tenders.held import is_first_day
from schedules.tenders.steps import Step
from schedules.tenders.telling import breach_notice, prompt_notice, unplaced_notice
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
    found: list[NewNotice] = []
    for row in rows:
        step = of_matters.get(row.matter_id, {}).get((row.prompt.rule, row.prompt.part))
        if step is not None and (notice := await _notice(conn, tools, step, row)) is not None:
            found.append(notice)
    return found


async def _notice(conn: Connection, tools: Tools, step: Step, row: matter_sweeps.Laid) -> NewNotice | None:
    whom = await audiences.at_first(conn, step.matter, step.limit.milestone, step.rule.node)
    if whom is None:
        return None
    prompt = row.prompt
    at = prompt.at.astimezone(tools.zone)
    if prompt.kind is PromptKind.BROKEN:
        notice = breach_notice(tools, step, prompt.kind, prompt.turn, prompt.id, whom, at)
    else:
        plain = await is_first_day(conn, step, prompt.kind)
        notice = prompt_notice(tools, step, prompt.kind, prompt.turn, prompt.id, whom, at, plain=plain)
    return replace(notice, audience=whom.expressions[0])


async def _first(conn: Connection, tools: Tools, at: datetime) -> list[NewNotice]:
    """One of what is told at an instant."""
    until = at + timedelta(seconds=1)
    return await _notices(conn, tools, await matter_sweeps.ahead(conn, at, until, tuple(PromptKind), 1))


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
