"""Ladders: whatever is due of any warning at an instant is found by how it stands, and done once.

Each step is settled in one transaction with all that it does, so that a pass may be repeated, interrupted or late.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from messages.notices import Grade
from messages.store import warning_steps, warnings_open
from messages.store import warnings as stored
from messages.store.database import Connection, Database
from messages.store.warning_steps import PlannedStep
from messages.warnings import life
from messages.warnings.awaited import waits_for
from messages.warnings.records import (
    Counted,
    Ladder,
    Part,
    RiseCause,
    Step,
    StepOutcome,
    WarningEvent,
    WarningRecord,
)
from schedules.apart import Apart, Share
from schedules.calendars import Calendars
from schedules.planner import Upcoming
from schedules.policy import Policy
from schedules.warnings.handover import hand_over
from schedules.warnings.noting import note
from schedules.warnings.parts import whom
from schedules.warnings.proposing import propose
from schedules.warnings.redating import begin_late, now_official, redate
from schedules.warnings.steps import Terms
from schedules.warnings.telling import next_digest, tell, tell_urgent, was_reached
from schedules.warnings.unheard import tell_above, unheard_of
from schedules.warnings.wording import overdue, titled

_CAUSES: Final = {Counted.ACKNOWLEDGE: RiseCause.UNACKNOWLEDGED, Counted.ANSWER: RiseCause.UNANSWERED}


class Ladders:
    """The warnings of one office on their way."""

    def __init__(
        self,
        *,
        db: Database,
        policy: Policy,
        calendars: Calendars,
        zone: ZoneInfo,
        apart: Apart,
        most: int = 100,
        catching_up: Callable[[], bool] = lambda: False,
    ) -> None:
        """Count days on the calendar that ``calendars`` gives, in the office's ``zone``.

        ``policy`` says how people are told and by which working hours days end; what a warning asks for and when, the
        ladder says that it keeps. A pass does at ``most`` so many things, ``apart`` from each other. While
        ``catching_up``, what holders have done may not be known yet: no step is run that comes of their not doing it.
        """
        self._catching_up = catching_up
        self._db = db
        self._policy = policy
        self._calendars = calendars
        self._zone = zone
        self._apart = apart
        self._most = most

    async def sweep(self, now: datetime) -> bool:
        """Do what is due of warnings, each apart from the others; gives whether more is left than one pass does.

        1. What has changed hands goes to the new holder. 2. What arrived late is dated anew. 3. Acknowledgements are
        noted. 4. What was dated provisionally is dated officially. 5. Steps that are due are run. 6. Who stands above a
        superior whom no message reaches is told in place of that one. 7. People are told.
        Red warnings come first in all of it, whatever else is due.
        """
        terms, share = await self._terms(), Share(self._apart, self._most)
        await tell_urgent(self._db, share, now)
        async with self._db.reading() as conn:
            red = await warnings_open.red(conn)
        if red:
            await self._go_on(share, terms, now, red.__contains__)
            await tell_urgent(self._db, share, now)
        await self._go_on(share, terms, now, lambda warning_id: warning_id not in red)
        await tell(self._db, terms, share, now)
        return share.used_up

    async def _go_on(self, share: Share, terms: Terms, now: datetime, of: Callable[[int], bool]) -> None:
        """What is due of those warnings, but to tell people."""
        each = partial(self._each, share, of)
        await each(warnings_open.changed_hands, lambda conn, one: hand_over(conn, one, terms, now))
        await each(warnings_open.arrived_late, lambda conn, one: begin_late(conn, one, terms, now))
        await each(warnings_open.acknowledged, _note)
        await each(lambda conn: now_official(conn, terms, now), lambda conn, one: redate(conn, one, terms, now))
        due = {step.id: step for step in await self._due(now) if of(step.warning_id)}

        async def run(step_id: int) -> None:
            async with self._db.writing() as conn:
                await _run(conn, due[step_id], now)

        await share.each("a step of a warning", due, run)
        await each(unheard_of, lambda conn, one: tell_above(conn, one, now))

    async def _due(self, now: datetime) -> list[PlannedStep]:
        async with self._db.reading() as conn:
            due = await warning_steps.due(conn, now)
            if not due or not self._catching_up():
                return due
            ladders = await stored.ladders(conn, list({step.warning_id for step in due}))
        return [step for step in due if not _waits_for_holder(ladders[step.warning_id], step.name)]

    async def next_due(self, now: datetime) -> Upcoming | None:
        """What is due next after ``now``: a step, or what people are told together."""
        together = await next_digest(self._db, await self._terms(), now)
        async with self._db.reading() as conn:
            step = await warning_steps.next_open(conn, now)
            if step is not None and (together is None or step.at <= together[0]):
                warning = await stored.get(conn, step.warning_id)
                return Upcoming(at=step.at, template="warning_step", params=titled(warning, step.name))
        if together is None:
            return None
        at, total = together
        return Upcoming(at=at, template="warnings_digest", params={"total": total})

    async def _terms(self) -> Terms:
        return Terms(calendar=await self._calendars.current(), policy=self._policy, zone=self._zone)

    async def _each(
        self,
        share: Share,
        of: Callable[[int], bool],
        find: Callable[[Connection], Awaitable[Sequence[int]]],
        act: Callable[[Connection, int], Awaitable[object]],
    ) -> None:
        """Do something about each warning that is found, in a transaction of its own."""
        async with self._db.reading() as conn:
            found = filter(of, await find(conn))

        async def do(warning_id: int) -> None:
            async with self._db.writing() as conn:
                await act(conn, warning_id)

        await share.each("a warning", found, do)


async def _note(conn: Connection, warning_id: int) -> None:
    warning = await stored.lock(conn, warning_id)
    if warning is not None and warning.open:
        await note(conn, warning)


async def _run(conn: Connection, planned: PlannedStep, now: datetime) -> None:
    """Run a step, with all that it does, unless what it waits for was done before."""
    warning = await stored.lock(conn, planned.warning_id)
    if warning is None or not await warning_steps.is_open(conn, planned.id):
        return
    if await warnings_open.present_assignment(conn, warning.post_id) != warning.assignment_id:
        return  # it changes hands at this moment: the next pass hands it over first
    if await warnings_open.arrived_late(conn, warning.id):
        return  # it has arrived at this moment: the next pass counts its days anew first
    warning = await note(conn, warning)
    step = next((one for one in warning.ladder.steps if one.name == planned.name), None)
    if step is None or planned.turn != warning.turn or not warning.open:
        await warning_steps.settle(conn, planned.id, StepOutcome.CALLED_OFF, now)
    elif not waits_for(step.counts_from, warning.state) or _overtaken(step, warning, now):
        await warning_steps.settle(conn, planned.id, StepOutcome.NEEDLESS, now)
    else:
        outcome = await _do(conn, warning, step, now)
        await warning_steps.settle(conn, planned.id, outcome, now)


def _waits_for_holder(ladder: Ladder, name: str) -> bool:
    """Whether a step comes of what its holder has not done."""
    return any(step.name == name and step.counts_from is not Counted.ISSUE for step in ladder.steps)


def _overtaken(step: Step, warning: WarningRecord, now: datetime) -> bool:
    """Whether a step that calls a day to mind comes after that day: a later one says so."""
    days = {Counted.ACKNOWLEDGE: warning.acknowledge_by, Counted.ANSWER: warning.answer_by}
    day = days.get(step.counts_from)
    return step.workdays < 0 and day is not None and day <= now


async def _do(conn: Connection, warning: WarningRecord, step: Step, now: datetime) -> StepOutcome:
    """Have people told; what is overdue is recorded and proposed to rise.

    Of a warning whose days have not reached its holder only those above are told, and nothing else follows.
    """
    reached = await was_reached(conn, warning)
    told = await whom(conn, warning, [part for part in step.told if reached or part is not Part.HOLDER])
    urgent = warning.grade is Grade.RED
    await warning_steps.tell(conn, warning.id, warning.turn, step.name, told, urgent=urgent, at=now)
    if not reached and (overdue(step) or not told):
        return StepOutcome.UNREACHED
    if not overdue(step):
        return StepOutcome.DONE
    await life.record(conn, warning, WarningEvent.OVERDUE, now, step=step.name, counts_from=step.counts_from.value)
    if step.proposes or step.decides:
        await propose(conn, warning, step.proposes, _CAUSES[step.counts_from], now)
    return StepOutcome.DONE
