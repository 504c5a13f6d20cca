"""Boards: messages that show a speaker how the notice goes on."""

from datetime import datetime

from messages.store import accounts, boards
from messages.store.database import Connection


async def hang_board(conn: Connection, notice_id: int, person_id: int, now: datetime) -> None:
    """Show a person how a notice goes on, in the chat that the person has now, if any."""
    member = await accounts.find_person(conn, person_id)
    if member is not None:
        await boards.hang(
            conn,
            notice_id=notice_id,
            person_id=person_id,
            bot_id=member.bot_id,
            chat_id=member.chat_id,
            now=now,
        )
