"""Looks up the units, buyers and posts that what is told of matters names."""

from collections.abc import Mapping, Sequence

from messages.store import matter_places
from messages.store.database import Connection
from messages.tenders.kept import Kept
from messages.tenders.records import NO_BUYER, Told
from schedules.tenders.deciding import Places


async def places_of(conn: Connection, tolds: Sequence[Told], kept: Mapping[str, Kept]) -> Places:
    """What is known of the names in what is told."""
    names = {told.unit for told in tolds if told.unit is not None}
    buyers = {told.buyer for told in tolds if told.buyer is not None}
    buyers |= {one.standing.buyer for one in kept.values() if one.standing.unit_id is None}
    buyers.discard(NO_BUYER)
    codes = {code for told in tolds for named in (told.posts or {}).values() for code in named}
    return Places(
        units=await matter_places.units_named(conn, names) if names else {},
        buyers=await matter_places.units_of_buyers(conn, buyers) if buyers else {},
        posts=await matter_places.posts_coded(conn, codes) if codes else {},
    )
