"""What a new demo's register shows beside what stands: template points, and points that wait to be reviewed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from messages import rights
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.rows import RosterRow
from messages.register.records import Content
from messages.register.sample import sample_points
from messages.register.views import insight_of
from messages.store import register_lists, visibility
from messages.store.database import Database
from messages.store.register_lists import Filters, Sort
from messages.store.visibility import PostFound
from schedules.register.desk import Register

_TEMPLATES: Final = (
    "招标公告",
    "资格预审",
    "澄清",
    "开标",
    "评标专家抽取",
    "评标",
    "中标公示",
    "合同签订",
    "验收",
    "付款",
    "资金拨付",
    "选拔任用",
)
"""The nodes that have a template point each."""
_POSTS: Final = 8
_NEW: Final = 2
"""Points that each of these posts submits."""
_ANOTHER: Final = 2
"""The seed of points that no post has yet."""


async def enliven(register: Register, db: Database, roster: Sequence[RosterRow], now: datetime) -> None:
    """Publish templates; holders of some risk posts, each of another department, lay points before their leaders."""
    await _publish(register, db, roster, now)
    chosen = _chosen(roster)
    new: dict[str, list[Content]] = {}
    for one in sample_points(chosen, seed=_ANOTHER):
        new.setdefault(one.post, []).append(one.content)
    async with db.reading() as conn:
        posts = [await visibility.post(conn, row.post_code or "") for row in chosen]
    for post in posts:
        if post is not None and post.holder_id is not None:
            await _submit(register, post, post.holder_id, new[post.code], now)


async def _publish(register: Register, db: Database, roster: Sequence[RosterRow], now: datetime) -> None:
    office = next(row.person_code for row in roster if Role.OFFICE in (row.roles or ()))
    async with db.reading() as conn:
        by, who = await rights.person_of(conn, office or ""), await insight_of(conn, None)
        found = [
            await register_lists.page_of(conn, who, Filters(node=node), Sort.LEVEL, limit=1, offset=0)
            for node in _TEMPLATES
        ]
    for (line,) in found:
        await register.publish(line.id, by, now)


def _chosen(roster: Sequence[RosterRow]) -> list[RosterRow]:
    """The first risk posts of some departments."""
    first = {row.unit: row for row in reversed(roster) if row.risk_post and row.unit_kind is UnitKind.DEPARTMENT}
    return [*first.values()][-_POSTS:]


async def _submit(register: Register, post: PostFound, holder: int, contents: Sequence[Content], now: datetime) -> None:
    """New points, and a change of one that stands."""
    mine = (await register.mine(post.id, holder, now)).points
    has = {own.point.content.name for own in mine}
    new = [one for one in contents if one.name not in has][:_NEW]
    for content in new:
        await register.save(post.id, holder, content, now)
    stands = mine[0].point
    changed = replace(stands.content, controls=new[0].controls)
    await register.save(post.id, holder, changed, now, point_id=stands.id, version=stands.version)
    await register.submit(post.id, holder, now)
