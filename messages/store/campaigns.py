"""Queries of campaigns: added, found, changed under a lock, and their tasks made."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from messages.files import attachments_json, attachments_of
from messages.register.campaigns import Campaign, CampaignState, Due, Found, GivenCampaign, TaskState
from messages.scopes import EVERYWHERE, Scope
from messages.store.audience import meant, within
from messages.store.database import Connection
from messages.store.register_terms import IS_TO_SUBMIT
from messages.store.sets import among
from messages.store.tables import campaign_tasks, campaigns, people, posts, units

OF_A_POST: Final = and_(
    posts.c.id == campaign_tasks.c.post_id,
    or_(posts.c.ended_at.is_(None), campaign_tasks.c.state == TaskState.ACCEPTED.value),
)
"""Of tasks and posts: which task is of which post. One that was not accepted ends with its post."""

_author = people.alias("author")
_decider = people.alias("decider")
_closer = people.alias("closer")


async def found(conn: Connection, expression: str, scope: Scope = EVERYWHERE) -> Found:
    """The posts in units within a scope that an expression finds now, vacant ones too."""
    posts_of = meant(expression).where(within(scope)).subquery()
    query = select(
        func.count(),
        func.count(case((posts_of.c.person_id.is_(None), 1))),
        func.count(posts_of.c.person_id.distinct()),
        func.count(posts_of.c.unit_id.distinct()),
    ).select_from(posts_of)
    every, vacant, people_meant, units_meant = (await conn.execute(query)).one()
    return Found(posts=every, vacant=vacant, people=people_meant, units=units_meant)


async def count_meant_outside(conn: Connection, expression: str, scope: Scope) -> int:
    """How many posts an expression finds in units that lie outside ``scope``."""
    if scope.everything:
        return 0
    outside = meant(expression).where(~within(scope)).subquery()
    return int(await conn.scalar(select(func.count()).select_from(outside)) or 0)


async def a_path(conn: Connection, expression: str) -> str | None:
    """The path of a unit in which an expression finds a post."""
    path: str | None = await conn.scalar(select(func.min(meant(expression).subquery().c.path)))
    return path


async def has_task(conn: Connection, campaign_id: int, scope: Scope, *, outside: bool = False) -> bool:
    """Whether a campaign has a task in units within ``scope``, or ``outside`` it."""
    placed = ~within(scope) if outside else within(scope)
    query = tasks_placed(select(campaign_tasks.c.id)).where(campaign_tasks.c.campaign_id == campaign_id, placed)
    return await conn.scalar(query.limit(1)) is not None


def tasks_placed(query: Select[Any]) -> Select[Any]:
    """Of ``campaign_tasks`` that count, with their posts and units."""
    return query.join_from(campaign_tasks, posts, OF_A_POST).join(units, units.c.id == posts.c.unit_id)


async def add(
    conn: Connection, given: GivenCampaign, due: Due, person_id: int, now: datetime, state: CampaignState
) -> int:
    """Add a campaign in its first version; gives its id."""
    values = {
        "title": given.title,
        "text": given.text,
        "attachments": attachments_json(given.attachments),
        "audience": given.audience,
        "state": state.value,
        "version": 1,
        "created_at": now,
        "created_by": person_id,
        **due_values(due),
    }
    return int((await conn.execute(insert(campaigns).values(values).returning(campaigns.c.id))).scalar_one())


def due_values(due: Due) -> dict[str, Any]:
    """A last day, as the table keeps it."""
    return {"due_on": due.on.isoformat(), "due_at": due.at, "provisional": due.provisional}


async def make_tasks(conn: Connection, campaign_id: int, expression: str, today: date) -> int:
    """Make a task for each post that an expression means now; gives how many. Their holders are told ``today``."""
    posts_of = meant(expression).subquery()
    columns = ("campaign_id", "post_id", "state", "complete", "reminded_on")
    rows = select(
        literal(campaign_id, campaign_tasks.c.campaign_id.type),
        posts_of.c.post_id,
        literal(TaskState.OPEN.value),
        false(),
        literal(today.isoformat()),
    ).order_by(posts_of.c.post_id)
    return (await conn.execute(insert(campaign_tasks).from_select(columns, rows))).rowcount


async def change(conn: Connection, campaign_id: int, **values: Any) -> None:  # noqa: ANN401 -- columns of the table
    """Change a campaign, which has a new version by that."""
    mine = campaigns.c.id == campaign_id
    await conn.execute(update(campaigns).where(mine).values(version=campaigns.c.version + 1, **values))


async def redate_tasks(conn: Connection, campaign_id: int, due: Due) -> None:
    """Say of what was submitted whether that was in time; of provisional days nothing is said."""
    timely = null() if due.provisional else campaign_tasks.c.submitted_at <= due.at
    mine = campaign_tasks.c.campaign_id == campaign_id, campaign_tasks.c.submitted_at.is_not(None)
    await conn.execute(update(campaign_tasks).where(*mine).values(timely=timely))


async def forget_overdue(conn: Connection, campaign_id: int) -> None:
    """Nothing is overdue any more: there is another last day."""
    mine = campaign_tasks.c.campaign_id == campaign_id, campaign_tasks.c.overdue_at.is_not(None)
    await conn.execute(update(campaign_tasks).where(*mine).values(overdue_at=None))


async def mark_told(conn: Connection, campaign_id: int, today: date) -> None:
    """Note that who is still to submit was told the last day ``today``."""
    mine = campaign_tasks.c.campaign_id == campaign_id, IS_TO_SUBMIT
    await conn.execute(update(campaign_tasks).where(*mine).values(reminded_on=today.isoformat()))


# Reading


def query() -> Select[Any]:
    """Campaigns with what is told of them."""
    return (
        select(
            campaigns,
            _author.c.name.label("author"),
            _author.c.code.label("author_code"),
            _decider.c.name.label("decider"),
            _decider.c.code.label("decider_code"),
            _closer.c.name.label("closer"),
            _closer.c.code.label("closer_code"),
        )
        .join_from(campaigns, _author, _author.c.id == campaigns.c.created_by)
        .outerjoin(_decider, _decider.c.id == campaigns.c.decided_by)
        .outerjoin(_closer, _closer.c.id == campaigns.c.closed_by)
    )


async def read(conn: Connection, some: Select[Any]) -> tuple[Campaign, ...]:
    """The campaigns of the query above."""
    return tuple(_campaign(row) for row in await conn.execute(some))


async def find(conn: Connection, campaign_id: int) -> Campaign | None:
    """One campaign."""
    return next(iter(await read(conn, query().where(campaigns.c.id == campaign_id))), None)


async def lock(conn: Connection, campaign_id: int) -> Campaign | None:
    """One campaign, which nobody else changes before this transaction has ended."""
    await conn.execute(select(campaigns.c.id).where(campaigns.c.id == campaign_id).with_for_update())
    return await find(conn, campaign_id)


async def several(conn: Connection, ids: Sequence[int]) -> dict[int, Campaign]:
    """Campaigns by their ids."""
    return {one.id: one for one in await read(conn, query().where(among(conn, campaigns.c.id, ids)))}


async def in_state(conn: Connection, state: CampaignState) -> tuple[Campaign, ...]:
    """All campaigns in a state, the oldest first."""
    return await read(conn, query().where(campaigns.c.state == state.value).order_by(campaigns.c.id))


def has_task_within(scope: Scope) -> ColumnElement[bool]:
    """Correlated to ``campaigns``: whether one has a task in units within ``scope``."""
    mine = campaign_tasks.c.campaign_id == campaigns.c.id, posts.c.id == campaign_tasks.c.post_id
    return exists().where(*mine, units.c.id == posts.c.unit_id, within(scope))


def _campaign(row: Row[Any]) -> Campaign:
    own = ("id", "version", "created_at", "created_by", "author", "author_code", "why", "started_at", "notice_id")
    ended = ("closed_at", "closed_by", "closer", "closer_code")
    decided = ("decided_at", "decided_by", "decider", "decider_code")
    due = due_of(row)
    return Campaign(
        **{name: getattr(row, name) for name in (*own, *decided, *ended)},
        state=CampaignState(row.state),
        given=GivenCampaign(
            title=row.title,
            text=row.text,
            audience=row.audience,
            due_on=due.on,
            attachments=attachments_of(row.attachments),
        ),
        due=due,
    )


def due_of(row: Row[Any]) -> Due:
    """The last day of a row with the three columns."""
    return Due(on=date.fromisoformat(row.due_on), at=row.due_at, provisional=bool(row.provisional))
