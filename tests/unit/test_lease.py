"""Leases: what one process may do at a time, until it ends, dies or freezes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from messages.store.database import Database
from messages.store.lease import PLANNING, Duty, Lease, leases_of
from schedules.clock import Clock
from tests.conftest import ZONE
from tests.leasing import keeping
from tests.service import PATIENCE, until

SENDING = Lease(Duty.SENDING, 1)
steady = Clock(ZONE).since_boot


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process sees it."""
    database = Database(database_url)
    yield database
    await database.close()


async def test_on_sqlite_the_one_process_has_every_lease(sqlite_db: Database) -> None:
    leases = leases_of(sqlite_db, steady, sends=True)
    await leases.run()
    assert await leases.take(SENDING)
    assert leases.holds(SENDING)
    assert await leases.is_held(SENDING)
    assert await leases.senders() == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
class TestOnPostgresql:
    async def test_one_process_alone_has_a_lease_until_it_gives_it_back(self, db: Database, other: Database) -> None:
        one, two = leases_of(db, steady, sends=True), leases_of(other, steady, sends=False)
        async with keeping(one) as first, keeping(two) as second:
            assert await first.take(SENDING)
            assert await first.take(SENDING)
            assert not await second.take(SENDING)
            assert (first.holds(SENDING), second.holds(SENDING)) == (True, False)
            assert await second.take(PLANNING)
            assert await second.take(Lease(Duty.SENDING, 2))
            assert await second.is_held(SENDING)
            await first.give_back(SENDING)
            assert not first.holds(SENDING)
            assert not await first.is_held(SENDING)
            assert await second.take(SENDING)

    async def test_who_ends_leaves_its_leases_at_once(self, db: Database, other: Database) -> None:
        async with keeping(leases_of(other, steady, sends=True)) as second:
            async with keeping(leases_of(db, steady, sends=True)) as first:
                assert await first.take(SENDING)
                assert await second.senders() == 2
            assert not first.holds(SENDING)
            assert not await first.take(SENDING)
            await until(lambda: second.take(SENDING))
            assert await second.senders() == 1

    async def test_a_lost_connection_is_told_and_loses_every_lease(self, db: Database, other: Database) -> None:
        leases = leases_of(db, steady, sends=True)
        keeper = asyncio.create_task(leases.run())
        await until(lambda: leases.take(SENDING))
        async with asyncio.timeout(PATIENCE):
            async with other.writing() as conn:
                await conn.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
                )
            with pytest.raises(Exception, match=r"connection|terminat"):
                await keeper
        assert not leases.holds(SENDING)

    async def test_a_process_that_was_frozen_is_not_sure_of_its_leases_when_it_wakes(self, db: Database) -> None:
        """PostgreSQL ends the connection of a frozen process after 3.5 s; its own count ends before."""
        ahead = 0.0
        async with keeping(leases_of(db, lambda: steady() + ahead, sends=True)) as leases:
            assert await leases.take(SENDING)
            assert leases.holds(SENDING)
            ahead = 3.1
            assert not leases.holds(SENDING)
            await until(lambda: leases.holds(SENDING))  # its next ping is answered, so nobody else can have had it
