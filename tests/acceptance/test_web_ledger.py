"""The ledger's page: how the chain stands and its seals, for administrators of the whole office only."""

from collections.abc import AsyncIterator

import pytest

from messages.store.database import Database
from schedules.clock import Clock
from tests.chained import EVENING, Chained, unguard
from tests.pages import Served, serving_pages


@pytest.fixture
async def chained(db: Database) -> Chained:
    return await Chained(db).found()


@pytest.fixture
async def served(chained: Chained, clock: Clock) -> AsyncIterator[Served]:
    async with serving_pages(chained.db, clock) as served:
        yield served


async def test_an_administrator_sees_how_the_ledger_stands(served: Served, chained: Chained) -> None:
    await chained.happen(1, EVENING)
    reader = await served.enter(chained.district.people["A"])
    shown = await reader.get("/ledger")
    assert shown.status == 200
    for seal in await chained.seals():
        assert seal.date in shown.text
        assert seal.head in shown.text
    assert 'role="alert"' not in shown.html
    assert "台账" in (await reader.get("/statistics")).text


async def test_a_seal_that_no_longer_agrees_and_missing_guards_show(served: Served, chained: Chained) -> None:
    async with chained.db.writing() as conn:
        await unguard(conn)
        await conn.exec_driver_sql("UPDATE seals SET rows = 5 WHERE rows = 6")
    async with chained.db.writing() as conn:
        if conn.dialect.name == "postgresql":
            await conn.exec_driver_sql("ALTER TABLE seals DISABLE TRIGGER seals_keeps")
    shown = await (await served.enter(chained.district.people["A"])).get("/ledger")
    assert shown.html.count('role="alert"') == 2
    assert "有 1 个封签与台账不符" in shown.text


async def test_nobody_else_sees_it(served: Served, chained: Chained) -> None:
    reader = await served.enter(chained.district.people["B"])
    assert (await reader.get("/ledger")).status == 403
    assert "/web/ledger" not in (await reader.get("/scores")).html
