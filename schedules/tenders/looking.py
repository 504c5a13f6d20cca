"""Looking at matters: one with all that is known of it, lists, one's own, what is broken."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import NotEntitled
from messages.rights import Act
from messages.searches import words_of
from messages.store import matter_dates, matter_events, matter_limits, matter_lists, matter_prompts
from messages.store.database import Connection
from messages.store.matter_lists import Leaf
from messages.store.matter_sights import Sight
from messages.tenders.records import LONGEST_MATTER, Matter, at_moment
from messages.tenders.views import BreachPage, Filter, KnownLimit, KnownPrompt, Page, Whole
from schedules.tenders.declaring import known, latest_by_person
from schedules.tenders.entitling import may_enter, may_move, sight_of, to_see
from schedules.tools import Tools

_LONGEST_WORDS: Final = 120


async def of(tools: Tools, which: int | str, viewer_id: int | None, now: datetime) -> Whole:
    """A matter with all that is known of it."""
    matter = await to_see(tools, which, viewer_id, now)
    async with tools.db.reading() as conn:
        return await _whole(conn, matter, viewer_id, now)


async def _whole(conn: Connection, matter: Matter, viewer_id: int | None, now: datetime) -> Whole:
    limits, prompts = await _limits(conn, matter.id, now)
    latest = latest_by_person(await known(conn, matter.id, viewer_id))
    return Whole(
        matter=matter,
        facts=await matter_dates.known(conn, matter.id),
        limits=limits,
        prompts=prompts,
        posts=await matter_lists.named_posts(conn, matter.id),
        events=await matter_events.of(conn, matter.id),
        declared=len(latest),
        interests=sum(one.given.interest for one in latest),
        may_enter=viewer_id is not None and await may_enter(conn, matter, viewer_id),
        may_move=viewer_id is not None and await may_move(conn, matter, viewer_id),
    )


async def _limits(
    conn: Connection, matter_id: int, now: datetime
) -> tuple[tuple[KnownLimit, ...], tuple[KnownPrompt, ...]]:
    """Its limits with their prompts in the order of time, and the prompts of no limit that is there."""
    rows = (await matter_limits.of(conn, [matter_id])).get(matter_id, [])
    of_limit: dict[tuple[str, str], list[KnownPrompt]] = defaultdict(list)
    for prompt in await matter_prompts.with_counts(conn, matter_id):
        of_limit[prompt.rule, prompt.part].append(prompt)
    limits = [
        KnownLimit(
            id=row.id,
            limit=at_moment(row.limit, now),
            prompts=tuple(of_limit.pop((row.limit.rule, row.limit.part), ())),
        )
        for row in rows
        if row.id is not None
    ]
    others = sorted((prompt for left in of_limit.values() for prompt in left), key=lambda one: (one.at, one.id))
    return tuple(sorted(limits, key=_time_of)), tuple(others)


def _time_of(known: KnownLimit) -> tuple[bool, float, int]:
    """What is not counted yet comes last, as the rules came."""
    limit = known.limit
    at = limit.due_at or limit.at or limit.begins_at or limit.from_at
    return at is None, at.timestamp() if at else 0, known.id


async def page(tools: Tools, viewer_id: int | None, wanted: Filter, leaf: Leaf, now: datetime) -> Page:
    """A page of the matters that are open to somebody."""
    async with tools.db.reading() as conn:
        sight = await sight_of(conn, viewer_id)
        if viewer_id is None or await _sees_any(conn, sight):
            return await matter_lists.page(conn, sight, _cleaned(wanted), leaf, now)
    raise await _refused(tools, viewer_id, now)


async def mine(tools: Tools, person_id: int, leaf: Leaf, now: datetime) -> Page:
    """A page of the matters for which somebody answers."""
    async with tools.db.reading() as conn:
        return await matter_lists.mine(conn, await sight_of(conn, person_id), leaf, now)


async def breaches(tools: Tools, viewer_id: int | None, wanted: Filter, leaf: Leaf, now: datetime) -> BreachPage:
    """A page of what is broken or overdue of the matters that are open to somebody."""
    async with tools.db.reading() as conn:
        sight = await sight_of(conn, viewer_id)
        if viewer_id is None or await _sees_any(conn, sight):
            return await matter_lists.breaches(conn, sight, _cleaned(wanted), leaf)
    raise await _refused(tools, viewer_id, now)


async def _sees_any(conn: Connection, sight: Sight) -> bool:
    """Whoever holds a post may have a matter some day."""
    return bool(sight.scope or sight.held) or await matter_lists.any_open(conn, sight)


def _cleaned(wanted: Filter) -> Filter:
    unit = None if wanted.unit is None else words_of(wanted.unit, LONGEST_MATTER)
    return replace(wanted, unit=unit, words=words_of(wanted.words or "", _LONGEST_WORDS) or None)


async def _refused(tools: Tools, person_id: int, now: datetime) -> NotEntitled:
    return await rights.refuse(tools.db, person_id, Act.SEE_MATTERS, now, what="matters")
