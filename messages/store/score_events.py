"""Queries of what the ledger says that counts: people's events, the rules that hold, and the switch of the ranking."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select

from messages.ledger import Kind
from messages.scores.facts import LedgerEvent
from messages.scores.periods import Period
from messages.scores.records import Closing, Rules
from messages.scores.rules import rules_of
from messages.scores.units import RankingSwitch
from messages.scores.working_days import WorkingDays, days_of
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import ledger, ledger_links, ledger_pending, people

_COUNT: Final = (
    Kind.ACKNOWLEDGED,
    Kind.ACKNOWLEDGEMENT_MISSED,
    Kind.WARNING_CHARGED,
    Kind.WARNING,
    Kind.ITEM_SUBMITTED,
)
"""What counts in the period in which it happened."""
_WHENEVER: Final = (Kind.ABSENCE, Kind.SCORE_CORRECTED)
"""What counts whenever it was said."""


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """Rules that hold for a period, by the event that says so."""

    event: int
    period: Period
    rules: Rules


async def of_people(
    conn: Connection, people: Sequence[int], *, since: datetime, until: datetime, upto: int | None = None
) -> Mapping[int, list[LedgerEvent]]:
    """What can count of each of these people from one instant until before another; ``upto`` a row of the chain."""
    happened = and_(ledger.c.kind.in_(_COUNT), ledger.c.at >= since, ledger.c.at < until)
    query = select(ledger.c.id, ledger.c.at, ledger.c.kind, ledger.c.body, ledger.c.person_id).where(
        among(conn, ledger.c.person_id, people), or_(happened, ledger.c.kind.in_(_WHENEVER))
    )
    found: dict[int, list[LedgerEvent]] = defaultdict(list)
    for row in await conn.execute(_until(query, upto)):
        found[row.person_id].append(LedgerEvent(id=row.id, at=row.at, kind=row.kind, body=row.body))
    return found


async def corrections(conn: Connection, person_id: int) -> list[LedgerEvent]:
    """All corrections of a person's scores."""
    query = select(ledger.c.id, ledger.c.at, ledger.c.kind, ledger.c.body).where(
        ledger.c.person_id == person_id, ledger.c.kind == Kind.SCORE_CORRECTED.value
    )
    return [LedgerEvent(**row._mapping) for row in await conn.execute(query)]  # noqa: SLF001 -- SQLAlchemy's public name


async def people_with(conn: Connection, *, since: datetime, until: datetime, upto: int) -> set[int]:
    """Of whom something can count that happened from one instant until before another."""
    happened = ledger.c.kind.in_(_COUNT), ledger.c.at >= since, ledger.c.at < until, ledger.c.person_id.is_not(None)
    return {
        int(found) for found in await conn.scalars(_until(select(ledger.c.person_id).distinct().where(*happened), upto))
    }


def _until(query: Select[Any], upto: int | None) -> Select[Any]:
    if upto is None:
        return query
    return query.join(ledger_links, ledger_links.c.event_id == ledger.c.id).where(ledger_links.c.seq <= upto)


async def waits_before(conn: Connection, until: datetime) -> bool:
    """Whether something that happened before an instant is not in the chain yet."""
    query = select(ledger.c.id).join(ledger_pending, ledger_pending.c.event_id == ledger.c.id)
    return await conn.scalar(query.where(ledger.c.at < until).limit(1)) is not None


async def linked(conn: Connection) -> int:
    """The last row of the ledger's chain."""
    return int(await conn.scalar(select(func.max(ledger_links.c.seq))) or 0)


async def adopted(conn: Connection) -> list[Adopted]:
    """The rules of every period, in the order in which they were said: of a period those hold that were said last."""
    query = select(ledger.c.id, ledger.c.body).where(ledger.c.kind == Kind.SCORE_RULES.value).order_by(ledger.c.id)
    found = [(row.id, Period.read(row.body["period"]), row.body["rules"]) for row in await conn.execute(query)]
    return [Adopted(event=event, period=period, rules=rules_of(rules)) for event, period, rules in found if period]


async def days_of_closing(conn: Connection, closing: Closing) -> WorkingDays:
    """The working days by which a closing is computed, as they were written down when it began."""
    said = ledger.c.kind == Kind.SCORES_CLOSED.value, ledger.c.body["period"].as_string() == closing.period.label
    revision = ledger.c.body["revision"].as_integer() == closing.revision
    query = select(ledger.c.body).where(*said, revision).order_by(ledger.c.id.desc()).limit(1)
    return days_of((await conn.execute(query)).scalar_one()["days"])


async def ranking(conn: Connection) -> RankingSwitch:
    """What was said last of the ranking of units."""
    said = select(ledger.c.at, ledger.c.body, people.c.name).outerjoin(people, people.c.id == ledger.c.person_id)
    query = said.where(ledger.c.kind == Kind.RANKING.value).order_by(ledger.c.id.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return RankingSwitch(on=False)
    return RankingSwitch(on=bool(row.body["on"]), by=row.body["by"], name=row.name, at=row.at)
