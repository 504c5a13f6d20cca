"""Watched folders and polled addresses: what is new is taken once, what is refused is told once."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from messages.errors import Fault, Refused
from messages.store import feeds, tables
from messages.store.database import Database
from messages.store.feeds import Feed
from messages.tenders.milestones import MatterKind
from messages.tenders.remarks import Remark
from messages.text.catalog import Catalog
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.apart import Apart
from schedules.composer import Composer
from schedules.policy.tender_sources import SourceTerms
from schedules.tenders.importing import ImportReport, Wish
from schedules.tenders.polling import Answer, Asked, Failed, Given, Trouble, Unchanged
from schedules.tenders.source_reports import told_of
from schedules.tenders.watching import Watching

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 21, 9, tzinfo=ZONE)
SECRET = "https://user:word@data.example/releases?key=secret"
WRONG, PARTLY, ODD = b"wrong", b"partly", b"odd"


@dataclass(kw_only=True)
class Watched:
    """An office that watches a folder, ``in``, and an address, ``web``; what it took, and what it asked."""

    db: Database
    watching: Watching
    folder: Path
    answers: list[Answer | bytes]
    now: datetime = NOW
    taken: list[tuple[str, bytes, Wish]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tries: int = 0

    async def take(self, path: Path, now: datetime, wish: Wish) -> ImportReport:
        assert now == self.now
        content = path.read_bytes()
        if content == WRONG:
            fault = Fault(line=3, column="开标时间", value="明天", message=phrase("A value is needed here."))
            raise Refused(phrase("The input was refused."), [fault])
        if content == ODD:
            self.tries += 1
            raise RecursionError
        if content == PARTLY:
            remark = Remark(ref="ZB-7", field="", value="", message=phrase("There is no such unit."))
            return ImportReport(matters=2, created=1, updated=0, unchanged=0, unplaced=0, remarks=(remark,))
        self.taken.append((path.name, content, wish))
        return ImportReport(matters=1, created=1, updated=0, unchanged=0, unplaced=0)

    async def fetch(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, bytes):
            asked.into.write_bytes(answer)
            return Given(digest=answer.hex(), etag=f'"{len(answer)}"', last_modified=None)
        return answer

    async def look(self, name: str, **later: float) -> bool:
        self.now += timedelta(**later)
        return await self.watching.look(name, self.now)

    async def feed(self, name: str, file: str = "") -> Feed:
        async with self.db.reading() as conn:
            return (await feeds.of_source(conn, name))[file]

    async def told(self) -> list[Any]:
        """Source and file of what the office was told."""
        async with self.db.reading() as conn:
            rows = await conn.execute(select(tables.notices.c.params, tables.notices.c.audience))
            found = [(row.params["source"], row.params["file"], row.audience) for row in rows]
        assert all(audience == "role:office" for *_, audience in found)
        return [tuple(one) for *one, _ in found]

    def names(self) -> list[str]:
        return [name for name, *_ in self.taken]


@pytest.fixture
def watched(db: Database, tmp_path: Path) -> Watched:
    folder = tmp_path / "in"
    folder.mkdir()
    sources = {
        "in": SourceTerms.model_validate({"folder": folder, "kind": MatterKind.TENDER, "most_megabytes": 1}),
        "web": SourceTerms.model_validate({"url": SECRET, "unit": "财政局"}),
    }
    office = Watched(db=db, watching=None, folder=folder, answers=[])  # type: ignore[arg-type]
    office.watching = Watching(
        db=db, take=office.take, sources=sources, fetch=office.fetch, folder=tmp_path / "data" / "x", apart=Apart()
    )
    return office


async def test_a_file_is_taken_once_it_is_whole_and_again_when_it_has_changed(watched: Watched) -> None:
    file = watched.folder / "台账.csv"
    file.write_bytes(b"ha")
    assert await watched.look("in")
    assert watched.taken == []
    assert not await watched.look("in", seconds=5)
    file.write_bytes(b"half")
    assert await watched.look("in", seconds=5)
    assert watched.taken == []
    assert await watched.look("in", seconds=10)
    assert watched.taken == [("台账.csv", b"half", Wish(kind=MatterKind.TENDER, source="in"))]
    assert await watched.look("in", minutes=15)
    file.write_bytes(b"another")
    await watched.look("in", minutes=15)
    await watched.look("in", seconds=10)
    assert [content for _, content, _ in watched.taken] == [b"half", b"another"]
    assert (await watched.feed("in", "台账.csv")).taken_at == watched.now


async def test_after_a_new_start_and_under_another_name_the_same_content_is_not_taken_again(watched: Watched) -> None:
    (watched.folder / "a.csv").write_bytes(b"same")
    await watched.look("in")
    await watched.look("in", seconds=10)
    watched.watching._seen.clear()  # noqa: SLF001 -- as a new process begins
    watched.watching._read.clear()  # noqa: SLF001
    (watched.folder / "b.csv").write_bytes(b"same")
    await watched.look("in", minutes=15)
    await watched.look("in", seconds=10)
    assert watched.names() == ["a.csv"]
    assert (await watched.feed("in", "b.csv")).taken_at == watched.now


async def test_what_is_hidden_unfinished_or_leads_out_of_the_folder_is_not_read(
    watched: Watched, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_bytes(b"secret")
    for name in (".hidden.csv", "~$台账.xlsx", "a.csv.part", "Thumbs.db"):
        (watched.folder / name).write_bytes(name.encode())
    (watched.folder / "out.csv").symlink_to(outside)
    (watched.folder / "nowhere.csv").symlink_to(tmp_path / "nothing")
    (watched.folder / "deeper").mkdir()
    os.mkfifo(watched.folder / "pipe.csv")
    (watched.folder / "real.csv").write_bytes(b"real")
    (watched.folder / "inside.csv").symlink_to(watched.folder / "real.csv")
    await watched.look("in")
    await watched.look("in", seconds=10)
    assert [content for _, content, _ in watched.taken] == [b"real"]


async def test_a_file_that_is_refused_is_told_once_and_keeps_no_other_from_being_taken(watched: Watched) -> None:
    (watched.folder / "a.csv").write_bytes(WRONG)
    (watched.folder / "large.csv").write_bytes(bytes(1024 * 1024 + 1))
    (watched.folder / "z.csv").write_bytes(b"good")
    await watched.look("in")
    for _ in range(3):
        await watched.look("in", minutes=15)
    assert watched.names() == ["z.csv"]
    assert await watched.told() == [("in", "a.csv"), ("in", "large.csv")]
    (watched.folder / "a.csv").write_bytes(b"mended")
    await watched.look("in", minutes=15)
    await watched.look("in", seconds=10)
    assert watched.names() == ["z.csv", "a.csv"]
    assert (await watched.feed("in", "a.csv")).error is None


async def test_a_file_that_nobody_foresaw_is_told_once_and_not_tried_again_while_it_is_the_same(
    watched: Watched,
) -> None:
    (watched.folder / "a.json").write_bytes(ODD)
    (watched.folder / "z.csv").write_bytes(b"good")
    for _ in range(4):
        await watched.look("in", minutes=15)
    assert (watched.tries, watched.names()) == (1, ["z.csv"])
    assert await watched.told() == [("in", "a.json")]


async def test_matters_of_a_file_that_were_not_taken_while_others_were_are_told(watched: Watched) -> None:
    (watched.folder / "a.csv").write_bytes(PARTLY)
    for _ in range(3):
        await watched.look("in", minutes=15)
    assert await watched.told() == [("in", "a.csv")]
    assert (await watched.feed("in", "a.csv")).taken_at is not None


def test_the_office_reads_what_is_wrong_with_a_source() -> None:
    catalog = Catalog.load()
    fault = Fault(line=3, column="开标时间", value="明天", message=phrase("A value is needed here."))
    about = Feed(name="台账", file="a.csv")
    said = [
        Composer(Renderer(catalog, ZONE), catalog).preview(told_of(feed, [fault], NOW, refused=count), "zh_CN", 1).text
        for feed, count in ((about, 0), (about, 2), (Feed(name="portal"), 0))
    ]
    whole, partly, address = said
    assert "来源“台账”的文件“a.csv”未导入任何内容。" in whole
    assert "3 · 开标时间" in whole
    assert "“明天”" in whole
    assert "2 个事项未导入，其余已导入" in partly
    assert "另有 1 处问题" in partly
    assert "来源“portal”未导入任何内容。" in address


async def test_a_file_that_is_as_it_once_was_is_taken_again(watched: Watched) -> None:
    for name, content in (("a.csv", b"1"), ("b.csv", b"1"), ("a.csv", b"2"), ("a.csv", b"1")):
        (watched.folder / name).write_bytes(content)
        await watched.look("in", minutes=15)
        await watched.look("in", seconds=10)
    assert [content for _, content, _ in watched.taken] == [b"1", b"2", b"1"]


async def test_what_a_process_that_died_left_of_an_answer_is_cleared_away(watched: Watched, tmp_path: Path) -> None:
    left = tmp_path / "data" / "x" / "answer-old"
    left.mkdir(parents=True)
    watched.answers = [Unchanged()]
    await watched.look("web")
    assert not left.exists()


async def test_a_folder_that_cannot_be_read_is_told_once(watched: Watched) -> None:
    watched.folder.rmdir()
    for _ in range(3):
        await watched.look("in", minutes=15)
    assert await watched.told() == [("in", "")]
    watched.folder.mkdir()
    await watched.look("in", minutes=15)
    assert (await watched.feed("in")).error is None


async def test_an_address_is_asked_with_its_marks_and_what_is_new_is_taken(watched: Watched) -> None:
    watched.answers = [b'{"releases":[]}', Unchanged(), b'{"releases":[]}', b"[]"]
    assert await watched.look("web")
    assert not await watched.look("web", minutes=14)
    for _ in range(3):
        assert await watched.look("web", minutes=15)
    assert watched.taken == [
        ("web.json", b'{"releases":[]}', Wish(unit="财政局", source="web")),
        ("web.json", b"[]", Wish(unit="财政局", source="web")),
    ]
    assert [asked.etag for asked in watched.asked] == [None, '"15"', '"15"', '"15"']
    assert {asked.url for asked in watched.asked} == {SECRET}
    assert list(watched.asked[0].into.parent.parent.iterdir()) == []


async def test_what_an_address_gives_that_is_refused_is_told_once_and_not_read_again(watched: Watched) -> None:
    watched.answers = [WRONG, WRONG, Unchanged(), b"<html>", b"<html>", b"good"]
    for _ in range(6):
        await watched.look("web", days=1)
    assert await watched.told() == [("web", ""), ("web", "")]
    assert (await watched.feed("web")).error is None
    assert [content for _, content, _ in watched.taken] == [b"good"]


async def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_asks(watched: Watched) -> None:
    busy = Failed(trouble=Trouble.STATUS, status=429, retry_after="7200")
    watched.answers = [busy, b"[]"]
    await watched.look("web")
    assert not await watched.look("web", minutes=119)
    assert await watched.look("web", minutes=1)
    assert (await watched.feed("web")).failures == 0
    assert watched.names() == ["web.json"]


async def test_a_server_that_is_away_is_asked_ever_later_and_the_office_hears_of_it_once(watched: Watched) -> None:
    away = Failed(trouble=Trouble.UNREACHABLE)
    watched.answers = [*[away] * 8, b"[]"]
    waits = []
    for _ in range(8):
        assert await watched.look("web")
        at = (await watched.feed("web")).next_at
        assert at is not None
        waits.append((at - watched.now) / timedelta(minutes=1))
        watched.now = at.astimezone(NOW.tzinfo)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    assert await watched.told() == [("web", "")]
    await watched.look("web")
    assert ((await watched.feed("web")).failures, (await watched.feed("web")).error) == (0, None)


async def test_nothing_that_is_kept_or_told_of_an_address_has_the_address_in_it(watched: Watched) -> None:
    watched.answers = [Failed(trouble=Trouble.REDIRECTS), WRONG]
    await watched.look("web")
    await watched.look("web", days=1)
    async with watched.db.reading() as conn:
        rows = [*await conn.execute(select(tables.feeds)), *await conn.execute(select(tables.notices))]
    assert len(rows) == 3
    assert not any(part in repr(row) for row in rows for part in ("secret", "word", "data.example"))
    assert "secret" not in repr(SourceTerms.model_validate({"url": SECRET}))


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"folder": "/srv/in", "url": "https://a.example/"},
        {"folder": "in"},
        {"url": "ftp://user:word@a.example/"},
        {"url": "https:///secret"},
        {"folder": "/srv/in", "every_minutes": 0},
        {"folder": "/srv/in", "kind": "works"},
        {"folder": "/srv/in", "often": True},
    ],
)
def test_a_source_is_refused_with_what_is_accepted(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        SourceTerms.model_validate(terms)
    (fault,) = error.value.errors(include_url=False)
    assert "secret" not in str(fault["msg"])
    if "url" in terms:
        assert isinstance(fault["input"], dict)  # which is never shown
