"""Notices with files, over real HTTP: what goes in one message, what before it, and a bot that does not know a file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox import NO_LIMITS, Sandbox
from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.files import BotFiles, FileUnavailable
from bot.telegram.notifier import TelegramNotifier
from bot.telegram.parcels import parcels
from bot.telegram.showing import show
from messages.deliveries import (
    Delivered,
    NotYet,
    Outcome,
    PartSent,
    PermanentFailure,
    Reason,
    TemporaryFailure,
    Unconfirmed,
)
from messages.files import Attachment, FileKind, GivenFile
from messages.store import files
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from schedules.notifier import PREVIEW, Outgoing
from tests.office import MORNING
from tests.sandboxed import TOKEN, sandboxed
from tests.sent_files import PNG
from tests.talk import buttons
from tests.telegram_standin import Pace

CHAT = 5
SHORT = Outgoing(delivery_id=35, chat_id=CHAT, text="<b>请查收</b>", acknowledge="✅ 已知悉", protect=False)
LONG = replace(SHORT, text=f"<b>请查收</b>{'字' * 1024}")


class Way:
    """A bot that sends, and the database that the files are in."""

    def __init__(self, db: Database, sandbox: Sandbox, bot_id: int) -> None:
        self.db = db
        self.sandbox = sandbox
        self.bot_id = bot_id
        self.pace = Pace()
        self.bot = build_bot(TOKEN, sandbox.url, AnswerMeter(self.pace), read_timeout=5)
        self.notifier = TelegramNotifier(self.bot, BotFiles(bot_id, db))

    async def given(self, kind: FileKind, content: bytes | None = PNG, name: str = "") -> Attachment:
        """A file in the database that no bot has sent yet."""
        size = len(content or b"")
        given = GivenFile(kind=kind, name=name, mime="application/octet-stream", size=size, content=content)
        async with self.db.writing() as conn:
            return Attachment(file=await files.keep(conn, given, by=None, now=MORNING), kind=kind)

    async def known(self, attachment: Attachment) -> str | None:
        async with self.db.reading() as conn:
            return await files.telegram_id(conn, attachment.file, self.bot_id)

    async def send_all(self, message: Outgoing) -> list[Outcome]:
        """Send every part of a message, as the pipeline does."""
        outcomes: list[Outcome] = []
        while not outcomes or isinstance(outcomes[-1], PartSent):
            parts = sum(len(one.message_ids) for one in outcomes if isinstance(one, PartSent))
            outcomes.append(await self.notifier.send(replace(message, parts=parts)))
        return outcomes

    def methods(self) -> list[str]:
        return [call.method for call in self.sandbox.calls() if call.method.startswith("send")]


@asynccontextmanager
async def opened(db: Database, bot_id: int = MAIN_BOT) -> AsyncIterator[Way]:
    async with sandboxed(limits=NO_LIMITS) as (sandbox, _):
        way = Way(db, sandbox, bot_id)
        async with way.bot.request:
            yield way
        assert not sandbox.violations


@pytest.fixture
async def way(db: Database) -> AsyncIterator[Way]:
    async with opened(db) as running:
        yield running


@pytest.mark.parametrize("kind", list(FileKind))
async def test_one_file_with_a_short_text_is_one_message_with_its_button(way: Way, kind: FileKind) -> None:
    outcomes = await way.send_all(replace(SHORT, attachments=(await way.given(kind),), protect=True))
    (message,) = way.sandbox.messages(CHAT)
    assert outcomes == [Delivered(message.message_id)]
    assert message.media
    assert next(iter(message.media)) == kind.value
    assert (message.text, message.protect) == ("请查收", True)
    assert message.entities[0]["type"] == "bold"
    assert buttons(message)[0][0] == {"text": "✅ 已知悉", "callback_data": "a1:z"}


async def test_a_text_that_is_too_long_for_a_caption_follows_its_file(way: Way) -> None:
    outcomes = await way.send_all(replace(LONG, attachments=(await way.given(FileKind.PHOTO),)))
    picture, text = way.sandbox.messages(CHAT)
    assert outcomes == [PartSent((picture.message_id,)), Delivered(text.message_id)]
    assert (picture.text, buttons(picture)) == ("", [])
    assert text.media is None
    assert buttons(text)


async def test_the_longest_caption_is_counted_without_its_tags(way: Way) -> None:
    exact = replace(SHORT, text=f"<b>{'🎉' * 512}</b>", attachments=(await way.given(FileKind.PHOTO),))
    assert len(await way.send_all(exact)) == 1
    assert len(await way.send_all(replace(exact, text=f"<b>{'🎉' * 512}</b>字"))) == 2


async def test_an_album_is_one_request_and_the_text_with_the_button_follows_it(way: Way) -> None:
    album = tuple([await way.given(kind, kind.value.encode()) for kind in (FileKind.PHOTO, FileKind.VIDEO)])
    outcomes = await way.send_all(replace(SHORT, attachments=album, protect=True))
    picture, film, text = way.sandbox.messages(CHAT)
    assert outcomes == [PartSent((picture.message_id, film.message_id)), Delivered(text.message_id)]
    assert way.methods() == ["sendMediaGroup", "sendMessage"]
    assert picture.media
    assert film.media
    assert picture.media["media_group_id"] == film.media["media_group_id"]
    assert picture.protect
    assert film.protect


async def test_what_no_album_takes_together_goes_in_several(way: Way) -> None:
    kinds = (FileKind.PHOTO, FileKind.VIDEO, FileKind.DOCUMENT, FileKind.DOCUMENT, FileKind.ANIMATION)
    mixed = tuple([await way.given(kind, bytes([place])) for place, kind in enumerate(kinds)])
    outcomes = await way.send_all(replace(SHORT, attachments=mixed))
    assert way.methods() == ["sendMediaGroup", "sendMediaGroup", "sendAnimation", "sendMessage"]
    assert [len(one.message_ids) for one in outcomes if isinstance(one, PartSent)] == [2, 2, 1]


def test_eleven_pictures_are_ten_and_one() -> None:
    many = tuple(Attachment(file=number, kind=FileKind.PHOTO) for number in range(11))
    assert [len(one.files) for one in parcels(replace(SHORT, attachments=many))] == [10, 1, 0]
    assert [len(one.files) for one in parcels(replace(SHORT, attachments=many, parts=10))] == [1, 0]


def test_a_file_that_went_alone_is_followed_by_the_text_even_where_it_would_fit_by_now() -> None:
    one = Attachment(file=1, kind=FileKind.PHOTO)
    (rest,) = parcels(replace(SHORT, attachments=(one,), parts=1))
    assert (rest.files, rest.text) == ((), True)


async def test_a_file_is_uploaded_once_and_then_sent_by_its_name(way: Way) -> None:
    message = replace(SHORT, attachments=(await way.given(FileKind.DOCUMENT, b"pdf", "通知.pdf"),))
    await way.send_all(message)
    await way.send_all(message)
    assert await way.known(message.attachments[0])
    first, second = (call.params["document"] for call in way.sandbox.calls("sendDocument"))
    assert first.startswith("attach://")
    assert second == await way.known(message.attachments[0])
    assert [one.media and one.media["document"]["file_name"] for one in way.sandbox.messages(CHAT)] == ["通知.pdf"] * 2


async def test_another_bot_uploads_it_anew_and_each_remembers_its_own_name(way: Way) -> None:
    message = replace(SHORT, attachments=(await way.given(FileKind.PHOTO),))
    await way.send_all(message)
    async with opened(way.db, bot_id=7) as other:
        assert isinstance((await other.send_all(message))[-1], Delivered)
        assert await other.known(message.attachments[0]) != await way.known(message.attachments[0])


async def test_a_bot_that_no_longer_knows_a_file_uploads_it_in_the_same_send(way: Way) -> None:
    album = tuple([await way.given(FileKind.PHOTO, bytes([number])) for number in range(2)])
    await way.send_all(replace(SHORT, attachments=album))
    before = [await way.known(one) for one in album]
    way.sandbox.world.files.clear()
    assert isinstance((await way.send_all(replace(SHORT, attachments=album)))[-1], Delivered)
    after = [await way.known(one) for one in album]
    assert all(after)
    assert before != after


async def test_what_only_another_bot_can_pass_on_is_a_failure_with_a_name(way: Way) -> None:
    large = await way.given(FileKind.VIDEO, None)
    assert await way.send_all(replace(SHORT, attachments=(large,))) == [PermanentFailure(Reason.FILE_UNKNOWN)]


async def test_a_file_is_not_uploaded_by_many_sends_at_the_same_time(way: Way) -> None:
    message = replace(SHORT, attachments=(await way.given(FileKind.PHOTO),))
    upload = way.sandbox.faults.hang(method="sendPhoto")
    first = asyncio.create_task(way.notifier.send(message))
    await upload.hit.wait()
    assert await asyncio.gather(*(way.notifier.send(message) for _ in range(4))) == [NotYet()] * 4
    way.sandbox.faults.clear()
    assert await first == Unconfirmed()

    assert [await way.notifier.send(message) for _ in range(2)] == [Delivered(1), Delivered(2)]
    sent = [call.params["photo"] for call in way.sandbox.calls("sendPhoto")]
    assert [photo.startswith("attach://") for photo in sent] == [True, True, False]


async def test_a_lost_answer_to_files_says_that_the_message_itself_has_not_left(way: Way) -> None:
    album = tuple([await way.given(FileKind.PHOTO, bytes([number])) for number in range(2)])
    way.sandbox.faults.drop(method="sendMediaGroup", after=True)
    assert await way.send_all(replace(SHORT, attachments=album)) == [Unconfirmed(part=True)]
    way.sandbox.faults.drop(method="sendPhoto", after=True)
    assert await way.send_all(replace(SHORT, attachments=album[:1])) == [Unconfirmed()]


async def test_a_database_that_is_away_delays_what_has_files(way: Way, tmp_path: Path) -> None:
    away = TelegramNotifier(way.bot, BotFiles(MAIN_BOT, Database(f"sqlite:///{tmp_path}/no/such.db")))
    attachment = Attachment(file=1, kind=FileKind.PHOTO)
    assert await away.send(replace(SHORT, attachments=(attachment,))) == TemporaryFailure(Reason.SERVER)
    assert not way.methods()


# Shown at once


async def test_a_preview_shows_all_of_a_message_as_an_answer_to_a_person(way: Way) -> None:
    album = tuple([await way.given(FileKind.PHOTO, bytes([number])) for number in range(2)])
    shown = await show(
        way.bot, MAIN_BOT, way.db, CHAT, replace(SHORT, delivery_id=PREVIEW, chat_id=0, attachments=album)
    )
    messages = way.sandbox.messages(CHAT)
    assert shown == [one.message_id for one in messages]
    assert buttons(messages[-1])[0][0] == {"text": "✅ 已知悉", "callback_data": "v1"}
    assert way.pace.counted == [CHAT, CHAT]  # one place on the wire for each request


async def test_a_preview_without_files_is_its_text_with_the_button(way: Way) -> None:
    (number,) = await show(way.bot, MAIN_BOT, way.db, CHAT, replace(SHORT, delivery_id=PREVIEW))
    (message,) = way.sandbox.messages(CHAT)
    assert (message.message_id, message.text) == (number, "请查收")


async def test_a_preview_of_what_this_bot_cannot_pass_on_says_so(way: Way) -> None:
    large = await way.given(FileKind.VIDEO, None)
    with pytest.raises(FileUnavailable, match="only the bot that received it"):
        await show(way.bot, MAIN_BOT, way.db, CHAT, replace(SHORT, attachments=(large,)))
