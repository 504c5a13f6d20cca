"""One sender on a database: a second would send what the first has in flight once more."""

from messages.store.database import Database
from messages.store.lease import sole_sender


async def test_a_second_sender_is_refused_until_the_first_has_ended(any_db: Database) -> None:
    if any_db.dialect == "sqlite":
        return  # a lock of the operating system keeps the place there
    async with sole_sender(any_db) as first:
        assert first
        async with sole_sender(any_db) as second:
            assert not second
    async with sole_sender(any_db) as third:
        assert third
