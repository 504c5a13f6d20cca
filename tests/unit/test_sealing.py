"""The sealer: everything that was recorded is linked, in the order of commits, and sealed once a day."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from messages.ledger_chain import START, link
from messages.store import ledger_links, marks, tables
from messages.store.database import Database
from schedules import sealing
from tests.chained import EVENING, Chained, unguard
from tests.district import MORNING


async def links(db: Database) -> list[tuple[int, int]]:
    async with db.reading() as conn:
        t = tables.ledger_links
        return [(row.seq, row.event_id) for row in await conn.execute(select(t.c.seq, t.c.event_id).order_by(t.c.seq))]


async def keys(db: Database) -> list[str]:
    async with db.reading() as conn:
        return [*await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id))]


async def test_what_waits_is_linked_in_its_order_a_part_at_a_pass(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    monkeypatch.setattr(sealing, "_SHARE", 2)
    chained = Chained(db)
    await chained.people()
    await chained.happen(7, MORNING)
    assert await chained.sweep(MORNING)
    assert await links(db) == [(n, n) for n in range(1, 5)]
    assert not await chained.sweep(MORNING)
    assert await links(db) == [(n, n) for n in range(1, 8)]
    async with db.reading() as conn:
        assert await ledger_links.waiting(conn) == 0
    assert (await chained.verify()).ok


async def test_an_event_that_was_committed_late_comes_later(db: Database) -> None:
    """Its id is an earlier one: on PostgreSQL a transaction takes its numbers before it ends."""
    chained = Chained(db)
    await chained.people()
    await chained.happen(3, MORNING)
    async with db.writing() as conn:
        await conn.execute(text("DELETE FROM ledger_pending WHERE event_id = 2"))
    await chained.sweep(MORNING)
    async with db.writing() as conn:
        await conn.execute(text("INSERT INTO ledger_pending VALUES (2)"))
    await chained.sweep(MORNING)
    assert await links(db) == [(1, 1), (2, 3), (3, 2)]
    assert (await chained.verify()).ok


async def test_a_day_is_sealed_once_at_its_time(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    await chained.happen(3, MORNING)
    await chained.sweep(EVENING - timedelta(minutes=1))
    assert await chained.seals() == []
    for minutes in range(3):
        await chained.sweep(EVENING + timedelta(minutes=minutes))
    (seal,) = await chained.seals()
    assert (seal.date, seal.rows) == ("2026-09-21", 3)
    assert await keys(db) == ["ledger:seal:2026-09-21:A"]
    await chained.sweep(EVENING + timedelta(days=1))
    assert [(one.date, one.rows) for one in await chained.seals()] == [("2026-09-21", 3), ("2026-09-22", 4)]


async def test_after_days_of_standing_still_there_is_one_seal(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    await chained.happen(3, MORNING)
    for hours in (62, 63):  # the morning of the third day after
        await chained.sweep(EVENING + timedelta(hours=hours))
    assert [one.date for one in await chained.seals()] == ["2026-09-23"]


async def test_a_new_office_is_sealed_when_the_time_comes_and_not_at_its_start(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    await chained.happen(3, MORNING - timedelta(days=2))
    async with db.writing() as conn:
        await marks.put(conn, marks.PLANNING_SINCE, MORNING)
    await chained.sweep(MORNING)
    assert await chained.seals() == []
    await chained.sweep(EVENING)
    assert [one.date for one in await chained.seals()] == ["2026-09-21"]


async def test_nothing_is_sealed_of_a_day_before_the_ledger_began(db: Database) -> None:
    chained = Chained(db)
    await chained.sweep(EVENING)
    await chained.people()
    await chained.happen(3, EVENING + timedelta(hours=10))
    await chained.sweep(EVENING + timedelta(hours=12))
    assert await chained.seals() == []


async def test_the_seal_waits_until_all_is_linked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    monkeypatch.setattr(sealing, "_SHARE", 1)
    chained = Chained(db)
    await chained.people()
    await chained.happen(5, MORNING)
    while await chained.sweep(EVENING):
        assert await chained.seals() == []
    assert [one.rows for one in await chained.seals()] == [5]


async def test_who_cannot_be_named_by_an_audience_keeps_nobody_from_the_seal(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    async with db.writing() as conn:
        await conn.execute(text("UPDATE people SET code = 'A\"' WHERE id = 1"))
    await chained.happen(1, MORNING)
    await chained.sweep(EVENING)
    assert len(await chained.seals()) == 1
    assert await keys(db) == []


async def test_what_somebody_put_beside_the_ledger_stops_nothing(db: Database) -> None:
    """What waits and is no event, or is linked already, is passed over: verifying names it."""
    chained = Chained(db)
    await chained.people()
    await chained.happen(2, MORNING)
    await chained.sweep(MORNING)
    async with db.writing() as conn:
        await conn.execute(text("INSERT INTO ledger_pending VALUES (1), (-3), (99)"))
    await chained.happen(2, MORNING)
    await chained.sweep(EVENING)
    assert len(await links(db)) == 4
    assert [one.rows for one in await chained.seals()] == [4]


async def test_however_much_somebody_put_there_a_whole_part_is_linked_at_once(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    await chained.happen(4, MORNING)
    await chained.sweep(MORNING)
    async with db.writing() as conn:
        await conn.execute(text("INSERT INTO ledger_pending VALUES (-9), (-8), (-7), (-6), (1), (2), (3), (4)"))
    await chained.happen(3, MORNING)
    async with db.reading() as conn:
        assert [one.event_id for one in await ledger_links.pending(conn, 3)] == [5, 6, 7]
        assert [one.event_id for one in await ledger_links.pending(conn, 2)] == [5, 6]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_malformed_event_is_linked_as_it_is_and_named_when_verified(db: Database) -> None:
    chained = Chained(db)
    await chained.people()
    await chained.happen(2, MORNING)
    async with db.writing() as conn:
        await unguard(conn)
        change = "at = X'FF00', kind = CAST(X'FF' AS TEXT), body = 'no\x01'"
        await conn.exec_driver_sql(f"UPDATE ledger SET {change} WHERE id = 2")  # noqa: S608 -- of this test
    await chained.sweep(EVENING)
    assert len(await links(db)) == 2
    found = (await chained.verify()).first_bad
    assert found is not None
    assert (found.what, found.seq, found.part) == ("malformed", 2, "at")


def test_the_first_link_is_that_of_the_document() -> None:
    """Fixed for ever: docs/ledger.md says how it is made."""
    assert link("ab" * 32, START, 1) == "3b0270202df7f03086be7d3927ea5495ee93be85edd2114004585f4b15eb56ed"
