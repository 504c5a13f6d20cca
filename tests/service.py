"""A small office with the service running for it: composed in this process, or as `lianxun serve` in one of its own.

The sandbox is the Bot API, the database an SQLite file or a PostgreSQL; the clock is moved, never waited for.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bot.app import build
from bot.sandbox.chats import Message
from bot.sandbox.limits import NO_LIMITS, Limits
from bot.sandbox.server import Sandbox
from bot.service import Service
from bot.settings import Settings
from messages.files import Attachment
from messages.joining import Joined, hash_code, join
from messages.ledger import Kind
from messages.notices import Category, Counts, Lane, NewNotice
from messages.organisation.roster.importing import ImportReport, import_roster
from messages.store import invites, ledger, notice_standing, notices, tables
from messages.store.bots import MAIN_BOT
from messages.store.database import Database
from messages.store.lease import PLANNING
from messages.store.ledger import Event
from messages.store.notice_standing import Unreached
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase
from schedules.clock import Clock
from schedules.policy import load
from tests.processes import Process

ZONE = ZoneInfo("Asia/Shanghai")
DUE = datetime(2026, 9, 21, 9, 10, tzinfo=ZONE)
"""When the formal notice before the National Day of 2026 is due."""
BEFORE = DUE - timedelta(seconds=30)
HOLIDAY = datetime(2026, 10, 1, tzinfo=ZONE)
NOTICE = "holiday:2026:national-day:formal"
PATIENCE: Final = 60.0
"""Seconds after which what a test waits for is said never to come, on a machine however busy; no time to be kept."""
TOKEN = "700001:AAtokenoftestsAAtokenoftestsAAtokenoft"

_POLICY = load(None)
_CATALOG = Catalog.load()
_HEADER = (
    "单位", "上级单位", "单位类别", "岗位编号", "岗位", "层级", "人员编号", "姓名", "角色", "语言",
)  # fmt: skip


async def until(holds: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds. The store and another process's state have no event to await, so they are asked."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


def lines(people: int) -> list[dict[str, str]]:
    """A roster: 1 is the office's administrator, 2 collects for 财政局 and holds two posts; others hold one each."""
    rows = [_line(number, f"P{number:03}") for number in range(1, people + 1)]
    rows.insert(2, _line(2, "P002B"))
    return rows


def _line(number: int, post: str) -> dict[str, str]:
    unit = "推进办" if number == 1 else ("财政局", "教育局")[number % 2]
    kind = "推进办" if number == 1 else "部门"
    role = {1: "管理员", 2: "信息采集员"}.get(number, "")
    above = "" if number == 1 else "推进办"
    values = (unit, above, kind, post, f"岗位{post}", "3", f"R{number:03}", f"人员{number}", role, "中文")
    return dict(zip(_HEADER, values, strict=True))


