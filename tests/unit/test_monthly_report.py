"""The monthly report: one picture, five lines and a link, to leaders of units and the office, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from messages.deliveries import DeliveryState
from messages.organisation.records import Role
from messages.pictures import is_photo
from messages.scores.periods import Period, PeriodKind
from messages.statistics import Summary, Tally
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Frame, Renderer
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.policy import load
from schedules.statistics.desk import Statistics
from schedules.statistics.monthly import Monthly
from schedules.tools import Tools
from tests.acknowledging import stepping
from tests.district import MORNING, ZONE, District, saying

DUE = datetime(2026, 10, 8, 9, 40, tzinfo=ZONE)
"""The first working day of October 2026 comes after the National Day."""


class Month:
    """A bureau whose people got a notice in September, all but one; D leads it, O is its office, L leads another."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.district = District(db)
        self.drawn: list[tuple[str, int]] = []
        self.statistics = Statistics(db=db, zone=ZONE, clock=Clock(ZONE, DUE), stepping=stepping(db))
        tools = Tools(db=db, policy=load(), calendars=Calendars(db, "CN"), zone=ZONE)
        self.monthly = Monthly(
            tools=tools,
            statistics=self.statistics,
            apart=Apart(),
            draw=self._draw,
            address=lambda: "https://office.example/web",
        )

    async def _draw(self, past: Sequence[Summary], language: str) -> bytes:
        self.drawn.append((language, past[-1].notices))
        return b"a picture"

    async def found(self) -> "Month":
        await self.district.bureau("A", "B", "C")
        await self.district.unit("教育局")
        await self.district.person("D", ("P8", "财政局", 2), roles=[(Role.LEADER, "财政局")])
        await self.district.person("O", ("P9", "财政局", 1), roles=[(Role.OFFICE, "财政局")], language="en")
        await self.district.person("L", ("P10", "教育局", 1), roles=[(Role.LEADER, "教育局")])
        await self.district.issue(saying(audience="unit:财政局", acknowledge=True))
        first, *others = await self.district.claim()
        await self.district.settle(others, DeliveryState.DELIVERED)
        await self.district.settle([first], DeliveryState.UNREACHABLE)
        return self

    async def sweep(self, now: datetime) -> list[str]:
        """To whom reports were made by a pass at an instant, all of it counted."""
        before = await self.told()
        await self.statistics.sweep(now)
        while await self.monthly.sweep(now):
            pass
        return [code for code in await self.told() if code not in before]

    async def told(self) -> list[str]:
        query = select(tables.notices.c.audience).where(tables.notices.c.template == "monthly_report")
        async with self.db.reading() as conn:
            return [one.removeprefix("person:").strip('"') for one in await conn.scalars(query.order_by("audience"))]


@pytest.fixture
async def month(db: Database) -> Month:
    return await Month(db).found()


async def test_leaders_and_the_office_are_told_once_on_the_first_working_day(month: Month) -> None:
    assert await month.sweep(DUE - timedelta(minutes=1)) == []
    assert await month.sweep(DUE) == ["D", "O"]
    assert month.drawn == [("zh_CN", 1), ("en", 1)]
    assert await month.sweep(DUE + timedelta(hours=1)) == []
    assert await Month(month.db).sweep(DUE + timedelta(hours=2)) == []


async def test_what_is_not_counted_yet_waits_and_what_is_long_past_is_not_told(month: Month) -> None:
    await month.monthly.sweep(DUE)
    assert await month.told() == []
    assert await month.sweep(DUE + timedelta(days=15)) == []


async def test_it_says_five_lines_and_has_a_picture_and_a_link(month: Month, renderer: Renderer) -> None:
    await month.sweep(DUE)
    query = select(tables.notices).where(tables.notices.c.audience == 'person:"D"')
    async with month.db.reading() as conn:
        row = (await conn.execute(query)).one()
        content = await conn.scalar(select(tables.files.c.content))
    assert content == b"a picture"
    assert row.attachments == [{"file": 1, "kind": "photo"}]
    said = renderer.notice("monthly_report", "en", row.params, Frame(title=None))
    assert "Monthly report: September 2026" in said
    lines = [line for line in said.splitlines() if line.startswith(("📨", "✅", "⏰", "⚠", "👥"))]
    assert len(lines) == 4  # nobody has acknowledged: no time is said
    assert "1 notices reached 4 of 5 people (80 %)" in said
    assert "0 of 4 posts acknowledged (0 %)" in said
    assert 'href="https://office.example/web/statistics?period=2026-09"' in said


def test_the_picture_is_one_that_telegram_shows(month_summaries: Sequence[Summary], catalog: Catalog) -> None:
    from bot.month_chart import png  # noqa: PLC0415 -- takes most of a second

    for language in ("zh_CN", "en"):
        assert is_photo(png(month_summaries, say=partial(catalog.say, language=language), language=language))


@pytest.fixture
def month_summaries() -> Sequence[Summary]:
    """Three months, one of them without anything."""
    last = Period.of(PeriodKind.MONTH, MORNING.date())
    full = Tally(people=10, delivered=9, missed=1, obligations=10, in_time=6, late=1, overdue=2, excused=1)
    return [
        Summary(period=last.before.before, notices=4, tally=full),
        Summary(period=last.before),
        Summary(period=last, notices=4, tally=full),
    ]
