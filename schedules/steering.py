"""Deliveries follow their notice: when it is paused, resumed, cancelled or recalled, and what was left half-way."""

from datetime import datetime

from messages.store import recalls, steering, waves
from messages.store.database import Database, DatabaseFailure, is_deadlock
from messages.store.steering import Walk


async def follow(db: Database, notice_id: int, now: datetime, *, steps: int | None = None) -> int:
    """Have the deliveries of a notice follow its marks, a step in each transaction; gives how many that changed.

    After ``steps`` the rest is left to ``sweep``.
    """
    async with db.writing() as conn:
        await waves.wait_for_planners(conn, notice_id)
    walk, taken = Walk(notice_id=notice_id), 0
    while not walk.done and (steps is None or taken < steps):
        walk, taken = await _step(db, walk, now), taken + 1
    return walk.moved


async def _step(db: Database, walk: Walk, now: datetime) -> Walk:
    try:
        async with db.writing() as conn:
            return await steering.step(conn, walk, now)
    except DatabaseFailure as error:
        if not is_deadlock(error):
            raise
        return walk  # the other transaction, for whose sake this one was ended, is through


async def sweep(db: Database, now: datetime) -> int:
    """Finish what a large notice, a crash or a race left half-way, and end what nothing else would: see the queries.

    Gives how many deliveries that changed.
    """
    async with db.reading() as conn:
        overlooked = await steering.overlooked(conn, now)
        retired = await recalls.any_of_retired(conn)
    if overlooked or retired:
        async with db.writing() as conn:
            await steering.follow_anew(conn, overlooked, now)
            await recalls.give_up_retired(conn)
    async with db.reading() as conn:
        unfinished = await steering.unfinished(conn)
    return sum([await follow(db, notice_id, now) for notice_id in unfinished])
