"""Queries of places on a bot's wire: who does not send for the bot asks, its sender grants by removing the row."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from messages.store.database import PLACE_ASKED, PLACE_GRANTED, Connection, notify
from messages.store.sets import among
from messages.store.tables import places


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the wire of a bot, asked for to write to a chat."""

    id: int
    bot_id: int
    chat_id: int


async def ask(conn: Connection, bot_id: int, chat_id: int) -> int:
    """Ask for a place; gives its id."""
    asked = insert(places).values(bot_id=bot_id, chat_id=chat_id).returning(places.c.id)
    place_id = int((await conn.execute(asked)).scalar_one())
    await notify(conn, PLACE_ASKED)
    return place_id


async def asked_for(conn: Connection, bot_ids: Sequence[int]) -> list[Place]:
    """What is asked for on the wires of these bots, the earliest first."""
    query = select(places.c.id, places.c.bot_id, places.c.chat_id).where(among(conn, places.c.bot_id, bot_ids))
    return [Place(**row) for row in (await conn.execute(query.order_by(places.c.id))).mappings()]


async def grant(conn: Connection, place_id: int) -> None:
    """Give a place: who asked may write now."""
    await conn.execute(delete(places).where(places.c.id == place_id))
    await notify(conn, PLACE_GRANTED, str(place_id))


async def withdraw(conn: Connection, place_id: int) -> None:
    """Ask for a place no more."""
    await conn.execute(delete(places).where(places.c.id == place_id))


async def is_granted(conn: Connection, place_id: int) -> bool:
    """Whether a place was given (or is not asked for any more)."""
    return await conn.scalar(select(places.c.id).where(places.c.id == place_id)) is None
