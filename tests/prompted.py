"""Matters whose prompts are told: one pass after another on a moved clock, and who heard what at each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from messages.store import tables
from tests.tendering import Tendering

_d = tables.deliveries.c


@dataclass(kw_only=True)
class Prompted(Tendering):
    """``heard`` is all that was told so far: when, to whom, by which notice's key."""

    heard: list[tuple[datetime, str, str]] = field(default_factory=list)
    last: int = 0

    async def hear(self, now: datetime) -> list[tuple[str, str]]:
        """What people hear at an instant: their codes and the notices' keys."""
        while await self.tenders.sweep(now):
            pass
        await self.district.plan(now)
        query = (
            select(_d.id, tables.people.c.code, tables.notices.c.key)
            .join(tables.people, tables.people.c.id == _d.person_id)
            .join(tables.notices, tables.notices.c.id == _d.notice_id)
            .where(_d.id > self.last, tables.notices.c.cancelled_at.is_(None))
            .order_by(_d.id)
        )
        async with self.db.writing() as conn:
            new = list(await conn.execute(query))
            if new:
                self.last = new[-1].id
                arrived = {"state": "delivered", "settled_at": now.astimezone(UTC)}
                await conn.execute(update(tables.deliveries).where(_d.id.in_([row.id for row in new])).values(arrived))
        self.heard += [(now, row.code, row.key) for row in new]
        return sorted((row.code, row.key) for row in new)

    async def notice(self, key: str) -> Mapping[str, Any]:
        """A notice as it stands."""
        async with self.db.reading() as conn:
            query = select(tables.notices).where(tables.notices.c.key == key)
            return dict((await conn.execute(query)).mappings().one())

    async def notices(self) -> list[str]:
        """The keys of all notices."""
        async with self.db.reading() as conn:
            return list(await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id)))
