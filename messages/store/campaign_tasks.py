"""Queries of the tasks of campaigns, as their posts' submissions go on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, update

from messages.register.campaigns import CampaignState, PostTask, TaskState
from messages.store.campaigns import due_of
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.register_terms import IS_RUNNING
from messages.store.tables import campaign_tasks, campaigns


@dataclass(frozen=True, kw_only=True)
class HeldTask:
    """A task that is held while it is changed; ``running``: its campaign is under way."""

    task: PostTask
    post_id: int
    running: bool


async def lock(conn: Connection, task_id: int) -> HeldTask | None:
    """A task which nobody else changes, and whose campaign does not end, before this transaction has ended."""
    if not is_id(task_id):
        return None
    mine = campaign_tasks.c.id == task_id
    held = select(campaigns.c.id).join(campaign_tasks, campaign_tasks.c.campaign_id == campaigns.c.id).where(mine)
    await conn.execute(held.with_for_update(of=campaigns, read=True))
    await conn.execute(select(campaign_tasks.c.id).where(mine).with_for_update())
    row = (await conn.execute(_query().where(mine))).one_or_none()
    running = row is not None and row.campaign_state == CampaignState.RUNNING.value
    return HeldTask(task=_task(row), post_id=row.post_id, running=running) if row else None


async def of_post(conn: Connection, post_id: int) -> tuple[PostTask, ...]:
    """A post's tasks in campaigns that are under way, as far as they are not accepted; the first due first."""
    open_ = IS_RUNNING, campaign_tasks.c.post_id == post_id, campaign_tasks.c.state != TaskState.ACCEPTED.value
    query = _query().where(*open_).order_by(campaigns.c.due_at, campaigns.c.id)
    return tuple(_task(row) for row in await conn.execute(query))


async def change(conn: Connection, task_id: int, **values: Any) -> None:  # noqa: ANN401 -- columns of the table
    """Change a task."""
    await conn.execute(update(campaign_tasks).where(campaign_tasks.c.id == task_id).values(**values))


def timely(task: PostTask, at: datetime) -> bool | None:
    """Whether a task that is first submitted at an instant is in time; None while its last day is provisional."""
    return None if task.due.provisional else at <= task.due.at


def _query() -> Select[Any]:
    return select(
        campaign_tasks,
        campaigns.c.title,
        campaigns.c.due_on,
        campaigns.c.due_at,
        campaigns.c.provisional,
        campaigns.c.state.label("campaign_state"),
    ).join(campaigns, campaigns.c.id == campaign_tasks.c.campaign_id)


def _task(row: Row[Any]) -> PostTask:
    return PostTask(
        id=row.id,
        campaign_id=row.campaign_id,
        title=row.title,
        due=due_of(row),
        state=TaskState(row.state),
        submitted_at=row.submitted_at,
    )
