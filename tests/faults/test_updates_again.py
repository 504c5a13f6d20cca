"""Updates come twice, in any order, and once more after a restart: each act of a person counts once."""

import asyncio
import socket
from collections.abc import Sequence
from random import Random
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.service import Service
from messages.store import tables
from tests.service import BEFORE, DUE, Founding, Town, chat, until

HEADING = "国庆节"
SECRET = "a-secret-of-tests"
PEOPLE = 12
SEEDS = (20260921,)
Update = dict[str, Any]


def webhook() -> dict[str, Any]:
    """The settings of a service that has its updates delivered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    return {"telegram_mode": "webhook", "public_url": url, "http_port": str(port), "webhook_secret": SECRET}


def said_by(number: int) -> Update:
    return {"id": chat(number), "is_bot": False, "first_name": f"人员{number}"}


def pressed(place: Town, number: int) -> Update:
    """A person presses the notice's button."""
    message = place.heard(number, HEADING)[0]
    assert message.reply_markup is not None
    shown = {"message_id": message.message_id, "date": 1, "chat": {"id": chat(number), "type": "private"}, "text": "…"}
    data = message.reply_markup["inline_keyboard"][0][0]["callback_data"]
    press = {"id": str(number), "from": said_by(number), "chat_instance": "1", "message": shown, "data": data}
    return {"update_id": 900_000_000 + number, "callback_query": press}


def joins(number: int, code: str) -> Update:
    """A person opens the link of an invite."""
    command = [{"type": "bot_command", "offset": 0, "length": 6}]
    where = {"id": chat(number), "type": "private"}
    said = {"message_id": 7, "date": 1, "chat": where, "from": said_by(number), "text": f"/start {code}"}
    return {"update_id": 800_000_000 + number, "message": said | {"entities": command}}


async def deliver(service: Service, updates: Sequence[Update]) -> None:
    """As Telegram does: several at a time, each with the secret."""
    url, headers = f"{service.web.url}/telegram/webhook", {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    async def one(session: aiohttp.ClientSession, update: Update) -> None:
        async with session.post(url, json=update, headers=headers) as answer:
            assert answer.status == 200

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session, update) for update in updates))


async def recorded(place: Town) -> list[tuple[Any, ...]]:
    """Who acknowledged for which post and when, and what the ledger says of it."""
    acknowledged = select(tables.acknowledgements.c.post_id, tables.acknowledgements.c.person_id)
    told = select(tables.ledger.c.kind, tables.ledger.c.person_id, tables.ledger.c.at).where(
        tables.ledger.c.kind.in_(["acknowledged", "press_refused", "joined", "moved_account"])
    )
    async with place.db.reading() as conn:
        rows = [*await conn.execute(acknowledged.add_columns(tables.acknowledgements.c.at)), *await conn.execute(told)]
        return sorted((tuple(row) for row in rows), key=repr)


@pytest.mark.parametrize("seed", SEEDS)
async def test_updates_that_come_twice_and_in_any_order_count_once_each(found: Founding, seed: int) -> None:
    """Promise: no press is lost and none counts twice, in whatever order and however often Telegram delivers them."""
    chance = Random(seed)
    async with found(people=PEOPLE) as place, place.serving(BEFORE, **webhook()) as service:
        await service.move_clock(DUE)
        await place.settled(await place.notice_id(), delivered=PEOPLE)
        updates = [pressed(place, number) for number in range(1, PEOPLE + 1)] * 3
        chance.shuffle(updates)
        await deliver(service, updates)
        assert await place.acknowledged() == PEOPLE + 1
        assert len(place.sandbox.calls("answerCallbackQuery")) == PEOPLE
        assert sum(row[0] == "acknowledged" for row in await recorded(place)) == PEOPLE


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_webhook_that_is_replayed_also_after_a_restart_changes_nothing(found: Founding, seed: int) -> None:
    """Promise: acknowledgements, accounts and the ledger stand as at first; nobody is locked out or told twice."""
    chance = Random(seed)
    async with found(people=PEOPLE) as place:
        codes = {number: await place.invite(number) for number in range(1, 4)}
        async with place.serving(BEFORE, **webhook()) as service:
            await service.move_clock(DUE)
            await place.settled(await place.notice_id(), delivered=PEOPLE)
            updates = [pressed(place, number) for number in range(1, PEOPLE + 1)]
            updates += [joins(number, code) for number, code in codes.items()]
            await deliver(service, updates)
            await until(lambda: len(place.sandbox.calls("answerCallbackQuery")) == PEOPLE)
            first, told = await recorded(place), place.said(HEADING)
            await deliver(service, updates)
            assert await recorded(place) == first
        async with place.serving(DUE, **webhook()) as service:
            chance.shuffle(updates)
            await deliver(service, updates)
            await deliver(service, updates)
            await service.plan()
            assert await recorded(place) == first
            assert await place.acknowledged() == PEOPLE + 1
            assert place.said(HEADING) == told
        async with place.db.reading() as conn:
            assert (await conn.execute(select(tables.wrong_codes))).all() == []
