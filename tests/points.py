"""Risk points and campaigns' tasks put straight into the tables, where a test is not about how they come there."""

from datetime import datetime

from sqlalchemy import insert, select, update

from messages.register.campaigns import TaskState
from messages.register.records import Content, Progress, RiskLevel
from messages.store.database import Database
from messages.store.tables import campaign_tasks, campaigns, nodes, posts, risk_points, risk_versions
from messages.store.upsert import insert_new
from tests.district import MORNING


async def put_point(
    db: Database,
    post: str,
    name: str = "收受投标人礼品",
    *,
    node: str = "",
    level: RiskLevel = RiskLevel.LOW,
    progress: Progress = Progress.ACCEPTED,
    ended_at: datetime | None = None,
    at: datetime = MORNING,
) -> int:
    """A point of the post with this code, which stands where it is accepted; gives its id."""
    content = Content(name=name, level=level, node=node, category="政府采购", description="评标期间收受礼品")
    stands = progress is Progress.ACCEPTED
    async with db.writing() as conn:
        place = (await conn.execute(select(posts.c.id, posts.c.unit_id).where(posts.c.code == post))).one()
        node_id = None
        if node:
            new = insert_new(conn, nodes).on_conflict_do_nothing(index_elements=["name"])
            await conn.execute(new, [{"name": node, "created_at": at}])
            node_id = await conn.scalar(select(nodes.c.id).where(nodes.c.name == node))
        texts = {"description": content.description, "controls": "", "indicators": "", "section": ""}
        row = {"unit_id": place.unit_id, "post_id": place.id, "node_id": node_id, "level": level, "name": name, **texts}
        row |= {"category": content.category, "responsible": "", "leading": "", "created_at": at, "changed_at": at}
        row |= {"progress": progress, "version": 1, "standing": 1 if stands else None, "ended_at": ended_at}
        point = await conn.scalar(insert(risk_points).values(**row).returning(risk_points.c.id))
        assert point is not None
        version = {"number": 1, "progress": progress, "content": content.as_json(), "created_at": at}
        await conn.execute(insert(risk_versions).values(point_id=point, **version))
    return int(point)


async def put_task(db: Database, *posts_of: str, person_id: int = 1, at: datetime = MORNING) -> int:
    """A campaign that runs, with a task for each of these posts; gives the campaign's id."""
    said = {"title": "工程建设专项", "text": "请梳理", "audience": "all", "state": "running", "version": 1}
    due = {
        "due_on": "2026-09-30",
        "due_at": at,
        "provisional": False,
        "created_at": at,
        "created_by": person_id,
        "started_at": at,
    }
    async with db.writing() as conn:
        campaign = await conn.scalar(insert(campaigns).values(**said, **due).returning(campaigns.c.id))
        assert campaign is not None
        for code in posts_of:
            post_id = await conn.scalar(select(posts.c.id).where(posts.c.code == code))
            task = {"campaign_id": campaign, "post_id": post_id, "state": "open", "complete": False}
            await conn.execute(insert(campaign_tasks).values(task))
    return int(campaign)


async def put_task_state(db: Database, post: str, state: TaskState) -> None:
    """The tasks of a post stand so."""
    mine = campaign_tasks.c.post_id.in_(select(posts.c.id).where(posts.c.code == post))
    async with db.writing() as conn:
        await conn.execute(update(campaign_tasks).where(mine).values(state=state))
