"""What would follow of a date before it is saved: limits as they would be, and who would hear of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.store import matter_sweeps, told
from messages.tenders.milestones import MatterKind
from messages.tenders.records import OVER, Fact, Limit, MatterState, Method, at_moment
from messages.tenders.views import Whole
from schedules.tenders.following import moved
from schedules.tenders.limits import reckon
from schedules.tenders.standing import to_hear_of_end
from schedules.tenders.steps import Step
from schedules.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The limits as they would be: all of them, and those that would stand otherwise than now.

    ``people`` counts those who were told of a date that would not hold any more.
    """

    limits: tuple[Limit, ...]
    changed: tuple[Limit, ...]
    people: int = 0


async def of_facts(
    tools: Tools, kind: MatterKind, method: Method, facts: Iterable[Fact], now: datetime, *, over: bool = False
) -> tuple[Limit, ...]:
    """What the limits of a matter with these dates come to; ``over``: it is over."""
    calendar = await tools.calendars.current()
    found = reckon(tools.policy.tenders.rules[kind], tuple(facts), method, calendar, tools.zone, now, over=over)
    return tuple(at_moment(one, now) for one in found)


async def of_move(tools: Tools, whole: Whole, fact: Fact, now: datetime, *, away: bool) -> Foreseen:
    """What would follow in a matter if ``fact`` stood instead of that of its step, or (``away``) no date at all."""
    others = [one.fact for one in whole.facts if _step(one.fact) != _step(fact)]
    facts = others if away else [*others, fact]
    matter = whole.matter
    limits = await of_facts(tools, matter.kind, matter.method, facts, now, over=matter.state in OVER)
    by_rule = {(one.rule, one.part): one for one in limits}
    known = {(one.limit.rule, one.limit.part): one.limit for one in whole.limits}
    notices = _told_otherwise(tools, whole, limits, now)
    async with tools.db.reading() as conn:
        people = await told.people(conn, notices) if notices else 0
    changed = tuple(one for place, one in by_rule.items() if _stands(known.get(place)) != _stands(one))
    return Foreseen(limits=limits, changed=changed, people=people)


async def of_end(tools: Tools, whole: Whole, state: MatterState) -> int:
    """How many people would hear that a matter has ended so; nobody does of one that is complete."""
    if state is MatterState.COMPLETE:
        return 0
    every = [*whole.prompts, *(prompt for one in whole.limits for prompt in one.prompts)]
    async with tools.db.reading() as conn:
        return len(await matter_sweeps.told_people(conn, to_hear_of_end(every)))


def _step(fact: Fact) -> tuple[str, str]:
    return fact.milestone.value, fact.part


def _told_otherwise(tools: Tools, whole: Whole, limits: Iterable[Limit], now: datetime) -> Sequence[int]:
    """The notices that told dates of which people would have to hear anew."""
    rules = {rule.name: rule for rule in tools.policy.tenders.rules[whole.matter.kind]}
    steps = {(one.rule, one.part): Step(id=0, matter=whole.matter, rule=rules[one.rule], limit=one) for one in limits}
    prompts = [prompt for one in whole.limits for prompt in one.prompts]
    places = moved(tools, steps, prompts, now)
    return [told_by for one in prompts if (one.rule, one.part) in places for told_by in one.notices]


def _stands(limit: Limit | None) -> tuple[object, ...] | None:
    return (limit.state, limit.due_on, limit.at, limit.earliest, limit.provisional) if limit else None
