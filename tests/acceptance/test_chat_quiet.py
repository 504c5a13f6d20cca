"""People choose their own quiet hours in the chat, within the office's bounds; it is recorded, and holds at once."""

from collections.abc import AsyncIterator
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from messages.quiet_hours import OwnHours
from messages.store import quiet_hours, tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk, buttons

ZHANG = 101
OFFICES = (
    "🌙 Quiet hours\n\nFrom 21:30 until 08:00 no notices are sent to you, except those that are red or cannot "
    "wait. They come afterwards.\nNothing is sent on days off either.\n\nThese are the office's hours."
)


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG)
        yield talk


async def tap(talk: Talk, label: str) -> str | None:
    """Press the button under the last message whose label begins so."""
    message = talk.last(ZHANG)
    row, column = next(
        (row, column)
        for row, line in enumerate(buttons(message))
        for column, one in enumerate(line)
        if one["text"].startswith(label)
    )
    return await talk.press_button(ZHANG, message, row=row, column=column)


async def own(talk: Talk) -> OwnHours | None:
    async with talk.db.reading() as conn:
        return await quiet_hours.find(conn, 1)


def labels(talk: Talk) -> list[str]:
    return [one["text"] for row in buttons(talk.last(ZHANG)) for one in row]


async def test_the_offices_hours_are_shown_to_who_has_chosen_none(talk: Talk) -> None:
    assert await talk.write(ZHANG, "/quiet") == [OFFICES]
    assert labels(talk) == ["🌙 Begin at …", "☀️ End at …", "No quiet hours at night"]


async def test_both_ends_are_chosen_by_buttons_within_the_bounds_and_recorded(talk: Talk) -> None:
    await talk.write(ZHANG, "/quiet")
    await tap(talk, "🌙")
    assert labels(talk) == [
        "19:00", "19:30", "20:00", "20:30", "21:00", "21:30", "22:00", "22:30", "23:00", "23:30", "00:00", "00:30",
        "« Back",
    ]  # fmt: skip
    assert await tap(talk, "23:00") == "Your quiet hours are kept."
    await tap(talk, "☀️")
    assert labels(talk)[-2:] == ["09:30", "« Back"]
    await tap(talk, "06:30")
    assert await own(talk) == OwnHours(start=time(23), end=time(6, 30))
    assert "From 23:00 until 06:30" in talk.last(ZHANG).text
    assert "You have chosen these hours yourself." in talk.last(ZHANG).text
    async with talk.db.reading() as conn:
        kind = tables.ledger.c.kind == "quiet_hours_chosen"
        rows = (await conn.execute(select(tables.ledger.c.person_id, tables.ledger.c.body).where(kind))).all()
    assert [(row.person_id, row.body["hours"]) for row in rows] == [(1, ["23:00", "08:00"]), (1, ["23:00", "06:30"])]


async def test_none_at_all_and_back_to_the_offices(talk: Talk) -> None:
    await talk.write(ZHANG, "/quiet")
    await tap(talk, "No quiet hours")
    assert await own(talk) == OwnHours(start=time(0), end=time(0))
    assert "Notices are sent to you at night too." in talk.last(ZHANG).text
    await tap(talk, "As the office: 21:30–08:00")
    assert await own(talk) is None
    assert talk.last(ZHANG).text == OFFICES


async def test_looking_at_the_times_changes_nothing(talk: Talk) -> None:
    await talk.write(ZHANG, "/quiet")
    await tap(talk, "🌙")
    await tap(talk, "« Back")
    assert talk.last(ZHANG).text == OFFICES
    assert await own(talk) is None


@pytest.mark.parametrize("data", ["q2:1080:480", "q2:1290:600", "q2:9999:480", "q2:1290", "q1:no", "q3:1"])
async def test_hours_out_of_the_bounds_cannot_be_forged(talk: Talk, data: str) -> None:
    await talk.write(ZHANG, "/quiet")
    await talk.press(ZHANG, talk.last(ZHANG).message_id, data)
    assert await own(talk) is None
    assert len(await talk.events("press_refused")) == 1


async def test_what_waits_goes_out_when_the_hours_that_are_chosen_now_are_over(talk: Talk) -> None:
    night = talk.now.replace(hour=22, minute=10)
    talk.clock.move_to(night)
    await talk.issue()
    tomorrow = night.replace(hour=8, minute=0) + timedelta(days=1)
    async with talk.db.writing() as conn:
        await conn.execute(tables.deliveries.update().values(waited=True, due_at=tomorrow))
    await talk.write(ZHANG, "/quiet")
    await tap(talk, "☀️")
    await tap(talk, "07:00")
    due = select(tables.deliveries.c.due_at)
    async with talk.db.reading() as conn:
        assert await conn.scalar(due) == tomorrow.replace(hour=7)
    await tap(talk, "No quiet hours")
    async with talk.db.reading() as conn:
        found = await conn.scalar(due)
    assert found is not None
    assert found - night < timedelta(minutes=1)
    assert talk.woken == 2
