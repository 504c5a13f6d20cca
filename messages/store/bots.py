"""Queries of bots: each has a token of its own and serves a part of the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, func, insert, select, update

from messages.store.database import Connection
from messages.store.tables import accounts, bots, units

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


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a bot does: the name of its ``unit``, and how many ``people`` joined through it and are served by it."""

    bot: Bot
    unit: str | None
    people: int
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Territory:
    """A bot with the ``path`` of its unit; the empty path is above every other."""

    bot: Bot
    path: str


_COLUMNS: Final = (bots.c.id, bots.c.name, bots.c.unit_id, bots.c.telegram_id, bots.c.username, bots.c.token)
_IS_CURRENT: Final = bots.c.retired_at.is_(None)


async def current(conn: Connection) -> list[Bot]:
    """Every bot that is not retired, the main one first."""
    query = select(*_COLUMNS).where(_IS_CURRENT).order_by(bots.c.id)
    return [_bot(row) for row in (await conn.execute(query)).mappings()]


def _bot(row: RowMapping) -> Bot:
    return Bot(**{column.name: row[column.name] for column in _COLUMNS})


async def services(conn: Connection) -> list[Service]:
    """Every bot that is not retired with what it does, the main one first."""
    served = select(accounts.c.bot_id, func.count()).where(accounts.c.left_at.is_(None)).group_by(accounts.c.bot_id)
    people: dict[int, int] = {bot_id: count for bot_id, count in await conn.execute(served)}  # noqa: C416 -- as below
    query = select(*_COLUMNS, bots.c.added_at, units.c.name.label("unit"))
    rows = await conn.execute(query.outerjoin(units).where(_IS_CURRENT).order_by(bots.c.id))
    return [
        Service(bot=_bot(row), unit=row["unit"], people=people.get(row["id"], 0), added_at=row["added_at"])
        for row in rows.mappings()
    ]


async def territories(conn: Connection) -> list[Territory]:
    """Which part of the organisation each bot serves; see ``nearest``."""
    query = select(bots.c.id, units.c.path).join(units, units.c.id == bots.c.unit_id)
    paths = {number: path for number, path in await conn.execute(query)}  # noqa: C416 -- rows are no pairs to the types
    return [Territory(bot=bot, path=paths.get(bot.id, "")) for bot in await current(conn)]


def nearest(territories: Sequence[Territory], path: str) -> Bot:
    """The bot that serves a unit: the nearest one up the tree, and of two at the same place the one added last."""
    over = [one for one in territories if path.startswith(one.path)]
    return max(over, key=lambda one: (len(one.path), one.bot.id)).bot


async def add(conn: Connection, new: Bot, at: datetime) -> Bot:
    """Add a bot under the next number; that of ``new`` is not looked at."""
    values = {name: getattr(new, name) for name in ("name", "unit_id", "telegram_id", "username", "token")}
    added = insert(bots).values(**values, added_at=at).returning(bots.c.id)
    return replace(new, id=(await conn.execute(added)).scalar_one())


async def keep_token(conn: Connection, bot_id: int, token: str, username: str | None) -> None:
    """Keep the encrypted token and the user name of a bot in place of what was kept before."""
    await conn.execute(update(bots).where(bots.c.id == bot_id).values(token=token, username=username))


async def retire(conn: Connection, bot_id: int, at: datetime) -> None:
    """Take a bot off the list. Whoever joins through it at this moment has joined before, or is refused after."""
    await conn.execute(update(bots).where(bots.c.id == bot_id).values(retired_at=at))


async def hold(conn: Connection, bot_id: int) -> bool:
    """Whether a bot is not retired; it is not until this transaction ends. SQLite has one writer and needs no lock."""
    query = select(bots.c.id).where(bots.c.id == bot_id, _IS_CURRENT).with_for_update(read=True)
    return await conn.scalar(query) is not None


async def take_term(conn: Connection, bot_id: int) -> int:
    """Begin a new term of sending for a bot: what a sender of an earlier term still does counts no more."""
    raised = update(bots).where(bots.c.id == bot_id).values(term=bots.c.term + 1).returning(bots.c.term)
    return int((await conn.execute(raised)).scalar_one())
