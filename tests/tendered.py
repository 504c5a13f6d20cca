"""Matters for tests, straight in the tables: with limits and dates as they were reckoned."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import LimitState, MatterState
from tests.district import MORNING


async def put_matter(
    db: Database,
    ref: str,
    unit: str | None,
    *,
    title: str = "中学教学楼",
    kind: MatterKind = MatterKind.TENDER,
    state: MatterState = MatterState.ACTIVE,
    named: dict[str, str] | None = None,
    at: datetime = MORNING,
) -> int:
    """A matter of a unit (None: of a buyer that is none), with posts ``named`` by step; gives its id."""
    units, posts = tables.units.c, tables.posts.c
    async with db.writing() as conn:
        unit_id = await conn.scalar(select(units.id).where(units.name == unit)) if unit else None
        says: dict[str, Any] = {"kind": kind.value, "title": title, "buyer": unit or "某公司", "method": "open"}
        stands: dict[str, Any] = {"state": state.value, "version": 1, "source": "hand"}
        row = {"ref": ref, "unit_id": unit_id, **says, **stands, "created_at": at, "changed_at": at}
        matter_id = await conn.scalar(insert(tables.matters).values(row).returning(tables.matters.c.id))
        assert matter_id is not None
        for step, code in (named or {}).items():
            post_id = await conn.scalar(select(posts.id).where(posts.code == code))
            tie = {"matter_id": matter_id, "milestone": step, "post_id": post_id}
            await conn.execute(insert(tables.matter_posts).values(tie))
    return int(matter_id)


async def put_limit(
    db: Database,
    matter_id: int,
    milestone: Milestone,
    due_on: date | None,
    *,
    node: str = "合同签订",
    state: LimitState = LimitState.OPEN,
    article: str | None = "B46",
    **more: object,
) -> None:
    """A limit of a matter, its rule named by its milestone unless said otherwise."""
    due_at = datetime.combine(due_on + timedelta(days=1), datetime.min.time(), MORNING.tzinfo) if due_on else None
    row: dict[str, object] = {
        "matter_id": matter_id,
        "rule": milestone.value,
        "milestone": milestone.value,
        "part": "",
        "node": node,
        "article": article,
        "whole_day": False,
        "due_on": due_on.isoformat() if due_on else None,
        "due_at": due_at,
        "earliest": False,
        "provisional": False,
        "required": True,
        "state": state.value,
    }
    async with db.writing() as conn:
        await conn.execute(insert(tables.matter_limits).values(row | more))


async def put_date(
    db: Database, matter_id: int, milestone: Milestone, at: datetime, *, whole_day: bool = False, part: str = ""
) -> None:
    """A date of a matter."""
    row = {"matter_id": matter_id, "milestone": milestone.value, "part": part, "at": at, "whole_day": whole_day}
    async with db.writing() as conn:
        await conn.execute(insert(tables.matter_dates).values(row | {"changed_at": MORNING}))
