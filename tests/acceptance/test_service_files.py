"""A broadcast with an album, by the whole service: within the limits, once, and over a restart between its parts."""

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.limits import Limits
from messages.files import Attachment, FileKind, GivenFile
from messages.store import files
from tests.sent_files import PNG
from tests.service import BEFORE, Founding, Town, chat, until

PEOPLE = 6


async def album(place: Town) -> tuple[Attachment, ...]:
    """Two pictures that no bot knows yet."""
    kept = []
    async with place.db.writing() as conn:
        for number in range(2):
            content = PNG + bytes([number])
            given = GivenFile(kind=FileKind.PHOTO, name="", mime="image/png", size=len(content), content=content)
            file = await files.keep(conn, given, by=None, now=BEFORE)
            kept.append(Attachment(file=file, kind=FileKind.PHOTO))
    return tuple(kept)


def got(place: Town, number: int) -> list[str]:
    """What a person got, in order."""
    return [_name(message) for message in place.heard(number)]


def _name(message: Message) -> str:
    return next(iter(message.media)) if message.media else "text"


async def test_everyone_gets_the_album_and_then_the_text_within_the_limits(found: Founding) -> None:
    async with found(people=PEOPLE, limits=Limits()) as place, place.serving(BEFORE, send_rate=30) as service:
        notice_id = await place.issue(service, attachments=await album(place))
        await place.settled(notice_id, delivered=PEOPLE)
        assert [got(place, number) for number in range(1, PEOPLE + 1)] == [["photo", "photo", "text"]] * PEOPLE
        assert place.sandbox.floods == {}
        uploads = [call for call in place.sandbox.calls("sendMediaGroup") if "attach://" in str(call.params["media"])]
        assert len(uploads) == 1
        await place.press(2, place.heard(2)[-1])
        assert await place.acknowledged() == 2


async def test_a_restart_between_the_parts_repeats_no_album(found: Founding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.dispatcher._STOP_WITHIN", 0.1)  # the texts will never be answered
    async with found(people=PEOPLE) as place:
        place.sandbox.faults.hang(method="sendMessage", times=None)
        async with place.serving(BEFORE) as service:
            notice_id = await place.issue(service, attachments=await album(place))
            # One of a chat's parts is in flight only when the other has been recorded.
            await until(lambda: len(place.sandbox.calls("sendMediaGroup")) >= PEOPLE)
            await until(lambda: all(one.struck == PEOPLE for one in place.sandbox.faults.on))
        place.sandbox.faults.clear()
        async with place.serving(BEFORE):
            await place.settled(notice_id, delivered=PEOPLE)
        assert [got(place, number) for number in range(1, PEOPLE + 1)] == [["photo", "photo", "text"]] * PEOPLE


async def test_who_has_blocked_the_bot_is_unreachable_by_the_first_part(found: Founding) -> None:
    async with found(people=2) as place, place.serving(BEFORE) as service:
        place.sandbox.lose(chat(1))
        notice_id = await place.issue(service, attachments=await album(place))
        await place.settled(notice_id, delivered=1, unreachable=1)
        assert got(place, 1) == []
