"""The rows of bots: who is there, who serves whom, and the terms of their senders."""

from messages.store import bots
from messages.store.bots import MAIN_BOT, Bot
from messages.store.database import Database


async def test_the_main_bot_is_there_from_the_first(db: Database) -> None:
    async with db.reading() as conn:
        assert await bots.current(conn) == [
            Bot(id=MAIN_BOT, name="main", unit_id=None, telegram_id=None, username=None, token=None)
        ]


async def test_every_sender_has_a_term_of_its_own(db: Database) -> None:
    terms = []
    for _ in range(3):
        async with db.writing() as conn:
            terms.append(await bots.take_term(conn, MAIN_BOT))
    assert terms == [1, 2, 3]
