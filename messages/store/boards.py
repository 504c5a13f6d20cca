"""Queries of boards: messages in chats that show how a notice goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update

from messages.store.database import Connection
from messages.store.tables import boards, people

NOT_SHOWN: Final = 0
"""The message of a board that has not been put into its chat yet."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board that is open: how ``notice_id`` goes on, for a person who reads ``language``."""

    id: int
    notice_id: int
    person_id: int
    chat_id: int
    message_id: int
    language: str


async def hang(conn: Connection, *, notice_id: int, person_id: int, bot_id: int, chat_id: int, now: datetime) -> None:
    """Have a board in a chat; whoever looks after the boards shows it."""
    values = {"notice_id": notice_id, "person_id": person_id, "bot_id": bot_id, "chat_id": chat_id}
    await conn.execute(insert(boards).values(**values, message_id=NOT_SHOWN, opened_at=now))


async def hanging(conn: Connection, bot_id: int) -> list[Board]:
    """The open boards of a bot, the oldest first."""
    query = (
        select(boards, people.c.language)
        .join(people, people.c.id == boards.c.person_id)
        .where(boards.c.bot_id == bot_id, boards.c.closed_at.is_(None))
        .order_by(boards.c.id)
    )
    return [
        Board(
            id=row.id,
            notice_id=row.notice_id,
            person_id=row.person_id,
            chat_id=row.chat_id,
            message_id=row.message_id,
            language=row.language,
        )
        for row in await conn.execute(query)
    ]


async def shown(conn: Connection, board_id: int, message_id: int) -> None:
    """It is in its chat now, as this message."""
    await conn.execute(update(boards).where(boards.c.id == board_id).values(message_id=message_id))


async def take_down(conn: Connection, board_id: int, now: datetime) -> None:
    """It shows the end, or nobody can see it any more."""
    await conn.execute(update(boards).where(boards.c.id == board_id).values(closed_at=now))


async def hang_again(conn: Connection, notice_id: int) -> None:
    """The boards of a notice of which something new is to be shown."""
    await conn.execute(update(boards).where(boards.c.notice_id == notice_id).values(closed_at=None))
