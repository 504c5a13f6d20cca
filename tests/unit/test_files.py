"""A file that a person sends is kept in the database, once, with the name that the bot knows it by."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select
from telegram.ext import ExtBot

from bot.chat import acts
from bot.chat.acts import Said
from bot.sandbox import NO_LIMITS, Sandbox, Upload
from bot.telegram import incoming
from bot.telegram.answers import AnswerMeter
from bot.telegram.bot import build_bot
from bot.telegram.files import keep
from bot.telegram.media import Media
from messages.errors import Refused
from messages.files import LONGEST_NAME, Attachment, FileContent, FileKind, safe_name, safe_type
from messages.store import files, tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from tests.office import MORNING, Office
from tests.sandboxed import TOKEN, sandboxed
from tests.sent_files import animation, document, film, photo
from tests.telegram_standin import Pace

BOSS = 5


class Keeping:
    """A person who sends files to a bot that keeps them."""

    def __init__(self, db: Database, sandbox: Sandbox, bot: ExtBot[str], person: int) -> None:
        self.db = db
        self.sandbox = sandbox
        self.bot = bot
        self.person = person
        self.pauses: list[float] = []

    async def sent(self, *uploads: Upload, as_documents: bool = False) -> list[Said]:
        """What a person sent, as the bot is told it."""
        await self.sandbox.send_files(BOSS, uploads, caption="附件", as_documents=as_documents)
        updates = [incoming.read(told) for told in self.sandbox.world.updates.kept.pending]
        self.sandbox.world.updates.forget()
        read = [acts.read(update) for update in updates if update]
        return [one for one in read if isinstance(one, Said)]

    async def media(self, *uploads: Upload) -> list[Media]:
        return [said.media for said in await self.sent(*uploads) if said.media]

    async def keep(self, media: Media) -> Attachment:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        return await keep(self.bot, MAIN_BOT, self.db, media, by=self.person, now=MORNING, sleep=pause)

    async def content(self, kept: Attachment) -> FileContent | None:
        async with self.db.reading() as conn:
            return await files.content(conn, kept.file)

    async def rows(self) -> int:
        async with self.db.reading() as conn:
            return int(await conn.scalar(select(func.count()).select_from(tables.files)) or 0)


@pytest.fixture
async def keeping(db: Database) -> AsyncIterator[Keeping]:
    person = await Office(db).hire("boss")
    async with sandboxed(limits=NO_LIMITS) as (sandbox, _):
        bot = build_bot(TOKEN, sandbox.url, AnswerMeter(Pace()))
        async with bot.request:
            yield Keeping(db, sandbox, bot, person)
        assert not sandbox.violations


async def test_a_document_is_kept_with_its_name_its_type_and_its_content(keeping: Keeping) -> None:
    (media,) = await keeping.media(document(b"%PDF-1.7"))
    kept = await keeping.keep(media)
    assert kept.kind is FileKind.DOCUMENT
    assert await keeping.content(kept) == FileContent(name="通知.pdf", mime="application/pdf", content=b"%PDF-1.7")
    async with keeping.db.reading() as conn:
        assert await files.telegram_id(conn, kept.file, MAIN_BOT) == media.telegram_id
        row = (await conn.execute(select(tables.files))).one()
    assert (row.size, row.created_by, row.created_at) == (8, keeping.person, MORNING)


async def test_every_kind_is_kept_as_what_it_is(keeping: Keeping) -> None:
    media = [one for given in (photo(), film(), animation(), document()) for one in await keeping.media(given)]
    kept = [await keeping.keep(one) for one in media]
    assert [one.kind.value for one in kept] == ["photo", "video", "animation", "document"]


async def test_an_album_comes_as_one_update_for_each_of_its_files(keeping: Keeping) -> None:
    said = await keeping.sent(photo(b"a"), film(b"b"), photo(b"c"))
    assert [one.text for one in said] == ["附件", "", ""]
    assert len({one.album for one in said}) == 1
    assert said[0].album
    assert len({(await keeping.keep(one.media)).file for one in said if one.media}) == 3


async def test_documents_and_pictures_chosen_at_once_are_two_albums_and_an_animation_is_none(keeping: Keeping) -> None:
    said = await keeping.sent(photo(b"a"), photo(b"b"), animation(), document(b"c"), document(b"d"))
    first, second, alone, third, fourth = (one.album for one in said)
    assert (first, third, alone) == (second, fourth, None)
    assert first != third


async def test_more_than_ten_are_sent_as_two_albums(keeping: Keeping) -> None:
    said = await keeping.sent(*(photo(bytes([number])) for number in range(11)))
    assert [one.album for one in said].count(said[0].album) == 10
    assert said[10].album is None


async def test_pictures_sent_as_files_are_documents(keeping: Keeping) -> None:
    (said,) = await keeping.sent(photo(), as_documents=True)
    assert said.media
    assert (said.media.kind, said.media.name) == ("document", "1.png")


async def test_an_update_that_comes_again_keeps_nothing_twice_and_fetches_nothing_twice(keeping: Keeping) -> None:
    (media,) = await keeping.media(photo())
    first = await keeping.keep(media)
    assert await keeping.keep(media) == first
    assert await keeping.rows() == 1
    assert len(keeping.sandbox.calls("getFile")) == 1


async def test_the_same_content_sent_again_is_kept_once(keeping: Keeping) -> None:
    (one,), (other,) = await keeping.media(document()), await keeping.media(document())
    assert one.telegram_id != other.telegram_id
    assert await keeping.keep(one) == await keeping.keep(other)
    assert await keeping.rows() == 1


async def test_the_same_content_under_another_name_keeps_both_names(keeping: Keeping) -> None:
    (one,), (other,) = await keeping.media(document()), await keeping.media(document(name="另一份.pdf"))
    assert await keeping.keep(one) != await keeping.keep(other)


async def test_what_is_larger_than_a_bot_may_fetch_is_kept_by_its_name_alone(keeping: Keeping) -> None:
    (media,) = await keeping.media(document(b"x" * (20 * 2**20 + 1)))
    kept = await keeping.keep(media)
    assert await keeping.content(kept) is None
    async with keeping.db.reading() as conn:
        assert await files.telegram_id(conn, kept.file, MAIN_BOT) == media.telegram_id
    assert not keeping.sandbox.calls("getFile")


async def test_a_size_that_is_not_told_is_found_out(keeping: Keeping) -> None:
    (media,) = await keeping.media(document(b"x" * (20 * 2**20 + 1)))
    untold = Media(kind=media.kind, telegram_id=media.telegram_id, name=media.name, mime=media.mime, size=None)
    assert await keeping.content(await keeping.keep(untold)) is None


async def test_a_file_that_cannot_be_fetched_for_a_moment_is_fetched_then(keeping: Keeping) -> None:
    (media,) = await keeping.media(document())
    keeping.sandbox.faults.server_error(method="getFile", times=2)
    assert await keeping.content(await keeping.keep(media)) is not None
    assert keeping.pauses == [0.5, 2.0]


async def test_a_file_that_is_not_handed_out_is_refused_kindly(keeping: Keeping) -> None:
    gone = Media(kind="photo", telegram_id="no-such-file", name="", mime="", size=3)
    with pytest.raises(Refused, match="Please send it once more"):
        await keeping.keep(gone)
    assert not keeping.pauses


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("通知.pdf", "通知.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nContent-Type: text/html.txt", "a_Content-Type_ text_html.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ('"><script>.svg', "_script_.svg"),
        (" . ", ""),
    ],
)
def test_a_hostile_name_is_kept_without_what_harms(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("字" * 300 + ".docx") == "字" * (LONGEST_NAME - 5) + ".docx"
    assert len(safe_name("a." + "b" * 300)) == LONGEST_NAME


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/html; charset=utf-8", "text/html"),
        ("text/html\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_is_kept_only_where_it_is_one(given: str, kept: str) -> None:
    assert safe_type(given) == kept
