"""A dispatcher whose database fails, or meets others there, says so and sends nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.composer import Composer
from tests.district import saying
from tests.sending import Held, Sending, sending_to_four
from tests.service import PATIENCE

_REFUSES: Final = {
    "sqlite": "CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN NEW.state = 'delivered'"
    " BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    "postgresql": "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$",
}
_ON_POSTGRESQL: Final = (
    "CREATE TRIGGER full_disk BEFORE UPDATE ON deliveries FOR EACH ROW"
    " WHEN (NEW.state = 'delivered') EXECUTE FUNCTION refuse()"
)


@pytest.fixture
async def sending(db: Database, renderer: Renderer, catalog: Catalog) -> AsyncIterator[Sending]:
    async with sending_to_four(db, Composer(renderer, catalog)) as sending:
        yield sending


async def test_a_dispatcher_whose_database_fails_says_so(sending: Sending) -> None:
    """Supervision begins it again; it must not go on silently without recording."""
    await sending.district.db.close()
    async with sending.district.db.writing() as conn:
        await conn.exec_driver_sql("ALTER TABLE deliveries RENAME TO gone")
    with pytest.raises(Exception, match="deliveries"):
        await sending.senders().run()


async def test_an_outcome_that_the_database_could_not_take_is_recorded_by_the_next_run_and_not_sent_again(
    sending: Sending,
) -> None:
    """The send had arrived when the disk was full: what is known of it outlives the failure of recording it."""
    await sending.district.issue(saying(audience="person:A"))
    sending.kept.respond = held = Held()
    senders = sending.senders()
    first = asyncio.create_task(senders.run())
    async with asyncio.timeout(PATIENCE):
        await sending.kept.until(1)
        async with sending.district.db.writing() as conn:
            await conn.execute(text("ALTER TABLE deliveries RENAME TO gone"))
        held.go.set()
        with pytest.raises(DBAPIError):
            await first
    async with sending.district.db.writing() as conn:
        await conn.execute(text("ALTER TABLE gone RENAME TO deliveries"))
    async with sending.running(senders):
        pass
    assert (await sending.rows())[0][0] == "delivered"
    assert len(sending.kept.sent) == 1


async def test_a_recorder_that_fails_ends_the_dispatcher_though_claims_still_work(sending: Sending) -> None:
    """It waited for the claims to end, which went on for ever: nothing was recorded and nobody was told."""
    await sending.district.issue(saying(audience="person:A"))
    async with sending.district.db.writing() as conn:
        await conn.execute(text(_REFUSES[conn.dialect.name]))
        if conn.dialect.name == "postgresql":
            await conn.execute(text(_ON_POSTGRESQL))
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(DBAPIError, match="disk is full"):
            await sending.senders().run()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_outcomes_and_presses_that_meet_over_the_same_rows_are_both_recorded(sending: Sending) -> None:
    """Who records presses takes the rows in the order of their ids; outcomes came in the order of their answers."""
    await sending.district.issue(saying())
    sending.kept.respond = held = Held()
    async with sending.running(sending.senders()):
        await sending.kept.until(4)
        async with sending.district.db.writing() as conn:
            for number in (1, 2, 3, 4):
                await conn.execute(
                    tables.deliveries.update().where(tables.deliveries.c.id == number).values(attempts=7)
                )
                held.go.set()
                await asyncio.sleep(0)
    assert [row[0] for row in await sending.rows()] == ["delivered"] * 4
