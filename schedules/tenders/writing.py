"""Writes what becomes of matters: columns, dates, posts, history, ledger, limits and prompts, in one transaction.

Everything that changes a matter goes through here. What changes nothing leaves no trace but what sources said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from messages.ledger import Kind
from messages.notices import Json
from messages.store import ledger, matter_dates, matter_events, matters
from messages.store import rights as stored
from messages.store.database import Connection
from messages.store.ledger import Event
from messages.store.matter_events import MatterEvent as Happening
from messages.tenders.kept import Kept, KeptFact
from messages.tenders.views import Outcome
from schedules.tenders.deciding import After
from schedules.tenders.reckoning import Reckoned, reckon_all
from schedules.tools import Tools

TOGETHER: Final = 50
"""Matters in one transaction: a fraction of a second on SQLite, for which others wait."""

Changed: TypeAlias = tuple[Kept, After]
"""A matter that is held, and what is to become of it."""


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes, and when; ``person_id`` is None for what comes by itself."""

    tools: Tools
    person_id: int | None
    now: datetime


async def add(conn: Connection, writer: Writer, new: Sequence[After]) -> dict[str, int]:
    """Add matters, those that nobody has added meanwhile; gives their ids by ref."""
    ids = await matters.add(conn, [one.standing for one in new], writer.person_id, writer.now)
    added = {ids[one.standing.ref]: one for one in new if one.standing.ref in ids}
    put = [(matter_id, fact) for matter_id, one in added.items() for fact in one.facts.values()]
    await matter_dates.write(conn, put, [])
    for matter_id, one in added.items():
        if one.posts:
            await matter_dates.name_posts(conn, matter_id, frozenset(), one.posts)
    await _record(conn, writer, added)
    await _reckon(conn, writer, added, {})
    return ids


async def change(conn: Connection, writer: Writer, changed: Sequence[Changed]) -> dict[int, Outcome]:
    """Have matters be as they are to be; gives for each, by id, whether that changed anything."""
    of_use = [(kept, after) for kept, after in changed if after.changes(kept)]
    noted = [(kept, after) for kept, after in changed if not after.changes(kept)]
    await _note(conn, noted)
    standings = {kept.id: (after.standing, kept.version + 1) for kept, after in of_use}
    await matters.change(conn, standings, writer.now)
    await _write_facts(conn, of_use)
    for kept, after in of_use:
        if after.posts != kept.posts:
            await matter_dates.name_posts(conn, kept.id, kept.posts, after.posts)
    afters = {kept.id: after for kept, after in of_use}
    await _record(conn, writer, afters)
    await _reckon(conn, writer, afters, {kept.id: kept for kept, _ in of_use})
    return {kept.id: Outcome.CHANGED if kept.id in afters else Outcome.UNCHANGED for kept, _ in changed}


async def _note(conn: Connection, noted: Sequence[Changed]) -> None:
    said = [
        (kept, after)
        for kept, after in noted
        if (after.standing.told, after.standing.released_at) != (kept.standing.told, kept.standing.released_at)
    ]
    await matters.note(conn, {kept.id: after.standing for kept, after in said})
    await _write_facts(conn, noted)


async def _write_facts(conn: Connection, changed: Sequence[Changed]) -> None:
    put: list[tuple[int, KeptFact]] = []
    drop: list[int] = []
    for kept, after in changed:
        put += [(kept.id, fact) for place, fact in after.facts.items() if kept.facts.get(place) != fact]
        drop += [fact.id for place, fact in kept.facts.items() if place not in after.facts and fact.id is not None]
    await matter_dates.write(conn, put, drop)


async def _record(conn: Connection, writer: Writer, afters: Mapping[int, After]) -> None:
    """In the matter's history and in the ledger."""
    if not afters:
        return
    happened = [
        Happening(matter_id=matter_id, kind=one.event.value, body=one.body) for matter_id, one in afters.items()
    ]
    await matter_events.add(conn, happened, writer.person_id, writer.now)
    code = None if writer.person_id is None else await stored.person_code(conn, writer.person_id)
    events = []
    for matter_id, one in afters.items():
        body: dict[str, Json] = {"event": one.event.value, "matter": matter_id, "ref": one.standing.ref, "by": code}
        event = Event(at=writer.now, kind=Kind.MATTER, person_id=writer.person_id, body={**body, **one.body})
        events.append(event)
    await ledger.append_all(conn, events)


async def _reckon(conn: Connection, writer: Writer, afters: Mapping[int, After], kept: Mapping[int, Kept]) -> None:
    those = [
        reckoned_of(matter_id, one)
        for matter_id, one in afters.items()
        if matter_id not in kept or _counts(kept[matter_id], one)
    ]
    await reckon_all(conn, writer.tools, those, writer.now)


def _counts(kept: Kept, after: After) -> bool:
    """Whether limits may come out otherwise: a title, a unit or named posts are nothing to them."""
    before, then = (reckoned_of(kept.id, one) for one in (kept, after))
    return before != then


def reckoned_of(matter_id: int, one: After | Kept) -> Reckoned:
    """A matter as its limits are reckoned."""
    standing, facts = one.standing, one.facts
    return Reckoned(
        id=matter_id,
        kind=standing.kind,
        method=standing.method,
        state=standing.state,
        facts=tuple(fact for place in sorted(facts) if (fact := facts[place].fact) is not None),
    )
