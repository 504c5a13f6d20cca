"""The district of collectors with chats: who decides about items sees them as cards, over the real wire."""

from dataclasses import replace

from sqlalchemy import select, update

from messages.files import Attachment, FileKind, GivenFile
from messages.items.records import Given, Item
from messages.store import files, notices, tables
from schedules.items.telling import card, card_notice
from tests.collectors import CAUTION, Collectors
from tests.newsroom import Newsroom


class Deciding(Newsroom):
    """Everybody of ``tests.collectors`` has joined, and reads English."""

    place: Collectors

    async def found(self) -> None:
        self.place = await Collectors(self.db, self.policy).found()
        async with self.db.writing() as conn:
            await conn.execute(update(tables.people).values(language="en"))
        for code in self.place.district.people:
            await self.meet(self.of(code))

    def of(self, code: str) -> int:
        return self.place.district.chat(code)

    async def laid_before(self, code: str, given: Given = CAUTION, item: Item | None = None) -> Item:
        """An item is submitted, and its card sent to who decides about it."""
        item = item or await self.place.submit(given, now=self.clock.now())
        async with self.db.writing() as conn:
            await notices.add(conn, card_notice(item, card(item, None, 3), code, self.clock.now(), deputy=False))
        await self.plan()
        await self.send()
        return item

    async def with_files(self, given: Given, *kinds: FileKind) -> Given:
        """The same with files."""
        found = []
        async with self.db.writing() as conn:
            for number, kind in enumerate(kinds):
                name, content = f"file{number}", f"content {number}".encode()
                one = GivenFile(kind=kind, name=name, mime="", size=len(content), content=content)
                file = await files.keep(conn, one, by=self.place.id("C"), now=self.now)
                found.append(Attachment(file=file, kind=kind))
        return replace(given, attachments=tuple(found))

    async def says(self, code: str, text: str) -> list[str]:
        return await self.write(self.of(code), text)

    async def pushes(self, code: str, *labels: str) -> str | None:
        """A person presses one button after the other; gives the last toast."""
        toast = None
        for label in labels:
            toast = await self.push_button(label, self.of(code))
        return toast

    def sees(self, code: str) -> str:
        """What the newest card of a person says."""
        return self.last(self.of(code)).text

    def buttons_of(self, code: str) -> list[str]:
        return self.labels(self.of(code))

    async def state(self, item: Item) -> str:
        query = select(tables.items.c.state).where(tables.items.c.id == item.id)
        async with self.db.reading() as conn:
            return str(await conn.scalar(query))
