"""Founds the register of a demo: the sample's points stand in it."""

from collections.abc import Sequence
from datetime import datetime

from messages.ledger import Kind
from messages.organisation.roster.rows import RosterRow
from messages.register.sample import sample_nodes, sample_points
from messages.store import ledger, register_bulk
from messages.store.database import Database


async def found_register(db: Database, roster: Sequence[RosterRow], now: datetime) -> int:
    """Put in the points of a sample roster that was imported; gives how many stand.

    The ledger says it once, not of each point: nobody has written these.
    """
    given = sample_points(roster)
    async with db.writing() as conn:
        places = await register_bulk.places(conn)
        await register_bulk.add_nodes(conn, sample_nodes(), now)
        points = [
            register_bulk.NewPoint(post_id=post_id, unit_id=unit_id, content=one.content)
            for one in given
            for post_id, unit_id in [places[one.post]]
        ]
        await register_bulk.add_points(conn, points, now)
        await ledger.append(conn, at=now, kind=Kind.REGISTER_IMPORTED, person_id=None, body={"points": len(points)})
    return len(points)
