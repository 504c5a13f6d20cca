"""Pursuing one matter that is held: what has changed of it and what is due is told, and noted together with that."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from messages.notices import Json, NewNotice
from messages.store import (
    matter_answering,
    matter_prompts,
    matter_sweeps,
    notices,
)
from messages.store.database import Connection
from messages.store.matter_sweeps import Settled, Turn
from messages.tenders.records import OVER, Matter, MatterState, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.tenders import audiences, steps
from schedules.tenders.audiences import Audience, Why
from schedules.tenders.deciding import MatterEvent
from schedules.tenders.following import BREACHES, STEPS, moved, needless, outcome_of
from schedules.tenders.noting import note
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import (
    Change,
    breach_above,
    breach_notice,
    each_of,
    moved_notice,
    prompt_notice,
    stopped_notice,
)
from schedules.tools import Tools

_NAMED: Final = 8


class Pursuit:
    """What is done about one matter at an instant."""

    def __init__(self, conn: Connection, tools: Tools, matter: Matter, now: datetime) -> None:
        """In a transaction that holds the ``matter``."""
        self._conn = conn
        self._tools = tools
        self._matter = matter
        self._now = now
        self._steps: dict[Place, Step] = {}
        self._found: dict[Place, Audience | None] = {}

    async def run(self) -> None:
        """First what has changed, then what is due."""
        matter, conn = self._matter, self._conn
        if matter.state not in OVER and matter.unit_id is not None:
            await matter_sweeps.revive(conn, matter.id)
        prompts = (await matter_prompts.of(conn, [matter.id])).get(matter.id, [])
        due = [one for one in prompts if one.settled_at is None and one.at <= self._now]
        if matter.state in OVER:
            await self._end(prompts)
        elif matter.unit_id is None:
            await self._settle(due, Settled.UNPLACED)
        else:
            self._steps = (await steps.of(conn, self._tools, [matter])).get(matter.id, {})
            told = await self._tell_moved(prompts, due)
            await self._tell_due([one for one in due if one.id not in told])
        await matter_sweeps.followed(conn, matter.id, matter.version)

    async def _audience(self, place: Place) -> Audience | None:
        if place not in self._found:
            step = self._steps[place]
            found = await audiences.of_step(self._conn, self._matter, step.limit.milestone, step.rule.node)
            self._found[place] = found
        return self._found[place]

    async def _settle(self, prompts: Sequence[KnownPrompt], outcome: Settled, told_by: Sequence[int] = ()) -> None:
        ids = [one.id for one in prompts]
        await matter_sweeps.settle(self._conn, ids, outcome, self._now, told_by=told_by)

    async def _add(self, notice: NewNotice, expressions: Sequence[str]) -> list[int]:
        """The notice for each of these audiences; gives their ids."""
        if not expressions:
            return []
        ids = [await notices.add(self._conn, one) for one in each_of(notice, expressions)]
        return [one for one in ids if one is not None]

    # It is over

    async def _end(self, prompts: Sequence[KnownPrompt]) -> None:
        """Nobody is prompted any more; of one that came to nothing who was prompted hears so, once."""
        await self._settle([one for one in prompts if one.settled_at is None], Settled.NEEDLESS)
        if self._matter.state is MatterState.COMPLETE:
            return
        stops = [one.id for one in prompts if one.kind is PromptKind.STOPPED]
        told = _notices([one for one in prompts if one.id > max(stops, default=0)])
        if not told:
            return
        people = await matter_sweeps.told_people(self._conn, told)
        await matter_sweeps.call_off(self._conn, told, self._now)
        tells: dict[str, Json] = {"state": self._matter.state.value}
        row = await matter_sweeps.tell(self._conn, self._matter.id, "", "", PromptKind.STOPPED, tells, self._now)
        whom = await audiences.of_people(self._conn, people)
        told_by = await self._add(stopped_notice(self._tools, self._matter, row.turn, self._now), whom)
        outcome = Settled.TOLD if whom else Settled.NEEDLESS
        await matter_sweeps.settle(self._conn, [row.id], outcome, self._now, told_by=told_by)

    # Other dates

    async def _tell_moved(self, prompts: Sequence[KnownPrompt], due: Sequence[KnownPrompt]) -> set[int]:
        """Tell each audience once; gives the prompts that are due and have been told by that."""
        changes = moved(self._tools, self._steps, prompts, self._now)
        over = [one for one in prompts if self._over(one)]
        await self._call_off([one for one in prompts if (one.rule, one.part) in changes or one in over])
        await matter_sweeps.revoke(self._conn, [one.id for one in over])
        broken = {(one.rule, one.part) for one in due if one.kind is PromptKind.BROKEN}
        together: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        for place in changes.keys() - broken:  # the breach tells its date
            audience = await self._audience(place)
            together[audience.expressions if audience else ()].append(place)
        done: set[int] = set()
        for whom, places in together.items():
            some = sorted(places)
            old = _notices([one for one in prompts if (one.rule, one.part) in some])
            told_by = await self._tell_change([changes[place] for place in some], whom, old)
            known = [one for one in due if (one.rule, one.part) in some and one.kind in STEPS]
            await self._settle(known, Settled.TOLD, told_by)
            done |= {one.id for one in known}
        return done

    def _over(self, prompt: KnownPrompt) -> bool:
        """Whether a breach that was told is none any more."""
        if prompt.outcome != Settled.TOLD or prompt.kind not in BREACHES:
            return False
        step = self._steps.get((prompt.rule, prompt.part))
        return step is None or needless(prompt.kind, step, self._now)

    async def _call_off(self, prompts: Sequence[KnownPrompt]) -> None:
        """Nobody is reminded of what holds no more, or told it still."""
        await matter_sweeps.call_off(self._conn, _notices(prompts), self._now)

    async def _tell_change(self, changes: Sequence[Change], whom: Sequence[str], old: Sequence[int]) -> list[int]:
        """Tell who answers for the steps, and whoever else was told of the dates that were."""
        rows = [await self._note_change(one) for one in changes]
        knew = await matter_sweeps.told_people(self._conn, old)
        hear = [code for said in whom for code in await matter_answering.among(self._conn, said, knew)]
        others = [
            said
            for said in await audiences.of_people(self._conn, [code for code in knew if code not in hear])
            if said not in whom  # one who holds no post
        ]
        notice = moved_notice(self._tools, changes, rows[0].turn, rows[0].id, self._now)
        told_by = await self._add(notice, [*whom, *others])
        outcome = Settled.TOLD if told_by else Settled.NOBODY
        await matter_sweeps.settle(self._conn, [row.id for row in rows], outcome, self._now, told_by=told_by)
        return told_by

    async def _note_change(self, change: Change) -> Turn:
        step = change.step
        of = self._matter.id, step.rule.name, step.limit.part
        return await matter_sweeps.tell(self._conn, *of, PromptKind.MOVED, step.tells, self._now)

    # What is due

    async def _tell_due(self, due: Sequence[KnownPrompt]) -> None:
        """Of a step that which tells most; what is told of its limit besides is told by itself."""
        of_steps: dict[Place, list[KnownPrompt]] = defaultdict(list)
        for one in sorted(due, key=lambda prompt: prompt.id):
            place = (one.rule, one.part)
            outcome = outcome_of(self._tools, one, self._steps.get(place), self._now)
            if outcome is not Settled.TOLD:
                await self._settle([one], outcome)
            elif one.kind in STEPS:
                of_steps[place].append(one)
            else:
                await self._tell_breach(one, place)
        for place, some in of_steps.items():
            await self._tell_step(place, max(some, key=lambda one: STEPS.index(one.kind)), some)

    async def _tell_step(self, place: Place, prompt: KnownPrompt, together: Sequence[KnownPrompt]) -> None:
        audience = await self._audience(place)
        if audience is None:
            await self._settle(together, Settled.NOBODY)
            return
        step = self._steps[place]
        notice = prompt_notice(self._tools, step, prompt.kind, prompt.turn, prompt.id, audience, self._now)
        await self._settle(together, Settled.TOLD, await self._add(notice, audience.expressions))

    async def _tell_breach(self, prompt: KnownPrompt, place: Place) -> None:
        """To who answers for the step, and to who looks after the unit; nobody is told by both."""
        step, kind = self._steps[place], prompt.kind
        about: dict[str, Json] = {"rule": step.rule.name, "part": step.limit.part, **step.tells}
        await note(self._conn, self._matter, MatterEvent(kind.value), None, self._now, **about)
        audience = await self._audience(place)
        if audience is None:
            await self._settle([prompt], Settled.NOBODY)
            return
        above = await audiences.overseers(self._conn, self._matter)
        ids: list[int] = []
        if audience.why not in {Why.LEADER, Why.OFFICE}:
            mine = await audiences.without(self._conn, audience, [*above.leading, *above.proposing])
            notice = breach_notice(self._tools, step, kind, prompt.turn, prompt.id, audience, self._now)
            ids += await self._add(notice, mine.expressions if mine else ())
        untold = await audiences.untold(self._conn, audience, _NAMED)
        for proposes, codes in ((False, above.leading), (True, above.proposing)):
            over = breach_above(self._tools, step, kind, prompt.turn, untold, self._now, proposes=proposes)
            ids += await self._add(over, await audiences.of_people(self._conn, codes))
        await self._settle([prompt], Settled.TOLD, ids)


def _notices(prompts: Iterable[KnownPrompt]) -> list[int]:
    """The notices that told prompts, each once."""
    return list(dict.fromkeys(told_by for one in prompts for told_by in one.notices))
