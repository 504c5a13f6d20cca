"""Gathers points of the register, as many as an import or an export asks for, a few thousand at a time.

Each few are read in a transaction of their own: none waits while what was read is put together.
"""

from collections.abc import Collection
from typing import Final

from messages.register.directory import Directory
from messages.register.standing import KeptPoint
from messages.store import register_import
from messages.store.database import Database

_AT_ONCE: Final = 2000


async def points_of(
    db: Database, directory: Directory, unit_ids: Collection[int], own_ids: Collection[int] = ()
) -> tuple[KeptPoint, ...]:
    """The points of units that have not ended, those of their posts among them, and some by their numbers.

    Posts that have ended take their points with them.
    """
    post_ids = [post.id for post in directory.posts if post.unit_id in unit_ids]
    async with db.reading() as conn:
        ids = await register_import.point_ids(conn, unit_ids, post_ids, own_ids)
    found: list[KeptPoint] = []
    for start in range(0, len(ids), _AT_ONCE):
        async with db.reading() as conn:
            found += await register_import.points(conn, ids[start : start + _AT_ONCE])
    return tuple(found)
