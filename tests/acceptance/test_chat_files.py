"""Notices with files in the chat: what the reader gets, and what an acknowledgement leaves there."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.telegram.showing import show
from messages.files import Attachment, FileKind, GivenFile
from messages.store import files, notices
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from schedules.composer import Composer
from tests.district import saying
from tests.sent_files import PNG
from tests.talk import Talk, buttons

ZHANG = 101


@pytest.fixture
async def talk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Talk]:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("Zhang San", ZHANG)
        yield talk


async def kept(talk: Talk, *kinds: FileKind) -> tuple[Attachment, ...]:
    found = []
    async with talk.db.writing() as conn:
        for number, kind in enumerate(kinds):
            content = PNG + bytes([number])
            given = GivenFile(kind=kind, name=f"{number}.png", mime="image/png", size=len(content), content=content)
            found.append(Attachment(file=await files.keep(conn, given, by=None, now=talk.now), kind=kind))
    return tuple(found)


async def issue(talk: Talk, attachments: tuple[Attachment, ...], text: str = "Please <b>read</b> this.") -> None:
    notice = replace(saying(send_at=talk.now, acknowledge=True, text=text), attachments=attachments)
    async with talk.db.writing() as conn:
        await notices.add(conn, notice)
    await talk.plan()
    await talk.send()


async def test_a_press_under_a_picture_is_shown_in_its_caption(talk: Talk) -> None:
    await issue(talk, await kept(talk, FileKind.PHOTO))
    message = talk.last(ZHANG)
    assert message.media
    assert await talk.press_button(ZHANG, message) == "Recorded at 09:09."
    after = talk.last(ZHANG)
    assert after.text == f"{message.text}\n\n✅ Acknowledged on 21 September, 09:09"
    assert (after.media, after.entities, buttons(after)) == (message.media, message.entities, [])


async def test_an_album_comes_before_the_text_that_is_acknowledged(talk: Talk) -> None:
    before = len(talk.texts(ZHANG))
    await issue(talk, await kept(talk, FileKind.PHOTO, FileKind.PHOTO, FileKind.DOCUMENT))
    first, second, pdf, text = [one for one in talk.sandbox.messages(ZHANG) if one.from_bot][before:]
    assert all(one.media and not buttons(one) for one in (first, second, pdf))
    assert await talk.press_button(ZHANG, text) == "Recorded at 09:09."
    assert talk.last(ZHANG).text.endswith("✅ Acknowledged on 21 September, 09:09")


async def test_a_caption_without_room_for_the_time_loses_its_button_only(talk: Talk) -> None:
    await issue(talk, await kept(talk, FileKind.PHOTO), text="x" * 900)
    message = talk.last(ZHANG)
    full = replace(message, text="x" * 1024)
    talk.sandbox.chats.put(talk.sandbox.chats.get(ZHANG), full)
    assert await talk.press_button(ZHANG, full) == "Recorded at 09:09."
    assert (talk.last(ZHANG).text, buttons(talk.last(ZHANG))) == (full.text, [])


async def test_an_old_picture_of_which_nothing_is_told_is_marked_too(talk: Talk) -> None:
    """Telegram gives an old message's text back with a press no more."""
    await issue(talk, await kept(talk, FileKind.PHOTO))
    message = talk.last(ZHANG)
    await talk.push({"callback_query": _old_press(talk, message.message_id, buttons(message)[0][0]["callback_data"])})
    after = talk.last(ZHANG)
    assert after.text.endswith("Please read this.\n\n✅ Acknowledged on 21 September, 09:09")
    assert (after.media, buttons(after)) == (message.media, [])


def _old_press(talk: Talk, message_id: int, data: str) -> dict[str, object]:
    chat = talk.sandbox.chats.get(ZHANG)
    message = {"message_id": message_id, "chat": chat.as_chat(), "date": 0}
    return {"id": "1", "from": chat.as_user(), "chat_instance": "1", "message": message, "data": data}


async def test_the_button_of_a_preview_says_that_it_is_one(talk: Talk) -> None:
    notice = replace(saying(acknowledge=True), attachments=await kept(talk, FileKind.PHOTO, FileKind.PHOTO))
    preview = Composer(talk.renderer, talk.catalog).preview(notice, "en", ZHANG)
    await show(talk.bot, MAIN_BOT, talk.db, ZHANG, preview)
    assert await talk.press_button(ZHANG, talk.last(ZHANG)) == "This is a preview: nothing was recorded."
    assert await talk.acknowledged() == 0
    assert await talk.events("press_refused") == []
