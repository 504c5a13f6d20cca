"""Declaring interests: who may, what is recorded of it, who is told, and who reads what was declared.

An interest is told at once to those who look after the unit, without saying what it is: they open it, and that is
recorded. That people have none is told together, on the next working morning.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from messages import rights, visibility
from messages.drafting import digest_of
from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.notices import Json, NewNotice
from messages.organisation.records import Role
from messages.store import declarations, ledger, notices, responsible
from messages.store.database import Connection
from messages.tenders.declarations import Asked, Declaration, Given, checked
from messages.tenders.milestones import milestone_said
from messages.text.lengths import cut
from messages.text.phrase import kept, phrase
from messages.visibility import SEE_RECORD, What, sight_of
from schedules.apart import Apart
from schedules.deadlines import next_working_morning
from schedules.deputies import Rank, asked_first, ranks_of
from schedules.desks import DeskKind, DeskOf
from schedules.reporting import report
from schedules.tools import Along, Tools

DECLARE: Final = "declare"
"""What the ledger calls a refused declaration."""
_USEFUL: Final = timedelta(days=30)
_TITLE_NAMED: Final = 60
_NAME_LISTED: Final = 20
_NAMED: Final = 10
_LISTED: Final = 10
"""So that the longest digest fits into one message."""
NOTHING: Final = phrase("There is no such declaration, or it is not open to you.")
"""What is told of a declaration that is not there, and of one that somebody may not know of."""
_NOT_ASKED: Final = phrase(
    "This is not open to you: interests are declared by those who were prompted, or answer for a step of the matter."
)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A declaration that was made, and the names of those who were told of it at once."""

    declaration: Declaration
    told: tuple[str, ...]


async def asking(tools: Tools, matter_id: int, person_id: int, now: datetime, prompt_id: int | None) -> Asked:
    """What a matter asks a person to declare. Raises ``NotFound``, and ``NotEntitled``, which is recorded."""
    async with tools.db.reading() as conn:
        asked = await declarations.about(conn, matter_id, prompt_id)
        post_id = await declarations.for_post(conn, asked, person_id) if asked else None
    await _entitled(tools, asked, post_id, person_id, now)
    assert asked is not None  # noqa: S101 -- it is entitled
    return asked


async def _entitled(tools: Tools, asked: Asked | None, post_id: int | None, person_id: int, now: datetime) -> int:
    if asked is None:
        raise NotFound(_NOT_ASKED)
    if post_id is None:
        await rights.record_refused(tools.db, person_id, DECLARE, now, matter=asked.ref)
        raise NotEntitled(_NOT_ASKED)
    return post_id


async def declare(
    tools: Tools, asked: Asked, person_id: int, given: Given, now: datetime, along: Along | None = None
) -> Declared:
    """Record what a person declares about a matter, and tell of an interest at once."""
    given = checked(given)
    async with tools.db.reading() as conn:
        found = await declarations.about(conn, asked.matter_id, None)
        held = await declarations.for_post(conn, asked, person_id) if found else None
    post_id = await _entitled(tools, found, held, person_id, now)
    async with tools.db.writing() as conn:
        if along is not None:
            await along(conn)
        made = await declarations.add(conn, asked, post_id, person_id, given, now)
        await _note(conn, made, now)
        told = await _tell(conn, made, now) if given.interest else ()
    return Declared(declaration=made, told=tuple(one.name for one in told))


async def _note(conn: Connection, made: Declaration, now: datetime) -> None:
    """The ledger does not say what the interest is, but holds it to what was said."""
    body: dict[str, Json] = {
        "declaration": made.id,
        "matter": made.ref,
        "post": made.post_code,
        "step": made.milestone.value if made.milestone else None,
        "interest": made.given.interest,
    }
    if made.given.interest:
        body["digest"] = digest_of({"who": made.given.who, "what": made.given.what})
    await ledger.append(conn, at=now, kind=Kind.DECLARATION, person_id=made.person_id, body=body)


# Who is told


async def _readers(conn: Connection, made: Declaration) -> Rank:
    """The nearest leaders of the unit; where it has none but who declares, the office."""
    over = await responsible.over(conn, made.path, (Role.LEADER, Role.OFFICE))
    return asked_first(ranks_of(over, {made.person_id}))


async def _tell(conn: Connection, made: Declaration, now: datetime) -> Rank:
    """Tell of an interest; where there is nobody to be told, it is tried again later."""
    readers = await _readers(conn, made)
    for reader in readers:
        await notices.add(conn, _interest_notice(made, reader.code, now))
    await declarations.mark_told(conn, [made.id] if readers else [], now)
    return readers


