"""What an audience comes to at this moment: how many people in how many units, by which bots, who cannot be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select

from messages.deliveries import DeliveryState, Reason
from messages.files import Attachment, attachments_json
from messages.notices import FIRST_WAVE, Category
from messages.quiet_hours import OwnHours
from messages.scopes import Scope
from messages.store.audience import reached
from messages.store.database import Connection
from messages.store.tables import accounts, deliveries, notices, people, posts, units, waves

_LOOKED_AT: Final = 50
"""How many notices of the same text are looked at, the newest first."""

_TOLD: Final = (DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value)
_TO_BE_TOLD: Final = (DeliveryState.PLANNED.value, DeliveryState.PAUSED.value, DeliveryState.SENDING.value)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How many ``people`` in how many ``units``; those who can be told, by the bot that serves them."""

    people: int
    units: int
    by_bot: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def unreachable(self) -> int:
        """How many cannot be told now."""
        return self.people - sum(self.by_bot.values())


@dataclass(frozen=True, kw_only=True)
class Untold:
    """A person who cannot be told, and why."""

    unit: str
    person_code: str
    name: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Before:
    """The same was said before: the newest notice of that text, when, and to how many of the same people."""

    notice_id: int
    at: datetime
    people: int


async def count(conn: Connection, expression: str) -> Reach:
    """What an audience comes to."""
    found = reached(expression).subquery()
    placed = select(found.c.person_id, posts.c.unit_id).join(posts, posts.c.id == found.c.post_id).subquery()
    query = select(func.count(placed.c.person_id.distinct()), func.count(placed.c.unit_id.distinct()))
    people_meant, units_meant = (await conn.execute(query)).one()
    served = (
        select(accounts.c.bot_id, func.count(found.c.person_id.distinct()).label("people"))
        .join(found, found.c.person_id == accounts.c.person_id)
        .where(accounts.c.left_at.is_(None), accounts.c.unreachable_since.is_(None))
        .group_by(accounts.c.bot_id)
    )
    by_bot = {row.bot_id: row.people for row in await conn.execute(served)}
    return Reach(people=people_meant, units=units_meant, by_bot=by_bot)


async def own_hours(conn: Connection, expression: str) -> dict[OwnHours, int]:
    """How many people of an audience have chosen which quiet hours of their own."""
    found = reached(expression).subquery()
    hours = people.c.quiet_from, people.c.quiet_until
    query = (
        select(*hours, func.count(people.c.id.distinct()).label("people"))
        .join(found, found.c.person_id == people.c.id)
        .where(people.c.quiet_from.is_not(None))
        .group_by(*hours)
    )
    chosen = [(OwnHours.of(row.quiet_from, row.quiet_until), row.people) for row in await conn.execute(query)]
    return {own: number for own, number in chosen if own is not None}


async def untold(conn: Connection, expression: str, *, offset: int, limit: int) -> list[Untold]:
    """A page of those who cannot be told now, by unit."""
    current = and_(accounts.c.person_id == people.c.id, accounts.c.left_at.is_(None))
    found = reached(expression).subquery()
    query = (
        select(people.c.code, people.c.name, func.min(units.c.name).label("unit"), accounts.c.unreachable_reason)
        .join(found, found.c.person_id == people.c.id)
        .join(posts, posts.c.id == found.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .join(accounts, current, isouter=True)
        .where(or_(accounts.c.id.is_(None), accounts.c.unreachable_since.is_not(None)))
        .group_by(people.c.code, people.c.name, accounts.c.unreachable_reason)
        .order_by("unit", people.c.code)
        .offset(offset)
        .limit(limit)
    )
    return [
        Untold(
            unit=row.unit,
            person_code=row.code,
            name=row.name,
            reason=Reason(row.unreachable_reason or Reason.NEVER_JOINED),
        )
        for row in await conn.execute(query)
    ]


async def said_before(
    conn: Connection, expression: str, text: str, attachments: Sequence[Attachment], since: datetime
) -> Before | None:
    """Whether the same text (of none: the same files) went, or will go, to some of the same people since an instant.

    Of a notice that was cancelled only who had it already counts; of one that was recalled nobody does.
    """
    files = attachments_json(attachments)
    n = notices.c
    query = (
        select(n.id, n.send_at, n.audience, n.attachments, n.cancelled_at, waves.c.planned_at)
        .join(waves, and_(waves.c.notice_id == notices.c.id, waves.c.number == FIRST_WAVE))
        .where(
            notices.c.send_at > since,
            notices.c.category == Category.BROADCAST.value,
            notices.c.recalled_at.is_(None),
            notices.c.params["text"].as_string() == text,
        )
        .order_by(notices.c.send_at.desc(), notices.c.id.desc())
        .limit(_LOOKED_AT)
    )
    for row in await conn.execute(query):
        if not text and row.attachments != files:
            continue
        told = await conn.scalar(_both(expression, row))
        if told:
            return Before(notice_id=row.id, at=row.send_at, people=told)
    return None


def _both(expression: str, row: Any) -> Select[Any]:  # noqa: ANN401 -- a row of the query above
    """How many people an audience and a notice have in common; of one that waits, by its own audience."""
    mine = reached(expression).subquery()
    if row.planned_at is None and row.cancelled_at is None:
        theirs = reached(row.audience).subquery()
        return select(func.count(mine.c.person_id.distinct())).where(mine.c.person_id.in_(select(theirs.c.person_id)))
    states = _TOLD if row.cancelled_at is not None else (*_TOLD, *_TO_BE_TOLD)
    told = select(deliveries.c.person_id).where(deliveries.c.notice_id == row.id, deliveries.c.state.in_(states))
    return select(func.count(mine.c.person_id.distinct())).where(mine.c.person_id.in_(told))


async def unit_names(conn: Connection, scope: Scope) -> list[str]:
    """The names of the units whose subtrees a scope reaches; of one that reaches everything none."""
    query = select(units.c.name).where(units.c.path.in_(scope.paths)).order_by(units.c.path)
    return list(await conn.scalars(query)) if scope.paths else []
