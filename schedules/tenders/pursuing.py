"""Pursuing one matter that is held: what has changed of it and what is due is told, and noted together with that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from messages.notices import Json
from messages.store import matter_answering, matter_prompts, matter_sweeps, notices
from messages.store.matter_sweeps import Settled, Turn
from messages.tenders.kept import Kept
from messages.tenders.records import OVER, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.deadlines import local_instant
from schedules.tenders import audiences, breaching, standing, steps
from schedules.tenders.audiences import Audience
from schedules.tenders.causes import causes_of
from schedules.tenders.deciding import MatterEvent
from schedules.tenders.following import STEPS, done, moved, no_longer, no_more, outcome_of, told_before, told_of
from schedules.tenders.held import Held, is_first_day, notices_of
from schedules.tenders.noting import note
from schedules.tenders.reckoning import reckon_all
from schedules.tenders.steps import Place, Step
from schedules.tenders.telling import Breach, Change, moved_notice, prompt_above, prompt_notice
from schedules.tenders.waiting import withdraw_unheard
from schedules.tenders.writing import reckoned_of


class Pursuit:
    """What is done about one matter at an instant."""

    def __init__(self, held: Held) -> None:
        """Of the matter that is held."""
        self._held = held
        self._conn, self._tools, self._matter, self._now = held.conn, held.tools, held.matter, held.now
        self._steps: dict[Place, Step] = {}
        self._found: dict[Place, Audience | None] = {}
        self._prompts: Sequence[KnownPrompt] = ()
        self._was: dict[Place, Mapping[str, Json]] = {}

    async def run(self, kept: Kept) -> None:
        """First what has changed, then what is due."""
        held, matter, conn = self._held, self._matter, self._conn
        await self._look()
        if matter.state in OVER:
            await standing.end(held, self._prompts)
        else:
            await standing.resume(held, self._prompts)
            if matter.unit_id is None:
                await held.settle(self._due(), Settled.UNPLACED)
            else:
                await self._follow(kept)
        await matter_sweeps.followed(conn, matter.id, matter.version)

    async def _look(self) -> None:
        self._prompts = (await matter_prompts.of(self._conn, [self._matter.id])).get(self._matter.id, [])

    def _due(self) -> list[KnownPrompt]:
        return [one for one in self._prompts if one.settled_at is None and one.at <= self._now]

    async def _follow(self, kept: Kept) -> None:
        self._steps = (await steps.of(self._conn, self._tools, [self._matter])).get(self._matter.id, {})
        anew = await self._plan_anew()
        if await withdraw_unheard(self._held, self._steps, self._prompts) or anew:
            await reckon_all(self._conn, self._tools, [reckoned_of(self._matter.id, kept)], self._now)
            await self._look()
        told = await self._tell_moved()
        await self._end_reminders()
        await self._tell_due([one for one in self._due() if one.id not in told])

    async def _plan_anew(self) -> bool:
        """Whether the present unit's posts are to be told by the present rules what was not told them yet."""
        held, prompts = self._held, self._prompts
        waited = [one.id for one in prompts if one.outcome == Settled.UNPLACED]
        await matter_sweeps.rule_out(self._conn, waited, Settled.WITHDRAWN)
        left = await standing.leave(held, prompts)
        counted = [place for place, step in self._steps.items() if not no_more(step)]
        return bool(waited) | left | await standing.change_kind(held, prompts, counted)

    async def _audience(self, step: Step) -> Audience | None:
        place = step.rule.name, step.limit.part
        if place not in self._found:
            found = await audiences.of_step(self._conn, self._matter, step.limit.milestone, step.rule.node)
            self._found[place] = found
        return self._found[place]

    # Other dates

    async def _tell_moved(self) -> set[int]:
        """Tell each audience once; gives the prompts that are due and have been told by that."""
        prompts, due = self._prompts, self._due()
        changes = moved(self._tools, self._all_steps(), prompts, self._now)
        await self._held.call_off([one for one in prompts if (one.rule, one.part) in changes])
        broken = {(one.rule, one.part) for one in due if one.kind is PromptKind.BROKEN}
        together: dict[tuple[str, ...], list[Place]] = defaultdict(list)
        self._was = {place: changes[place].was for place in changes.keys() & broken}  # the breach tells its date
        for place in changes.keys() - broken:
            audience = await self._audience(changes[place].step)
            together[audience.expressions if audience else ()].append(place)
        told: set[int] = set()
        for whom, places in together.items():
            some = sorted(places)
            old = notices_of(one for one in prompts if (one.rule, one.part) in some and one.outcome == Settled.TOLD)
            told_by = await self._tell_change([changes[place] for place in some], whom, old)
            known = [one for one in due if (one.rule, one.part) in some and one.kind in STEPS]
            await self._held.settle(known, Settled.TOLD, told_by)
            told |= {one.id for one in known}
        return told

    def _all_steps(self) -> dict[Place, Step]:
        """The steps, and those of which people were told and of which there are no limits any more."""
        left = {place: some[-1] for place, some in told_of(self._prompts).items() if place not in self._steps}
        gone = {place: steps.gone(self._tools, self._matter, one) for place, one in left.items()}
        return self._steps | {place: step for place, step in gone.items() if step is not None}

    async def _end_reminders(self) -> None:
        """Nobody is reminded of what holds no more, of what is done, or of what was told again since."""
        for place, some in told_of(self._prompts).items():
            step = self._steps.get(place)
            await self._held.revoke([one for one in some if no_longer(one, step, self._now)])
        ended = [one for one in self._prompts if self._ended(one)]
        stay = [one for one in self._prompts if one.outcome == Settled.TOLD and one not in ended]
        await self._held.call_off(ended, but=stay)

    def _ended(self, prompt: KnownPrompt) -> bool:
        step = self._steps.get((prompt.rule, prompt.part))
        return (
            prompt.outcome == Settled.TOLD
            and step is not None
            and done(self._tools, prompt, step, self._prompts, self._now)
        )

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
        causes = await causes_of(self._conn, self._matter, changes, self._tools.zone)
        notice = moved_notice(self._tools, changes, causes, rows[0].turn, rows[0].id, self._now)
        told_by = await self._held.add(notice, [*whom, *others])
        await self._held.settle_rows([row.id for row in rows], Settled.TOLD if told_by else Settled.NOBODY, told_by)
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
            step = self._steps.get((one.rule, one.part))
            outcome = outcome_of(self._tools, one, step, self._now)
            if told_before(one, self._prompts):
                outcome = Settled.NEEDLESS
            if step is None or outcome is not Settled.TOLD:
                await self._held.settle([one], outcome)
            elif await self._audience(step) is None:
                await self._wait(one)
            elif one.kind in STEPS:
                of_steps[one.rule, one.part].append(one)
            else:
                await self._tell_breach(one, step)
        for place, some in of_steps.items():
            await self._tell_step(self._steps[place], max(some, key=lambda one: STEPS.index(one.kind)), some)

    async def _wait(self, prompt: KnownPrompt) -> None:
        """There is nobody to tell; a working day later there may be somebody."""
        day = self._tools.calendars.latest.add_workdays(self._tools.today(self._now), 1)
        at = local_instant(day, self._tools.policy.tenders.prompt_time, self._tools.zone)
        await matter_sweeps.put_off(self._conn, [prompt.id], at)

    async def _tell_step(self, step: Step, prompt: KnownPrompt, together: Sequence[KnownPrompt]) -> None:
        audience = await self._audience(step)
        if audience is None:
            return
        plain = await is_first_day(self._conn, step, prompt.kind)
        of = step, prompt.kind, prompt.turn, prompt.id
        notice = prompt_notice(self._tools, *of, audience, self._now, plain=plain)
        told_by = await self._held.add(notice, audience.expressions)
        if above := await audiences.instead(self._conn, self._matter, audience):
            untold = await audiences.untold(self._conn, audience)
            besides = prompt_above(notice, step, prompt.kind, prompt.turn, above, untold)
            told_by += await self._held.add(besides, above.expressions)
        await self._held.settle(together, Settled.TOLD, told_by)
        if prompt.kind is PromptKind.DAY:
            place = prompt.rule, prompt.part, PromptKind.MOVED
            await self._held.call_off([one for one in self._prompts if (one.rule, one.part, one.kind) == place])

    async def _tell_breach(self, prompt: KnownPrompt, step: Step) -> None:
        """To who answers for the step, and to who looks after the unit; nobody is told by both."""
        kind, audience = prompt.kind, await self._audience(step)
        if audience is None:
            return
        about: dict[str, Json] = {"rule": step.rule.name, "part": step.limit.part, **step.tells}
        await note(self._conn, self._matter, MatterEvent(kind.value), None, self._now, **about)
        was = self._was.get((prompt.rule, prompt.part), {})
        breach = Breach(step=step, kind=kind, turn=prompt.turn, was=was, late=await self._is_late(prompt, step))
        told = await breaching.notices_of(self._conn, self._tools, breach, prompt.id, audience, self._now)
        ids = [await notices.add(self._conn, one) for one in told]
        await self._held.settle([prompt], Settled.TOLD, [one for one in ids if one is not None])

    async def _is_late(self, prompt: KnownPrompt, step: Step) -> bool:
        """Whether it is done after somebody heard that its last day has passed."""
        if prompt.kind is not PromptKind.BROKEN or step.limit.at is None or step.limit.at > self._now:
            return False
        place = prompt.rule, prompt.part, PromptKind.OVERDUE
        told_by = notices_of(one for one in self._prompts if (one.rule, one.part, one.kind) == place)
        return bool(await matter_sweeps.arrived(self._conn, told_by))
