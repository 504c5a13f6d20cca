"""Whose scores somebody may look at: the people who hold posts in the units that the person supervises."""

from collections.abc import Sequence
from datetime import datetime

from messages.rights import Act, entitle
from messages.searches import words_of
from messages.store import supervised
from messages.store.database import Database
from messages.store.supervised import Supervised


async def find(db: Database, viewer: int, given: str, now: datetime, *, most: int) -> tuple[Sequence[Supervised], int]:
    """At ``most`` so many of those whose name holds each word, or who have just this code; and how many there are.

    Raises ``NotEntitled`` for who supervises nobody; that is recorded.
    """
    scope = await entitle(db, viewer, Act.SEE_SCORES, now)
    words = words_of(given)
    async with db.reading() as conn:
        return (
            await supervised.called(conn, scope, words, most=most),
            await supervised.count_called(conn, scope, words),
        )
