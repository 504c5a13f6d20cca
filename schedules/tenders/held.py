"""A matter that is held at an instant: what is told of it is written here, together with what became of its prompts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.notices import Json, NewNotice
from messages.store import matter_sweeps, notices
from messages.store.database import Connection
from messages.store.matter_sweeps import Became, Settled
from messages.tenders.records import Matter, PromptKind
from messages.tenders.views import KnownPrompt
from schedules.deadlines import local_instant
from schedules.tenders import audiences
from schedules.tenders.steps import Step
from schedules.tenders.telling import day_key, each_of
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What becomes of prompts, and by which notices they are told."""

    prompts: Sequence[KnownPrompt]
    outcome: Settled = Settled.TOLD
    notices: Sequence[NewNotice] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """In a transaction that holds the ``matter``."""

    conn: Connection
    tools: Tools
    matter: Matter
    now: datetime

    def is_due(self, prompt: KnownPrompt) -> bool:
        """Whether a prompt is to be told by now, and nothing became of it yet."""
        return prompt.settled_at is None and prompt.at <= self.now

    async def settle(self, ids: Sequence[int], outcome: Settled, told_by: Sequence[int] = ()) -> None:
        """Note what became of prompts."""
        await self._settle([Became(id=one, outcome=outcome, told_by=tuple(told_by)) for one in ids])

    async def tell(self, tellings: Sequence[Telling]) -> None:
        """Write what is told, and what became of its prompts by that."""
        added = await notices.add_all(self.conn, [notice for one in tellings for notice in one.notices])
        became: list[Became] = []
        for one in tellings:
            told_by = tuple(added[notice.key] for notice in one.notices if notice.key in added)
            became += [Became(id=prompt.id, outcome=one.outcome, told_by=told_by) for prompt in one.prompts]
        await self._settle(became)

    async def tell_besides(self, tellings: Sequence[Telling]) -> None:
        """Write what is told to others than prompts were told to before; what became of these stays."""
        added = await notices.add_all(self.conn, [notice for one in tellings for notice in one.notices])
        pairs = ((prompt.id, notice.key) for one in tellings for prompt in one.prompts for notice in one.notices)
        await matter_sweeps.went(self.conn, [(prompt_id, added[key]) for prompt_id, key in pairs if key in added])

    async def _settle(self, became: Sequence[Became]) -> None:
        told_as = self.matter.kind.value, self.matter.unit_id
        await matter_sweeps.settle(self.conn, became, self.now, told_as)

    async def wait(self, ids: Sequence[int]) -> None:
        """There is nobody to tell; a working day later there may be somebody."""
        tools = self.tools
        day = tools.calendars.latest.add_workdays(tools.today(self.now), 1)
        at = local_instant(day, tools.policy.tenders.prompt_time, tools.zone)
        await matter_sweeps.put_off(self.conn, ids, at)

    async def add(self, notice: NewNotice, expressions: Sequence[str]) -> list[int]:
        """The notice for each of these audiences; gives their ids."""
        if not expressions:
            return []
        ids = [await notices.add(self.conn, one) for one in each_of(notice, expressions)]
        return [one for one in ids if one is not None]

    async def call_off(self, prompts: Iterable[KnownPrompt], *, but: Iterable[KnownPrompt] = ()) -> None:
        """Nobody is reminded of these any more, or told them still; what tells others, too, goes on for these."""
        stays = set(notices_of(but))
        ids = [one for one in notices_of(prompts) if one not in stays]
        await matter_sweeps.call_off(self.conn, ids, self.now)

    async def revoke(self, prompts: Sequence[KnownPrompt], *, but: Iterable[KnownPrompt] = ()) -> None:
        """These hold no more, and may be planned again; what tells others, too, goes on for these."""
        await self.call_off(prompts, but=but)
        await matter_sweeps.rule_out(self.conn, [one.id for one in prompts], Settled.REVOKED)

    async def announce(
        self,
        kind: PromptKind,
        tells: Mapping[str, Json],
        heard: Iterable[KnownPrompt],
        make: Callable[[Tools, Matter, int, datetime], NewNotice],
    ) -> None:
        """Tell something of the matter itself to who was told of these prompts; ``make`` takes its turn, too."""
        people = await matter_sweeps.told_people(self.conn, notices_of(heard))
        row = await matter_sweeps.tell(self.conn, self.matter.id, "", "", kind, tells, self.now)
        told_by = await self.add(
            make(self.tools, self.matter, row.turn, self.now), await audiences.of_people(self.conn, people)
        )
        await self.settle([row.id], Settled.TOLD if told_by else Settled.NEEDLESS, told_by)


def notices_of(prompts: Iterable[KnownPrompt]) -> list[int]:
    """The notices that told prompts, each once."""
    return list(dict.fromkeys(told_by for one in prompts for told_by in one.notices))


async def is_first_day(conn: Connection, step: Step, kind: PromptKind) -> bool:
    """Whether it would be told for the first time that a step is today."""
    return kind is PromptKind.DAY and not await notices.told(conn, [day_key(step)])
