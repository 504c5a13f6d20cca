"""Queries of bots: each has a token of its own and serves a part of the organisation."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from messages.store.database import Connection
from messages.store.tables import bots

MAIN_BOT: Final = 1
"""The bot whose token stands in the settings; it is there from the first migration on."""


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A bot that is not retired.

    It serves ``unit_id`` and all below it; None: whoever no other bot serves. ``token`` is encrypted; None for the main
    bot, whose token stands in the settings and whose ``telegram_id`` and ``username`` are not kept either.
    """

    id: int
    name: str
    unit_id: int | None
    telegram_id: int | None
    username: str | None
    token: str | None


_COLUMNS: Final = (bots.c.id, bots.c.name, bots.c.unit_id, bots.c.telegram_id, bots.c.username, bots.c.token)


async def current(conn: Connection) -> list[Bot]:
    """Every bot that is not retired, the main one first."""
    query = select(*_COLUMNS).where(bots.c.retired_at.is_(None)).order_by(bots.c.id)
    return [Bot(**row) for row in (await conn.execute(query)).mappings()]


async def take_term(conn: Connection, bot_id: int) -> int:
    """Begin a new term of sending for a bot: what a sender of an earlier term still does counts no more."""
    raised = update(bots).where(bots.c.id == bot_id).values(term=bots.c.term + 1).returning(bots.c.term)
    return int((await conn.execute(raised)).scalar_one())
