"""The broadcast desk over `kill -9` and over several processes: what was given to a draft is there, once."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from messages.drafts import BROADCASTS, Draft
from messages.files import MOST_FILES
from messages.store import tables
from tests.acceptance.test_service_broadcast import AT, Desk
from tests.faults.test_several_processes import Part
from tests.sent_files import photo, png
from tests.service import Founding, Town, chat, until

TEXT = "请廉洁过节。"
PEOPLE = 12
IN_FLIGHT = 2
"""What may be under way at two a second when a process dies: sent and not recorded."""
LATER = AT + timedelta(minutes=1)
SECRET = "a-secret-of-tests"


@asynccontextmanager
async def served(place: Town, *words: str, **settings: str) -> AsyncIterator[Part]:
    """The service (or its roles) in a process of its own, which is killed at the end."""
    process = await place.start("serve", *words, at=AT, LOG_FORMAT="json", **settings)
    running = Part(process)
    reader = asyncio.create_task(running.read())
    try:
        await running.until("running")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reader


async def draft_of(place: Town, number: int = 1) -> Draft:
    """What a person is writing."""
    async with place.db.reading() as conn:
        person = await conn.scalar(select(tables.people.c.id).where(tables.people.c.code == f"R{number:03}"))
    assert person is not None
    found = await BROADCASTS.current(place.db, person)
    assert found is not None
    return found


async def test_killed_in_the_middle_of_an_album_the_draft_is_complete_and_is_sent_once(found: Founding) -> None:
    """A file that was being fetched comes again with its update, and one that was taken is not taken twice."""
    async with found(people=4) as place:
        desk = Desk(place)
        async with served(place):
            await desk.begin(TEXT)
            await place.sandbox.send_files(chat(1), [photo(png(red=1))])
            await desk.until_sees("📎 1", TEXT)
            fault = place.sandbox.faults.hang(method="getFile", times=1)
            await place.sandbox.send_files(chat(1), [photo(png(red=2)), photo(png(red=3))])
            await until(lambda: fault.struck == 1)
        place.sandbox.faults.clear()
        assert len((await draft_of(place)).content.attachments) == 1
        async with place.serving(LATER):
            await desk.until_sees("📎 3", TEXT)
            content = (await draft_of(place)).content
            assert (content.text, content.audience.everyone) == (TEXT, True)
            assert len({one.file for one in content.attachments}) == len(content.attachments) == 3
            await desk.send()
            await desk.until_sees("已送达：4 / 4")
        for number in range(2, 5):
            assert len(place.heard(number, TEXT)) == 1
            assert len([message for message in place.heard(number) if message.media]) == 3


async def test_killed_while_a_broadcast_is_paused_it_stays_paused_and_reaches_each_once(found: Founding) -> None:
    """Nothing is sent of what is paused, whoever goes on; resumed, nobody is left out, and only what was in flight may
    be said twice.
    """
    async with found(people=PEOPLE) as place:
        desk = Desk(place)
        async with served(place, SEND_RATE="2"):
            await desk.begin(TEXT)
            await desk.send()
            await desk.until_sees("发送中", "已送达：")
            assert "已暂停" in (await desk.press("暂停") or "")
        (key,) = [key for key in await place.keys() if key.startswith("broadcast:")]
        notice_id = await place.notice_id(key)
        async with place.serving(LATER) as service:
            held = await place.settled(notice_id, sending=0)
            assert held.delivered < PEOPLE
            await service.plan()
            assert await place.counts(notice_id) == held
            assert await desk.press("恢复") == "已恢复发送。"
            await place.settled(notice_id, delivered=PEOPLE)
            await desk.until_sees(f"已送达：{PEOPLE} / {PEOPLE}")
        said = [place.said(TEXT)[number] for number in range(2, PEOPLE + 1)]
        assert min(said) == 1
        assert sum(said) - len(said) <= IN_FLIGHT


# --- several processes ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def receiving(place: Town) -> AsyncIterator[str]:
    """A process that updates are posted to; gives its address. Where Telegram posts to by itself nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "http://127.0.0.1:9", "WEBHOOK_SECRET": SECRET}
    async with served(place, "--role", "chat", "--role", "web", HTTP_PORT=str(port), **settings):
        yield f"http://127.0.0.1:{port}/telegram/webhook"


async def deliver(updates: Sequence[dict[str, Any]], urls: Sequence[str]) -> None:
    """All at once, to one process after the other, as a balancer does."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    async def one(session: aiohttp.ClientSession, update: dict[str, Any], url: str) -> None:
        async with session.post(url, json=update, headers=headers) as answer:
            assert answer.status == 200

    async with aiohttp.ClientSession() as session:
        chosen = [urls[place % len(urls)] for place in range(len(updates))]
        await asyncio.gather(*(one(session, update, url) for update, url in zip(updates, chosen, strict=True)))


def taken_over(place: Town) -> list[dict[str, Any]]:
    """The updates that wait at Telegram, which posts them no more."""
    waiting = [*place.sandbox.world.updates.kept.pending]
    place.sandbox.world.updates.forget()
    return waiting


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_album_that_two_processes_take_at_once_is_all_in_the_draft(found: Founding) -> None:
    """Each read the draft, added its picture and kept the whole: the last one won, and pictures were gone."""
    async with found(people=2) as place, AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(receiving(place)) for _ in range(2)]
        desk = Desk(place)
        await desk.write("/broadcast")
        await deliver(taken_over(place), urls)
        await desk.until_sees("尚无内容")
        pictures = [photo(png(red=number)) for number in range(MOST_FILES)]
        await place.sandbox.send_files(chat(1), pictures, caption=TEXT)
        album = taken_over(place)
        await deliver(album, urls)

        async def all_there() -> bool:
            return len((await draft_of(place)).content.attachments) == MOST_FILES

        await until(all_there)
        await desk.until_sees(f"📎 {MOST_FILES}", TEXT)
        await deliver(album, urls[::-1])
        draft = await draft_of(place)
        assert len({one.file for one in draft.content.attachments}) == len(draft.content.attachments) == MOST_FILES
        assert draft.content.text == TEXT
