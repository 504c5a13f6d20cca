"""``/mydata`` gives a person two files in the chat, and nobody else anything."""

import json

from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk

ME, OTHER = 101, 102


async def test_a_person_gets_two_files_and_is_asked_to_wait_after_some(
    db: Database, clock: Clock, catalog: Catalog, renderer: Renderer
) -> None:
    async with Talk(db, clock, catalog, renderer).open() as talk:
        await talk.employ("王芳", ME, ("科长",), "zh_CN")
        await talk.employ("李雷", OTHER)
        (told, *_) = await talk.write(ME, "/mydata")
        assert "关于您的全部记录" in told
        data, text = await _documents(talk, ME)
        document = json.loads(data)
        assert (document["format"], document["person"]["name"]) == ("lianxun-mydata", "王芳")
        assert [one["post_title"] for one in document["posts"]] == ["科长"]
        assert document["ledger"][-1]["kind"] == "data_given"
        assert text.decode("utf-8-sig").startswith("关于 王芳（R王芳）的全部记录")
        assert "李雷" not in (data + text).decode("utf-8")

        for _ in range(2):
            await talk.write(ME, "/mydata")
        (told,) = await talk.write(ME, "/mydata")
        assert "请在" in told
        assert await _documents(talk, OTHER) == []


async def _documents(talk: Talk, chat_id: int) -> list[bytes]:
    """What the files in a chat hold, the newest two."""
    sent = [message for message in talk.sandbox.messages(chat_id) if message.media]
    files = [message.media["document"]["file_id"] for message in sent[-2:] if message.media]
    return [talk.sandbox.world.files[file].content for file in files]
