"""Looking up posts and units in chat: what is found, what of it is open to whom, and who learns of the look."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.chats import Message, as_api
from messages.ledger import Kind
from messages.notices import Grade
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.posts_warned import EVERYBODY, Warned
from tests.talk import Talk, buttons
from tests.unit.test_visibility import looks


class Desk:
    """The district of ``Warned`` in chat: a blue warning of P, an orange one of PS."""

    def __init__(self, talk: Talk, warned: Warned) -> None:
        self.talk = talk
        self.warned = warned

    def chat(self, who: str) -> int:
        return self.warned.district.chat(who)

    async def write(self, who: str, text: str) -> list[str]:
        return await self.talk.write(self.chat(who), text)

    async def press(self, who: str, label: str) -> str:
        """Press the button that holds a label under the last message; gives what stands there then."""
        chat, message = self.chat(who), self.last(who)
        [data] = [one["callback_data"] for row in buttons(message) for one in row if label in one["text"]]
        await self.talk.press(chat, message.message_id, data)
        return self.last(who).text

    def last(self, who: str) -> Message:
        return self.talk.last(self.chat(who))

    def labels(self, who: str) -> list[str]:
        return [one["text"] for row in buttons(self.last(who)) for one in row]


@pytest.fixture
async def desk(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Desk]:
    warned = await Warned.found(db)
    await warned.warn(Grade.BLUE, "P")
    await warned.warn(Grade.ORANGE, "PS")
    async with Talk(db, clock, catalog, renderer).open() as talk:
        for who in EVERYBODY:
            await talk.meet(warned.district.chat(who), "zh")
        yield Desk(talk, warned)


async def test_a_post_is_found_opened_and_its_holder_learns_of_it(desk: Desk, db: Database) -> None:
    (found,) = await desk.write("L", "/lookup 姓名H")
    assert "找到 1 项" in found
    record = await desk.press("L", "岗位P")
    assert "姓名H" in record
    assert "🔵" in record
    assert "待签收 1" in record
    history = await desk.press("L", "事项1")
    assert "姓名L" in history
    assert "直接上级" in history  # whom the next step tells
    assert "岗位P" in await desk.press("L", "↩ 返回岗位")
    assert "找到 1 项" in await desk.press("L", "↩ 查询结果")
    assert [body["by"] for _, body in await looks(db)] == ["L"] * 3
    (seen,) = await desk.write("H", "/who_saw_me")
    assert seen.count("姓名L") == 1  # each look was told by itself
    assert "共 3 次" in seen
    assert "1 级岗位" in seen
    assert "分管领导" in seen
    (nobody,) = await desk.write("L", "/who_saw_me")
    assert "还没有人" in nobody


async def test_who_may_not_see_learns_neither_who_holds_a_post_nor_whether_there_is_anything(
    desk: Desk, db: Database
) -> None:
    (found,) = await desk.write("H", "/lookup 姓名S")
    assert "没有名称相符" in found
    said = set()
    for code in ("PS", "PT"):  # the one is warned, the other is not
        await desk.write("H", f"/lookup {code}")
        card = await desk.press("H", f"岗位{code}")
        assert "姓名" not in card
        assert desk.labels("H") == ["↩ 查询结果"]
        said.add(card.replace(code, "").replace("2 级", "").replace("3 级", ""))
    assert len(said) == 1
    assert await looks(db) == []
    assert [body["post"] for _, body in await looks(db, Kind.ACT_REFUSED)] == ["PS", "PT"]


async def test_a_unit_shows_what_is_open_as_far_as_the_viewer_may_see_it(desk: Desk) -> None:
    for who, shown in (("H", ["🔵"]), ("L", ["🟠", "🔵"])):
        await desk.write(who, "/lookup 财政局")
        card = await desk.press(who, "🏷 财政局")
        assert [mark for mark in "🔴🟠🔵" if mark in card] == shown
        assert ("姓名S" in card) == (who == "L")


async def test_what_is_looked_for_is_asked_for_once_and_forgotten_then(desk: Desk) -> None:
    (asked,) = await desk.write("L", "/lookup")
    assert "哪个岗位或单位" in asked
    (found,) = await desk.write("L", "岗位P")
    assert "找到 6 项" in found
    (pointer,) = await desk.write("L", "岗位P")
    assert "/help" in pointer


async def test_what_was_looked_for_and_comes_once_more_is_not_answered_again(desk: Desk) -> None:
    await desk.write("L", "/lookup")
    await desk.write("L", "岗位P")
    chat = desk.chat("L")
    (words,) = [one for one in desk.talk.sandbox.messages(chat) if one.text == "岗位P"]
    before = desk.talk.texts(chat)
    world = desk.talk.sandbox.world
    person = world.chats.get(chat)
    await desk.talk.push({"message": as_api(person, words, world.bot) | {"from": person.as_user()}})
    assert desk.talk.texts(chat) == before


@pytest.mark.parametrize("words", ["<b>%_\\</b>", "\0\u202e", "'; DROP TABLE posts; --", "x" * 3000])
async def test_hostile_words_find_nothing_and_mark_nothing_up(desk: Desk, words: str) -> None:
    await desk.write("L", "/lookup")
    for answer in await desk.write("L", words):
        assert "找到" not in answer
        assert not [entity for entity in desk.last("L").entities if entity["type"] != "bold"]


@pytest.mark.parametrize(
    "data", ["lu1:999999999:1", "lu2:99:1:1", "lu3:99:1:1", "lu4:2:1", "lu3:1:1", "lu2:x:1:1", "ws1:-1"]
)
async def test_forged_buttons_show_nothing(desk: Desk, data: str, db: Database) -> None:
    await desk.write("H", "/lookup P")
    before = desk.last("H").text
    assert await desk.talk.press(desk.chat("H"), desk.last("H").message_id, data)
    assert desk.last("H").text == before
    assert await looks(db) == []