def _interest_notice(made: Declaration, code: str, now: datetime) -> NewNotice:
    params: dict[str, Json] = {
        "name": made.name,
        "post": made.post,
        "unit": made.unit,
        "matter": cut(made.title, _TITLE_NAMED),
        "step": kept(milestone_said(made.milestone)) if made.milestone else None,
        "declared_at": made.at.isoformat(),
    }
    desk = str(DeskOf(kind=DeskKind.DECLARATION, id=made.id))
    return report(f"declaration:{made.id}:{code}", "declared", params, code, now, expires_at=now + _USEFUL, desk=desk)


async def sweep_declarations(tools: Tools, apart: Apart, now: datetime) -> None:
    """Tell leaders of whom they were not told yet: of no interests on the next working morning, together."""
    with apart.doing("declarations that leaders are to be told of"):
        async with tools.db.reading() as conn:
            due = _due(tools, await declarations.untold(conn), now)
        if due:
            async with tools.db.writing() as conn:
                await _tell_all(conn, _due(tools, await declarations.untold(conn), now), now)


def _due(tools: Tools, untold: Iterable[Declaration], now: datetime) -> list[Declaration]:
    return [one for one in untold if one.given.interest or _morning(tools, one.at) <= now]


def _morning(tools: Tools, at: datetime) -> datetime:
    """Also a provisional working day: nothing counts against anybody."""
    return next_working_morning(tools.calendars.latest, tools.policy, at.astimezone(tools.zone))


async def _tell_all(conn: Connection, due: Sequence[Declaration], now: datetime) -> None:
    """That somebody has none is not told any more once the same person has declared otherwise."""
    nothing = [one.id for one in due if not one.given.interest]
    told = [*(outdated := await declarations.superseded(conn, nothing))]
    by_reader: dict[str, list[Declaration]] = defaultdict(list)
    for one in due:
        if one.id in outdated:
            continue
        if one.given.interest:
            await _tell(conn, one, now)
        elif readers := await _readers(conn, one):
            told.append(one.id)
            for reader in readers:
                by_reader[reader.code].append(one)
    for code, some in by_reader.items():
        await notices.add(conn, _digest_notice(some, code, now))
    await declarations.mark_told(conn, told, now)


def _digest_notice(some: Sequence[Declaration], code: str, now: datetime) -> NewNotice:
    """Who declared to have no interest, by matter."""
    by_matter: dict[int, list[Declaration]] = defaultdict(list)
    for one in some:
        by_matter[one.matter_id].append(one)
    listed: list[Json] = [
        {
            "matter": cut(made[0].title, _TITLE_NAMED),
            "names": [cut(one.name, _NAME_LISTED) for one in made[:_NAMED]],
            "more": max(0, len(made) - _NAMED),
        }
        for made in [*by_matter.values()][:_LISTED]
    ]
    params: dict[str, Json] = {"matters": listed, "more": len(by_matter) - len(listed)}
    key = f"declarations:{now.astimezone(UTC).isoformat()}:{code}"
    return report(key, "declared_none", params, code, now, expires_at=now + _USEFUL)


# Who reads it


async def of_matter(tools: Tools, matter_id: int, viewer_id: int) -> tuple[Declaration, ...]:
    """The declarations about a matter that somebody may know of, the newest first, without their details.

    Who looks after the unit knows of all; everybody else of the own ones, and these are whole.
    """
    async with tools.db.reading() as conn:
        found = await known(conn, matter_id, viewer_id)
    return tuple(one if one.person_id == viewer_id else one.without_details() for one in found)


async def known(conn: Connection, matter_id: int, viewer_id: int | None) -> list[Declaration]:
    """The same with their details; the operator (None) knows of all."""
    found = await declarations.of_matter(conn, matter_id)
    if viewer_id is None or not found:
        return found
    scope = (await sight_of(conn, viewer_id)).scope
    return [one for one in found if one.person_id == viewer_id or scope.covers(one.path)]


def latest_by_person(found: Iterable[Declaration]) -> tuple[Declaration, ...]:
    """Of declarations about one matter, the newest first, those that count: the latest of each person."""
    counting: dict[int, Declaration] = {}
    for one in found:
        counting.setdefault(one.person_id, one)
    return tuple(counting.values())


async def of(tools: Tools, declaration_id: int, viewer_id: int, now: datetime) -> Declaration:
    """One declaration with its details; that somebody else has read it is recorded, about who declared."""
    async with tools.db.reading() as conn:
        sight = await sight_of(conn, viewer_id)
        found = await declarations.find(conn, declaration_id)
    if found is None:
        raise NotFound(NOTHING)
    if found.person_id == viewer_id:
        return found
    if not sight.scope.covers(found.path):
        about: dict[str, Json] = {"declaration": found.id, "what": What.DECLARATION.value}
        await rights.record_refused(tools.db, viewer_id, SEE_RECORD, now, **about)
        raise NotFound(NOTHING)
    async with tools.db.writing() as conn:
        await visibility.record_declaration(conn, sight, found, now)
    return found
