"""What people look for, kept as drafts so that what was found can be paged through after a restart too."""

from datetime import datetime
from typing import Final

from messages.drafts import Kind
from messages.errors import NotFound
from messages.store import drafts
from messages.store.database import Database
from messages.text.phrase import phrase

LONGEST_WORDS: Final = 60
"""Characters of what is looked for."""


def words_of(given: str, most: int = LONGEST_WORDS) -> str:
    """What is looked for: one line, printable, not too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in given).split())
    return line[:most]


class Searches:
    """What people look for at one desk, each search by its id."""

    def __init__(self, kind: Kind) -> None:
        """They are kept as drafts of this kind."""
        self._kind: Final = kind.value

    async def ask(self, db: Database, person_id: int, now: datetime) -> None:
        """A person's next words are what is looked for."""
        async with db.writing() as conn:
            kept = await drafts.begin(conn, person_id, self._kind, {}, now)
            await drafts.touch(conn, kept.id, now)

    async def begin(
        self, db: Database, person_id: int, given: str, now: datetime, message_id: int | None = None
    ) -> int:
        """Keep what a person looks for; gives the search. ``message_id`` is the message that it came by."""
        async with db.writing() as conn:
            kept = await drafts.begin(conn, person_id, self._kind, {}, now)
            await drafts.keep(conn, kept.id, {"words": words_of(given), "message": message_id}, now)
            await drafts.close(conn, kept.id, now)
        return kept.id

    async def words(self, db: Database, person_id: int, search_id: int) -> str:
        """What this person looked for before. Raises ``NotFound``."""
        async with db.reading() as conn:
            kept = await drafts.any_of(conn, person_id, self._kind, search_id)
        words = kept.fields.get("words") if kept else None
        if not words:
            raise NotFound(phrase("This search is not known any more. Please look it up once more."))
        return str(words)


LOOKUPS: Final = Searches(Kind.LOOKUP)
"""Posts and units that are looked up."""
UNITS: Final = Searches(Kind.REGISTER)
"""Units whose progress with the register is looked for."""
MATTERS: Final = Searches(Kind.MATTERS)
"""Matters that are looked for, and posts that are to be responsible for their steps."""
_KINDS: Final = (Kind.LOOKUP, Kind.REGISTER, Kind.MATTERS)


async def forget(db: Database, before: datetime) -> None:
    """What was looked for before this instant is kept no longer: it may name people."""
    async with db.writing() as conn:
        for kind in _KINDS:
            await drafts.delete_closed(conn, kind.value, before)


async def was_begun(db: Database, person_id: int, message_id: int) -> bool:
    """Whether a message was taken as what is looked for before, and comes once more."""
    async with db.reading() as conn:
        kept = [await drafts.last_closed(conn, person_id, kind.value) for kind in _KINDS]
    return any(one is not None and one.fields.get("message") == message_id for one in kept)
