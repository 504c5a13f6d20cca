"""Queries of who was told of a notice so late that the own day to acknowledge may be a later one than the notice's."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    String,
    cast,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.types import TypeEngine

from messages.deliveries import DeliveryState
from messages.store.arrivals import counted_from
from messages.store.database import Connection
from messages.store.given import given, parameters
from messages.store.sets import among
from messages.store.tables import deliveries, earlier_messages, notices
from messages.store.types import Instant

_DAY: Final = 10
"""Characters of an instant that say its day."""

_ARRIVALS: Final = (
    (deliveries, "settled_at", deliveries.c.state == DeliveryState.DELIVERED.value),
    (earlier_messages, "sent_at", earlier_messages.c.message_id.is_not(None)),
)
"""Where it stands when a message arrived, and of which rows."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A notice with a day to acknowledge it; as in ``messages.scores.days.Told``.

    ``latest`` is when it first reached the last one of those whom it reached; None: that was not asked.
    """

    id: int
    counted_from: datetime
    acknowledge_by: datetime
    provisional: bool
    latest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """The own day of whom a notice reached at ``since`` or later, and before ``until``; none: it is the notice's."""

    notice_id: int
    since: datetime
    until: datetime
    due: datetime
    provisional: bool


async def dated(conn: Connection, notice_ids: Sequence[int]) -> list[Dated]:
    """Of some notices those that have a day."""
    return await dated_where(conn, among(conn, notices.c.id, notice_ids))


async def dated_where(
    conn: Connection, which: ColumnElement[bool], latest: Mapping[int, datetime] = MappingProxyType({})
) -> list[Dated]:
    """The same of notices by a condition; ``latest`` by their ids."""
    columns = notices.c.id, notices.c.acknowledge_by, notices.c.provisional, counted_from().label("since")
    query = select(*columns).where(which, notices.c.acknowledge, notices.c.acknowledge_by.is_not(None))
    return [
        Dated(
            id=row.id,
            counted_from=row.since,
            acknowledge_by=row.acknowledge_by,
            provisional=bool(row.provisional),
            latest=latest.get(row.id),
        )
        for row in await conn.execute(query)
    ]


async def reached(conn: Connection, which: ColumnElement[bool], people: Sequence[int]) -> list[Dated]:
    """Of notices by a condition those that have a day and have reached some people; by these."""
    parts = []
    for table, at, counts in _ARRIVALS:
        mine = which, counts, among(conn, table.c.person_id, people)
        parts.append(
            select(table.c.notice_id, table.c[at].label("at"))
            .join(notices, notices.c.id == table.c.notice_id)
            .where(*mine)
        )
    each = union_all(*parts).subquery()
    found = await conn.execute(select(each.c.notice_id, func.max(each.c.at)).group_by(each.c.notice_id))
    latest = {notice_id: at for notice_id, at in found}  # noqa: C416 -- rows are no pairs to the checker
    return [one for one in await dated_where(conn, which, latest) if one.latest is not None]


async def late_arrivals(
    conn: Connection, since: Mapping[int, datetime], people: Sequence[int] | None = None
) -> set[tuple[int, date]]:
    """On which days, as UTC has them, notices arrived with ``people`` (None: anybody), each ``since`` its instant."""
    if not since:
        return set()
    asked = _rows(conn, {"since": Instant()})
    parts = []
    for table, at, counts in _ARRIVALS:
        mine = [counts, table.c[at] >= asked.c.since]
        if people is not None:
            mine.append(among(conn, table.c.person_id, people))
        same = table.c.notice_id == asked.c.notice_id
        parts.append(select(table.c.notice_id, _day(conn, table.c[at])).join_from(asked, table, same).where(*mine))
    rows = [{"notice_id": notice_id, "since": at} for notice_id, at in since.items()]
    found = await conn.execute(union(*parts), parameters(conn, rows))
    return {(notice_id, date.fromisoformat(day)) for notice_id, day in found}


def _day(conn: Connection, at: ColumnElement[datetime]) -> ColumnElement[str]:
    if conn.dialect.name == "sqlite":
        return func.substr(at, 1, _DAY, type_=String())
    return func.to_char(func.timezone("UTC", at), "YYYY-MM-DD", type_=String())


def own_days(conn: Connection) -> FromClause:
    """Steps as rows, which ``parameters_of`` them makes a statement's parameters of."""
    kinds: dict[str, TypeEngine[Any]] = {name: Instant() for name in ("since", "until", "due")}
    return _rows(conn, {**kinds, "provisional": Boolean()})


def _rows(conn: Connection, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """Given rows by a notice; SQLite reads them once, and makes an index of them where it is told what they are."""
    rows = given(conn.dialect.name, {"notice_id": BigInteger(), **columns})
    values = [rows.c[name] for name in columns]
    number = cast(rows.c.notice_id, Integer if conn.dialect.name == "sqlite" else BigInteger)
    return select(number.label("notice_id"), *values).cte("told_late").prefix_with("MATERIALIZED", dialect="sqlite")


def parameters_of(conn: Connection, steps: Sequence[Step]) -> dict[str, Any]:
    """See ``own_days``; none where there are no steps."""
    return parameters(conn, [asdict(one) for one in steps]) if steps else {}
