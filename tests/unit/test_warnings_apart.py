"""Much that is due of warnings at once, and one that fails: others have their turn, whatever there is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from messages.notices import Grade
from messages.store import tables
from messages.store.database import Connection, Database
from messages.store.warning_steps import Told
from messages.warnings.records import Part, WarningRecord
from schedules.apart import Apart
from schedules.warnings import ladders
from schedules.warnings.parts import whom
from tests.posts_warned import MONDAY, Warned
from tests.service import BEFORE, DUE, Founding, until

NEXT_DAY = MONDAY.replace(day=8, hour=17, minute=30)


async def test_one_warning_that_fails_keeps_no_other_from_its_steps(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A single broken warning once stopped all planning for good, holidays and broadcasts too."""
    warned = await Warned.found(db, database_url)
    broken, fine = await warned.warn(Grade.ORANGE, "P"), await warned.warn(Grade.ORANGE, "PS")
    await warned.sweep(MONDAY)

    async def fails(conn: Connection, warning: WarningRecord, told: Sequence[Part]) -> list[Told]:
        if warning.id in broken:
            message = "cannot be read\nand more of it"
            raise ValueError(message)
        return await whom(conn, warning, told)

    monkeypatch.setattr(ladders, "whom", fails)
    for _ in range(2):
        await warned.ladders(db).sweep(NEXT_DAY)
    assert "overdue" in await warned.events(*fine)
    assert "overdue" not in await warned.events(*broken)
    assert warned.apart.failures


async def test_a_sweep_that_fails_stops_no_planning(found: Founding) -> None:
    """What could not be done about a warning or an item once kept holiday notices and broadcasts from being planned."""

    async def fails(now: datetime) -> None:
        raise ValueError(now)

    async with found() as place, place.serving(BEFORE) as service:
        service.sweeps = {"items": fails}
        await service.move_clock(DUE)
        await until(lambda: bool(place.heard(2, "国庆节")))
        assert service.apart.failures


async def test_a_database_that_is_away_ends_the_pass() -> None:
    apart = Apart()
    with pytest.raises(ConnectionRefusedError), apart.doing("a warning", id=1):
        raise ConnectionRefusedError
    assert not apart.failures


async def test_a_pass_does_a_part_of_much_and_what_is_red_first(db: Database, database_url: str) -> None:
    """2,448 posts that were overdue at once held up all planning for minutes, and red ones waited behind them."""
    warned = await Warned.found(db, database_url)
    warned.most = 4
    await warned.warn(Grade.BLUE, "P", "PS", "PT", "PI", "PO")
    [red] = await warned.warn(Grade.RED, "P")
    assert await warned.ladders(db).sweep(MONDAY)
    assert {key.partition(":")[2].partition(":")[0] for key in await warned.said()} == {str(red)}
    passes = 1
    while await warned.ladders(db).sweep(MONDAY):
        passes += 1
    assert 1 < passes < 12
    warned.most = 100
    assert not await warned.ladders(db).sweep(MONDAY)


async def test_a_code_that_no_audience_can_name_stops_nothing(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    [one] = await warned.warn(Grade.BLUE, "P")
    await warned.sweep(MONDAY)
    async with db.writing() as conn:
        await conn.execute(update(tables.people).where(tables.people.c.code == "H").values(code='H"'))
    await warned.takes("N", "P", MONDAY + timedelta(hours=1))
    await warned.sweep(MONDAY + timedelta(hours=1))
    assert (await warned.stands(one)).holder_id == warned.district.people["N"]
