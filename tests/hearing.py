"""The posts that are warned, with chats: holders answer and others decide, over the real wire."""

from sqlalchemy import select, update

from bot.sandbox.chats import Message
from messages.notices import Grade
from messages.store import tables
from messages.warnings.records import WarningRecord
from tests.judged import Bench
from tests.newsroom import Newsroom


class Hearing(Newsroom):
    """Everybody of ``tests.judged`` has joined, and reads English."""

    bench: Bench

    async def found(self) -> None:
        self.bench = await Bench.open(self.db)
        self.bench.now = self.clock.now()
        await self.read_english()

    async def read_english(self) -> None:
        async with self.db.writing() as conn:
            await conn.execute(update(tables.people).values(language="en"))
        for code in self.bench.warned.district.people:
            await self.meet(self.of(code))

    def of(self, code: str) -> int:
        """A person's chat."""
        return self.bench.warned.district.chat(code)

    async def warn(self, grade: Grade = Grade.BLUE) -> int:
        """The holder's post is warned."""
        return await self.bench.warn(grade)

    async def asks(self) -> None:
        """What waits is laid before those who decide it."""
        await self.bench.judging.sweep(self.clock.now())
        await self.plan()
        await self.send()

    async def says(self, code: str, text: str) -> list[str]:
        return await self.write(self.of(code), text)

    async def pushes(self, code: str, *labels: str) -> str | None:
        """A person presses one button after the other; gives the last toast."""
        toast = None
        for label in labels:
            toast = await self.push_button(label, self.of(code))
        return toast

    async def presses(self, code: str, data: str) -> str | None:
        """A person presses a button that is made up, or long gone."""
        newest = max((one.message_id for one in self.sandbox.messages(self.of(code))), default=1)
        return await self.press(self.of(code), newest, data)

    def card_of(self, code: str) -> Message:
        return self.last(self.of(code))

    def sees(self, code: str) -> str:
        """What the newest message to a person says."""
        return self.card_of(code).text

    def has_seen(self, code: str, words: str) -> bool:
        """Whether some message to a person says this now."""
        return any(words in text for text in self.texts(self.of(code)))

    def buttons_of(self, code: str) -> list[str]:
        return self.labels(self.of(code))

    async def stands(self, warning_id: int) -> WarningRecord:
        return await self.bench.stands(warning_id)

    async def begins_to_answer(self, code: str = "H") -> None:
        await self.says(code, "/warnings")
        await self.pushes(code, "🔵", "Answer")

    async def answers(self, warning_id: int) -> WarningRecord:
        """The holder answers a blue one."""
        await self.begins_to_answer()
        await self.says("H", "All is checked")
        await self.pushes("H", "Send the answer")
        return await self.stands(warning_id)

    async def refused(self) -> list[tuple[str, str]]:
        """Who was refused which act."""
        query = (
            select(tables.people.c.code, tables.ledger.c.body)
            .join(tables.people, tables.people.c.id == tables.ledger.c.person_id)
            .where(tables.ledger.c.kind == "act_refused")
            .order_by(tables.ledger.c.id)
        )
        async with self.db.reading() as conn:
            return [(row.code, row.body["act"]) for row in await conn.execute(query)]
