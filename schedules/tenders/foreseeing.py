"""What would follow of a date before it is saved: limits as they would be, and who would hear of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from messages.notices import Json
from messages.store import told
from messages.tenders.milestones import MatterKind
from messages.tenders.records import Fact, Limit, Method, PromptKind
from messages.tenders.views import Whole
from schedules.tenders.limits import reckon
from schedules.tools import Tools

_TELL_DATES: Final = frozenset({PromptKind.CURRENT, PromptKind.SOON, PromptKind.DAY})


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The limits as they would be: all of them, and those that would stand otherwise than now.

    ``people`` counts those who were told of a date that would not hold any more.
    """

    limits: tuple[Limit, ...]
    changed: tuple[Limit, ...]
    people: int = 0


async def of_facts(
    tools: Tools, kind: MatterKind, method: Method, facts: Iterable[Fact], now: datetime
) -> tuple[Limit, ...]:
    """What the limits of a matter with these dates come to."""
    calendar = await tools.calendars.current()
    return reckon(tools.policy.tenders.rules[kind], tuple(facts), method, calendar, tools.zone, now)


async def of_move(tools: Tools, whole: Whole, fact: Fact, now: datetime, *, away: bool) -> Foreseen:
    """What would follow in a matter if ``fact`` stood instead of that of its step, or (``away``) no date at all."""
    others = [one.fact for one in whole.facts if _step(one.fact) != _step(fact)]
    facts = others if away else [*others, fact]
    limits = await of_facts(tools, whole.matter.kind, whole.matter.method, facts, now)
    by_rule = {(one.rule, one.part): one for one in limits}
    known = {(one.limit.rule, one.limit.part): one.limit for one in whole.limits}
    notices = _told_otherwise(whole, by_rule)
    async with tools.db.reading() as conn:
        people = await told.people(conn, notices) if notices else 0
    changed = tuple(one for place, one in by_rule.items() if _stands(known.get(place)) != _stands(one))
    return Foreseen(limits=limits, changed=changed, people=people)


def _step(fact: Fact) -> tuple[str, str]:
    return fact.milestone.value, fact.part


def _told_otherwise(whole: Whole, limits: Mapping[tuple[str, str], Limit]) -> Sequence[int]:
    """The notices that told dates which would not hold any more."""
    return [
        prompt.notice_id
        for one in whole.limits
        for prompt in one.prompts
        if prompt.notice_id is not None
        and prompt.kind in _TELL_DATES
        and not _holds(prompt.tells, limits.get((one.limit.rule, one.limit.part)))
    ]


def _holds(tells: Mapping[str, Json], limit: Limit | None) -> bool:
    if limit is None:
        return False
    at = limit.at.astimezone(UTC) if limit.at else None
    told_at = tells.get("at")
    same = (datetime.fromisoformat(str(told_at)) if told_at else None) == at
    return same and tells.get("due") == (limit.due_on.isoformat() if limit.due_on else None)


def _stands(limit: Limit | None) -> tuple[object, ...] | None:
    return (limit.state, limit.due_on, limit.at, limit.earliest, limit.provisional) if limit else None
