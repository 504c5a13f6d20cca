"""The register as somebody may look through it: points that stand, filtered, a page at a time. Looks are recorded."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from messages import rights, visibility
from messages.ledger import Kind
from messages.notices import Json
from messages.pages import Page, bounded
from messages.register.bases import Bases, Cited, Superseded
from messages.register.records import PointState, RiskLevel
from messages.rights import Act
from messages.scopes import EVERYWHERE
from messages.store import ledger, register_lists
from messages.store.database import Connection, Database
from messages.store.register_lists import Filters, Insight, PointLine, Sort
from messages.store.visibility import Sight
from messages.visibility import What, sight_of

_OPERATOR: Final = Insight(
    sight=Sight(person_id=0, code="", name="", own=frozenset(), level=None, borne=(), scope=EVERYWHERE),
    decides=EVERYWHERE,
    inspects=EVERYWHERE,
)
_SUBMITTED: Final = frozenset({PointState.DRAFT, PointState.SUBMITTED, PointState.RETURNED})


@dataclass(frozen=True, kw_only=True)
class PointSeen:
    """A point in a list; ``outdated`` are the laws out of date that it cites."""

    line: PointLine
    outdated: tuple[Superseded, ...]


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """A page of points; ``by_level`` counts all that were found, the gravest first."""

    page: Page[PointSeen]
    by_level: Mapping[RiskLevel, int]


async def insight_of(conn: Connection, person_id: int | None) -> Insight:
    """How far a person sees into the register now; None is the operator at the command line."""
    if person_id is None:
        return _OPERATOR
    return Insight(
        sight=await sight_of(conn, person_id),
        decides=await rights.reach(conn, person_id, Act.REVIEW_RISKS),
        inspects=await rights.reach(conn, person_id, Act.INSPECT),
    )


def outdated_of(bases: Bases, now: datetime) -> tuple[Cited, ...]:
    """The laws that are out of date by the day of ``now``, as ``Filters.cites`` takes them."""
    return tuple(Cited(law=code) for code in bases.superseded(now.date()))


async def points_of(
    db: Database,
    viewer: int | None,
    filters: Filters,
    sort: Sort,
    number: int,
    now: datetime,
    *,
    bases: Bases,
    size: int,
) -> RegisterPage:
    """A page of the points that the filters mean, of those open to a person.

    It is one look at each holder whose post the page names, within some minutes.
    """
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        ask = _searched if filters.words else _counted
        by_level, number, lines = await ask(conn, who, filters, sort, number, size)
    what = What.REVIEW if filters.state in _SUBMITTED else What.REGISTER
    await record(db, who, lines, what, now)
    page = Page(rows=seen_of(lines, bases, now), total=sum(by_level.values()), number=number, size=size)
    return RegisterPage(page=page, by_level=by_level)


_Found: TypeAlias = tuple[dict[RiskLevel, int], int, list[PointLine]]
"""How many points of each level there are, the number of a page of them, and that page."""


async def _counted(conn: Connection, who: Insight, filters: Filters, sort: Sort, number: int, size: int) -> _Found:
    by_level = await register_lists.count_by_level(conn, who, filters)
    number = bounded(number, total := sum(by_level.values()), size)
    place = {"limit": size, "offset": (number - 1) * size}
    return by_level, number, await register_lists.page_of(conn, who, filters, sort, **place) if total else []


async def _searched(conn: Connection, who: Insight, filters: Filters, sort: Sort, number: int, size: int) -> _Found:
    found = await register_lists.search(conn, who, filters, sort)
    levels = Counter(level for _, level in found)
    number = bounded(number, len(found), size)
    shown = [point for point, _ in found[(number - 1) * size : number * size]]
    return {level: levels[level] for level in RiskLevel}, number, await register_lists.lines(conn, shown)


async def count_outdated(db: Database, viewer: int | None, now: datetime, *, bases: Bases) -> int:
    """How many points that stand cite a law out of date, of those open to a person."""
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        filters = Filters(cites=outdated_of(bases, now))
        return sum((await register_lists.count_by_level(conn, who, filters)).values())


async def count_by_law(db: Database) -> dict[str, int]:
    """How many points that stand cite each law, by its code."""
    async with db.reading() as conn:
        return await register_lists.count_by_law(conn)


async def record(db: Database, who: Insight, lines: Sequence[PointLine], what: What, now: datetime) -> None:
    """Record that a person looked at points of these posts; of the operator, which people they are about."""
    posts = [line.post for line in lines if line.post is not None]
    if not posts:
        return
    async with db.writing() as conn:
        if who is _OPERATOR:
            people: list[Json] = [*dict.fromkeys(post.holder_code for post in posts if post.holder_code)]
            body: dict[str, Json] = {"what": what.value, "people": people}
            await ledger.append(conn, at=now, kind=Kind.RECORDS_VIEWED, person_id=None, body=body)
        else:
            await visibility.record_once(conn, who.sight, posts, what, now)


def seen_of(lines: Sequence[PointLine], bases: Bases, now: datetime) -> tuple[PointSeen, ...]:
    """Points with the laws out of date that they cite."""
    outdated = bases.superseded(now.date())
    return tuple(PointSeen(line=line, outdated=flags_of(line.cited, outdated)) for line in lines)


def flags_of(cited: Sequence[Cited], outdated: Mapping[str, Superseded]) -> tuple[Superseded, ...]:
    """Of ``outdated`` laws those that are cited, each once."""
    return tuple(outdated[law] for law in dict.fromkeys(one.law for one in cited) if law in outdated)