def write_roster(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """The rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, _HEADER)
        sheet.writeheader()
        sheet.writerows(rows)
    return path


def chat(number: int) -> int:
    """The chat of a person."""
    return 1000 + number


@dataclass(kw_only=True)
class Town:
    """The office: ``people`` persons in the roster, each with a chat unless not ``joined``."""

    folder: Path
    people: int
    url: str
    db: Database
    sandbox: Sandbox
    _numbers: Iterator[int] = field(default_factory=count)

    # Before the service runs

    async def import_roster(self, rows: Iterable[Mapping[str, str]], at: datetime) -> ImportReport:
        return await import_roster(self.db, write_roster(self.folder / "roster.csv", rows), at)

    async def join(self, number: int, at: datetime = BEFORE, *, bot_id: int = MAIN_BOT) -> None:
        """A person has joined, without a word over the wire."""
        self.sandbox.add_person(chat(number), f"人员{number}", "zh-hans")
        code = await self.invite(number, at)
        where = {"chat_id": chat(number), "bot_id": bot_id}
        joined = await join(self.db, **where, code=code, now=at, limits=_POLICY.joining)
        assert isinstance(joined, Joined)

    async def join_all(self, at: datetime) -> None:
        """Everybody in the roster has joined: what ``join`` of each of them leaves, at once."""
        people, accounts, invited = tables.people.c, tables.accounts.c, tables.invites.c
        async with self.db.writing() as conn:
            ids = list(await conn.scalars(select(people.id).order_by(people.code)))
            joined = [(chat(number), person_id) for number, person_id in enumerate(ids, 1)]
            rows = [{"person_id": one, "chat_id": where, "bot_id": MAIN_BOT, "joined_at": at} for where, one in joined]
            await conn.execute(insert(tables.accounts), rows)
            made = {"created_at": at, "expires_at": at + timedelta(days=30), "used_at": at}
            used = [
                made | {"person_id": one, "code_hash": hash_code(f"used-{one:012}"), "used_by_account_id": account}
                for account, one in await conn.execute(select(accounts.id, accounts.person_id).order_by(accounts.id))
            ]
            await conn.execute(insert(tables.invites), used)
            found = select(invited.id, invited.used_by_account_id, invited.person_id).order_by(invited.id)
            events = [
                Event(at=at, kind=Kind.JOINED, person_id=one, body={"account": account, "invite": invite})
                for invite, account, one in await conn.execute(found)
            ]
            await ledger.append_all(conn, events)
        for number in range(1, len(ids) + 1):
            self.sandbox.add_person(chat(number), f"人员{number}", "zh-hans")

    async def invite(self, number: int, at: datetime = BEFORE) -> str:
        code = f"code-of-person-{number:03}-{next(self._numbers)}"
        async with self.db.writing() as conn:
            person = await conn.scalar(select(tables.people.c.id).where(tables.people.c.code == f"R{number:03}"))
            assert person is not None
            codes = {int(person): hash_code(code)}
            await invites.replace(conn, codes=codes, created_at=at, expires_at=at + timedelta(days=30))
        return code

    # The service in this process

    @asynccontextmanager
    async def serving(
        self, at: datetime = BEFORE, *, clock: Clock | None = None, read_timeout: float = 10, **settings: str | float
    ) -> AsyncIterator[Service]:
        """Run the service from ``at`` on (or by ``clock``), without an overall limit of its rate unless told so."""
        given = {
            "data_dir": self.folder,
            "database_url": self.url,
            "telegram_token": TOKEN,
            "telegram_api_url": self.sandbox.url,
            "http_port": 0,
            "send_rate": 0,
        } | settings
        chosen = Settings.model_validate(given)
        service = build(chosen, self.db, clock or Clock(ZONE, at), read_timeout=read_timeout)
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        try:
            await until(lambda: (service.web.ready and service.leases.holds(PLANNING)) or running.done())
            if not running.done():
                await service.jobs.wake()  # what was due before has been planned
                yield service
        finally:
            stop.set()
            await running

    # The service in a process of its own

    def environment(self, at: datetime | None = None, **settings: str) -> dict[str, str]:
        """The settings as a process finds them."""
        given = {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.sandbox.url,
            "HTTP_PORT": "0",
        } | settings
        if at is not None:
            given["CLOCK"] = at.isoformat()
        return {f"LIANXUN_{name}": value for name, value in given.items()}

    async def start(self, *words: str, at: datetime | None = None, **settings: str) -> Process:
        """Start a command of the command line."""
        return await Process.start("bot", *words, environment=self.environment(at, **settings))

    async def command(self, *words: str, at: datetime | None = None, **settings: str) -> tuple[int, str, str]:
        """Run a command to its end: exit code, standard output, standard error."""
        process = await self.start(*words, at=at, **settings)
        out, err = await process.communicate()
        return await process.wait(), out.decode(), err.decode()

    # What is said and what arrived

    async def issue(
        self,
        service: Service,
        text: str = "请廉洁过节。",
        *,
        lane: Lane = Lane.BROADCAST,
        audience: str = "all",
        attachments: tuple[Attachment, ...] = (),
    ) -> int:
        """A notice that is due now, made and planned; gives its id."""
        now = service.clock.now()
        new = NewNotice(
            key=f"test:{next(self._numbers)}",
            category=Category.BROADCAST,
            lane=lane,
            template="text",
            params={"text": text},
            audience=audience,
            send_at=now,
            created_at=now,
            acknowledge=True,
            acknowledge_by=now + timedelta(days=2),
            attachments=attachments,
        )
        async with self.db.writing() as conn:
            notice_id = await notices.add(conn, new)
        assert notice_id is not None
        await service.plan()
        return notice_id

    async def counts(self, notice_id: int) -> Counts:
        async with self.db.reading() as conn:
            return await notice_standing.counts(conn, notice_id)

    async def unreached(self, notice_id: int) -> list[Unreached]:
        async with self.db.reading() as conn:
            return await notice_standing.unreached(conn, notice_id)

    async def keys(self) -> list[str]:
        """The occasions of which there is a notice."""
        async with self.db.reading() as conn:
            return list(await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id)))

    async def notice_id(self, key: str = NOTICE) -> int:
        async with self.db.reading() as conn:
            found = await conn.scalar(select(tables.notices.c.id).where(tables.notices.c.key == key))
        assert found is not None
        return int(found)

    async def acknowledged(self) -> int:
        """How many acknowledgements are recorded, one for each post."""
        async with self.db.reading() as conn:
            return int(await conn.scalar(select(func.count()).select_from(tables.acknowledgements)) or 0)

    async def settled(self, notice_id: int, **expected: int) -> Counts:
        """Wait until a notice stands as expected."""

        async def stands() -> bool:
            counts = await self.counts(notice_id)
            return all(getattr(counts, name) == number for name, number in expected.items())

        try:
            await until(stands)
        except TimeoutError:
            raise AssertionError(await self.counts(notice_id)) from None
        return await self.counts(notice_id)

    def heard(self, number: int, words: str = "") -> list[Message]:
        """What the bot said to a person, as far as it holds ``words``."""
        said = self.sandbox.messages(chat(number))
        return [message for message in said if message.from_bot and words in message.text]

    def said(self, words: str = "") -> dict[int, int]:
        """How often each person heard ``words``."""
        return {number: len(self.heard(number, words)) for number in range(1, self.people + 1)}

    def everyone(self, times: int = 1) -> dict[int, int]:
        return dict.fromkeys(range(1, self.people + 1), times)

    def zh(self, what: Phrase) -> str:
        """A phrase in the people's language."""
        return _CATALOG.say(what, "zh_CN")

    async def press(self, number: int, message: Message, *, by: int | None = None) -> str | None:
        """A press on the message's button (by another person's account: ``by``); gives the toast."""
        assert message.reply_markup is not None
        data = message.reply_markup["inline_keyboard"][0][0]["callback_data"]
        user = chat(by) if by is not None else None
        toast = await self.sandbox.press(chat(by or number), message.message_id, data, user_id=user)
        return toast.text if toast else None


@asynccontextmanager
async def town(
    folder: Path, people: int = 8, *, joined: bool = True, limits: Limits = NO_LIMITS, url: str = ""
) -> AsyncIterator[Town]:
    """Found an office in the database at ``url`` (an SQLite file in ``folder`` where none is given); open the sandbox.

    The fixture ``found`` does it on either database.
    """
    url = url or f"sqlite:///{folder}/lianxun.db"
    db = Database(url)
    await prepare(db)
    sandbox = Sandbox(token=TOKEN, limits=limits, strict=True)
    founded = Town(folder=folder, people=people, url=url, db=db, sandbox=sandbox)
    at = BEFORE - timedelta(days=20)
    await founded.import_roster(lines(people), at)
    if joined:
        await founded.join_all(at)
    await sandbox.start()
    try:
        yield founded
        assert not sandbox.violations
    finally:
        await sandbox.stop()
        await db.close()


Founding = Callable[..., AbstractAsyncContextManager[Town]]
"""``town`` on a database that was chosen: takes what ``town`` takes after its folder."""
