"""People subscribe to the limits of matters from the chat: a secret link, one at a time, ended at once."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from messages import calendar_links
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.acceptance.test_chat_quiet import tap
from tests.talk import Talk, buttons

ZHANG = 101
_LINK = re.compile(r"http://127\.0\.0\.1:8080/calendar/([A-Za-z0-9_-]{43})\.ics")


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG)
        yield talk


def labels(talk: Talk) -> list[str]:
    card = next(one for one in talk.sandbox.messages(ZHANG)[::-1] if one.from_bot and buttons(one))
    return [one["text"] for row in buttons(card) for one in row]


def token(talk: Talk) -> str:
    found = _LINK.search(talk.last(ZHANG).text)
    assert found
    return found[1]


async def opens(talk: Talk, secret: str) -> bool:
    return await calendar_links.opened_by(talk.db, secret, talk.clock.now()) is not None


async def test_a_holder_makes_a_link_and_a_new_one_and_ends_it(talk: Talk) -> None:
    (card,) = await talk.write(ZHANG, "/calendar")
    assert "No link yet." in card
    assert labels(talk) == ["➕ Make my link"]

    await tap(talk, "➕")
    first, said = token(talk), talk.last(ZHANG)
    assert f"webcal://127.0.0.1:8080/calendar/{first}.ics" in said.text
    assert said.protect
    assert labels(talk) == ["🔄 New link of mine (the old one ends)", "✖️ End my link"]
    assert await opens(talk, first)

    await talk.write(ZHANG, "/calendar")
    await tap(talk, "🔄")
    second = token(talk)
    assert second != first
    assert [await opens(talk, one) for one in (first, second)] == [False, True]

    (card,) = await talk.write(ZHANG, "/calendar")
    assert "read last" in card
    assert await tap(talk, "✖️") == "The link has ended."
    assert not await opens(talk, second)
    async with talk.db.reading() as conn:
        rows = list(await conn.scalars(select(tables.ledger.c.body).where(tables.ledger.c.kind == "calendar_link")))
        kept = list(await conn.scalars(select(tables.calendar_links.c.token_hash)))
    assert [one["what"] for one in rows] == ["made", "replaced", "revoked"]
    assert not {first, second} & {*kept}


async def test_the_link_of_units_is_for_who_looks_after_them_and_a_made_up_press_is_refused(talk: Talk) -> None:
    await talk.write(ZHANG, "/calendar")
    card = talk.last(ZHANG)
    toast = await talk.press(ZHANG, card.message_id, "cl1:office")
    assert toast is not None
    assert "only those who look after the unit" in toast
    await talk.press(ZHANG, card.message_id, "cl1:everything")
    async with talk.db.reading() as conn:
        assert list(await conn.scalars(select(tables.calendar_links.c.id))) == []
