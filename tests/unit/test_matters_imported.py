"""Matters are imported from files: read first, taken with their releases, the same again is nothing new."""

import json
import os
import zipfile
from collections.abc import AsyncIterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from messages.errors import Refused
from messages.ledger import Kind
from messages.sheets.progress import Step
from messages.store.database import Database
from messages.store.tables import matter_releases
from messages.tenders.files import form_of
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.ocds import spool
from messages.tenders.ocds.spool import Spool
from messages.tenders.records import MatterState, Told
from messages.tenders.views import TakenAll
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.tenders import importing
from schedules.tenders.desk import Tenders
from schedules.tenders.importing import ImportReport, Wish, import_matters
from tests.district import ZONE, District
from tests.rosters import places, xlsx
from tests.tendering import BUYER, MONDAY, Tendering, at

TENDER: dict[str, Any] = {
    "ocid": "ocds-x-1",
    "id": "1",
    "date": "2026-09-01T09:00:00+08:00",
    "tag": ["tender"],
    "buyer": {"name": BUYER},
    "tender": {
        "title": "滨河路改造工程",
        "status": "active",
        "mainProcurementCategory": "works",
        "tenderPeriod": {"startDate": "2026-09-02T09:00:00+08:00", "endDate": "2026-09-28T09:30:00+08:00"},
    },
}
MOVED = {
    "ocid": "ocds-x-1",
    "id": "2",
    "date": "2026-09-03T09:00:00+08:00",
    "tag": ["tenderUpdate"],
    "tender": {"tenderPeriod": {"endDate": "2026-10-09T09:30:00+08:00"}},
}
PLAIN = Wish()
ELSEWHERE = {**TENDER, "ocid": "ocds-x-2", "buyer": {"name": "Ministry"}}


def put(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


async def take(
    town: Tendering, path: Path, wish: Wish = PLAIN, *, dry_run: bool = False, by: str | None = None
) -> ImportReport:
    who = None if by is None else town.people[by]
    return await import_matters(town.tenders, path, MONDAY, wish=wish, person_id=who, dry_run=dry_run)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.unplaced


async def kept(db: Database) -> int:
    async with db.reading() as conn:
        return await conn.scalar(select(func.count()).select_from(matter_releases)) or 0


async def test_the_same_again_changes_nothing_and_a_later_release_what_it_says(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    first, both = put(tmp_path, "a.json", {"releases": [TENDER]}), put(tmp_path, "b.json", [MOVED, TENDER])
    assert counts(await take(town, first)) == (1, 0, 0, 0)
    assert counts(await take(town, first)) == (0, 0, 1, 0)
    assert counts(await take(town, put(tmp_path, "c.json", MOVED))) == (0, 1, 0, 0)
    assert counts(await take(town, both)) == (0, 0, 1, 0)
    assert await kept(db) == 2
    dates = await town.dates("ocds-x-1")
    assert dates[Milestone.BID_DEADLINE, ""].isoformat() == "2026-10-09T01:30:00+00:00"
    assert dates[Milestone.DOCUMENTS_FROM, ""].isoformat() == "2026-09-02T01:00:00+00:00"
    whole = await town.whole("ocds-x-1")
    assert (whole.matter.kind, whole.matter.state, whole.matter.unit) == (
        MatterKind.TENDER,
        MatterState.ACTIVE,
        BUYER,
    )


async def test_a_release_that_comes_late_is_put_in_its_place(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    await take(town, put(tmp_path, "a.json", MOVED), Wish(unit=BUYER))
    await take(town, put(tmp_path, "b.json", TENDER))
    dates = await town.dates("ocds-x-1")
    assert dates[Milestone.BID_DEADLINE, ""].isoformat() == "2026-10-09T01:30:00+00:00"
    assert (await town.whole("ocds-x-1")).matter.title == "滨河路改造工程"


async def test_a_buyer_that_is_no_unit_is_of_the_unit_that_is_given(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    file = put(tmp_path, "a.jsonl", "\n".join(json.dumps(one) for one in (TENDER, ELSEWHERE)))
    assert counts(await take(town, file, dry_run=True)) == (2, 0, 0, 1)
    assert counts(await take(town, file)) == (2, 0, 0, 1)
    assert counts(await take(town, file, Wish(unit="财政局"))) == (0, 1, 1, 0)
    assert (await town.whole("ocds-x-1")).matter.unit == BUYER
    assert (await town.whole("ocds-x-2")).matter.unit == "财政局"
    with pytest.raises(Refused):
        await take(town, file, Wish(unit="no unit"))


async def test_with_a_fault_in_any_file_of_a_folder_nothing_is_imported(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    put(tmp_path, "a.json", TENDER)
    put(tmp_path, "b.json", '[{"ocid": "x"},\n {"id": "1"}, {')
    put(tmp_path, "c.csv", "项目编号,项目名称,类别,采购人,投标截止时间\n1,a,工程,住建局,someday\n")
    put(tmp_path, "notes.txt", "nothing of this")
    with pytest.raises(Refused) as refusal:
        await take(town, tmp_path)
    places = [(fault.file, fault.line, fault.column) for fault in refusal.value.faults]
    assert places == [("b.json", 2, "2"), ("b.json", 2, "16"), ("c.csv", 2, "投标截止时间")]
    assert await kept(db) == 0
    (tmp_path / "b.json").unlink()
    put(tmp_path, "c.csv", "项目编号,项目名称,类别,采购人,投标截止时间\n1,a,工程,住建局,2026-09-28 09:30\n")
    assert counts(await take(town, tmp_path)) == (2, 0, 0, 0)
    (body,) = await town.ledger(Kind.MATTERS_IMPORTED)
    assert (body["created"], body["releases"], set(body["digests"])) == (2, 1, {"a.json", "c.csv"})


async def test_a_dry_run_writes_nothing(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    file = put(tmp_path, "a.json", TENDER)
    assert counts(await take(town, file, dry_run=True)) == (1, 0, 0, 0)
    assert await kept(db) == 0
    await take(town, file)
    assert counts(await take(town, file, dry_run=True)) == (0, 0, 1, 0)
    assert counts(await take(town, put(tmp_path, "b.json", MOVED), dry_run=True)) == (0, 1, 0, 0)


async def test_a_dry_run_counts_what_the_import_does(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    await take(town, put(tmp_path, "known.json", [TENDER, {**TENDER, "ocid": "ocds-x-3"}]))
    says_nothing_new = {**TENDER, "id": "9", "date": "2026-09-08"}
    folder = tmp_path / "all"
    folder.mkdir()
    put(folder, "a.json", [says_nothing_new, ELSEWHERE, {**MOVED, "ocid": "ocds-x-3"}])
    header = "项目编号,项目名称,类别,采购人,投标截止时间\n"
    put(folder, "b.csv", header + "ocds-x-2,a,工程,住建局,2026-09-28 09:30\nZB-1,b,工程,住建局,2026-09-28 09:30\n")
    put(folder, "c.csv", header + "ZB-1,b,工程,住建局,\n")
    tried = await take(town, folder, dry_run=True, by="C")
    assert tried == replace(await take(town, folder, by="C"), dry_run=True)
    assert (tried.matters, *counts(tried), tried.refused) == (6, 2, 1, 2, 0, 1)


async def test_of_two_releases_of_one_id_and_date_the_same_one_stands_in_any_order(
    db: Database, tmp_path: Path
) -> None:
    town = await Tendering.found(db)
    pair = [{**TENDER, "tender": {"title": title}} for title in "AB"]
    for number, order in enumerate((pair, pair[::-1])):
        same = [{**one, "ocid": f"ocds-x-{number}"} for one in order]
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, one in zip("ab", same, strict=True):
            put(folder, f"{name}.json", one)
        await take(town, folder)
        assert (await town.whole(f"ocds-x-{number}")).matter.title == "B"
        assert counts(await take(town, put(tmp_path, "c.json", same))) == (0, 0, 1, 0)


async def test_links_do_not_lead_out_of_a_folder(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "out.json").symlink_to(put(tmp_path, "secret.json", ELSEWHERE))
    (folder / "in.json").symlink_to(put(folder, "a.json", TENDER))
    assert counts(await take(town, folder)) == (1, 0, 0, 0)


async def test_a_pipe_that_nobody_may_ever_write_to_is_refused(db: Database, tmp_path: Path) -> None:
    pipe = tmp_path / "releases.json"
    os.mkfifo(pipe)
    tendering = await Tendering.found(db)
    with pytest.raises(Refused) as error:
        await take(tendering, pipe)
    assert error.value.faults[0].message.message == "A regular file is accepted, or a folder."
    put(tmp_path, "good.json", TENDER)
    assert (await take(tendering, tmp_path)).created == 1, "beside others it is passed over"


def test_sheets_of_other_programs_are_to_be_saved_otherwise(tmp_path: Path) -> None:
    old, other = tmp_path / "a.xls", tmp_path / "a.ods"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("content.xml", "")
    for path in (old, other):
        with pytest.raises(Refused) as error:
            form_of(path)
        assert error.value.faults[0].message.message == "A sheet is accepted as .xlsx or .csv: save it as one of them."


def test_what_a_process_that_was_killed_left_on_the_disk_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Spool():
        (running,) = tmp_path.iterdir()
        for name in ("lianxun-spool-old", "another-old"):
            old = tmp_path / name
            old.mkdir()
            put(old, "releases.db", "")
            for path in (old / "releases.db", old):
                os.utime(path, (1_000_000_000, 1_000_000_000))
        with Spool():
            left = {path.name for path in tmp_path.iterdir()}
            assert {running.name, "another-old"} < left
            assert "lianxun-spool-old" not in left


async def test_what_was_not_taken_of_a_release_is_remarked_on(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    links = {"ocid": "ocds-x-3", "releases": [{"url": "http://example.org"}]}
    odd = {
        "ocid": "ocds-x-4",
        "date": "2026-09-01",
        "tender": {"tenderPeriod": {"endDate": "soon"}, "value": {"amount": "much"}},
    }
    report = await take(town, put(tmp_path, "a.json", {"records": [links, odd]}))
    assert counts(report) == (1, 0, 0, 1)
    assert [(one.file, one.ref, one.field, one.value) for one in report.remarks] == [
        ("a.json", "ocds-x-3", "releases", ""),
        ("a.json", "ocds-x-4", "tender.tenderPeriod.endDate", "soon"),
        ("a.json", "ocds-x-4", "tender.value.amount", "much"),
    ]


async def test_what_is_remarked_on_is_found_in_its_files(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    disorder = {"startDate": "2026-09-30", "endDate": "2026-09-20"}
    for number in range(1, 6):
        release = {**TENDER, "id": str(number), "tender": {"tenderPeriod": disorder}}
        put(tmp_path, f"{number}.json", release)
    put(tmp_path, "other.json", {**ELSEWHERE, "tender": {"tenderPeriod": disorder}})
    report = await take(town, tmp_path)
    assert [(one.file, one.ref) for one in report.remarks] == [
        ("1.json, 2.json, 3.json, …", "ocds-x-1"),
        ("other.json", "ocds-x-2"),
    ]


async def test_how_far_it_has_come_is_told_within_a_file_too(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    path = put(tmp_path, "a.json", {"releases": [{**TENDER, "id": f"{at:0100000}"} for at in range(1, 31)]})
    told: list[tuple[Step, int, int]] = []
    await import_matters(town.tenders, path, MONDAY, progress=lambda *how: told.append(how), dry_run=True)
    reading = [(done, total) for step, done, total in told if step is Step.READING]
    assert reading[-1] == (30, 30)
    within = [(done, total) for done, total in reading if 0 < done < 30]
    assert within
    assert all(done < total < 60 for done, total in within), "the whole is guessed by what was read"


async def test_what_was_compiled_takes_the_place_of_what_was_told_before(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    await take(town, put(tmp_path, "a.json", [TENDER, MOVED]))
    assert await kept(db) == 2
    compiled = {**TENDER, "id": "c", "date": "2026-09-04T00:00:00Z", "tag": ["compiled"]}
    record = {"records": [{"ocid": "ocds-x-1", "compiledRelease": compiled}]}
    assert counts(await take(town, put(tmp_path, "b.json", record))) == (0, 1, 0, 0)
    assert await kept(db) == 1
    assert counts(await take(town, put(tmp_path, "c.json", [MOVED]))) == (0, 0, 1, 0)
    assert await kept(db) == 1
    dates = await town.dates("ocds-x-1")
    assert dates[Milestone.BID_DEADLINE, ""].isoformat() == "2026-09-28T01:30:00+00:00"


async def test_more_releases_of_a_matter_than_can_be_looked_at_are_refused(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MOST_RELEASES", 2)
    town = await Tendering.found(db)
    many = [{**TENDER, "id": str(number)} for number in range(3)]
    with pytest.raises(Refused) as refusal:
        await take(town, put(tmp_path, "a.json", many))
    assert [fault.value for fault in refusal.value.faults] == ["ocds-x-1"]
    monkeypatch.setattr(importing, "MOST_RELEASES", 2)
    await take(town, put(tmp_path, "a.json", many[:2]))
    await take(town, put(tmp_path, "a.json", many[:2]))
    with pytest.raises(Refused):
        await take(town, put(tmp_path, "a.json", many[2:]))
    await take(town, put(tmp_path, "a.json", {**many[2], "date": "2026-10-01", "tag": ["compiled"]}))


async def test_signs_that_no_database_keeps_are_left_out(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    odd = "\0\ud800\U0001f600" + "x" * 999
    awards = [{"id": odd, "status": odd, "date": "2026-09-02", "value": {"amount": 10**40, "currency": odd}}]
    buyer, tender = {"name": odd, "id": odd}, {"title": odd, "procurementMethodDetails": odd, "status": odd}
    release = {"ocid": "ocds-x-1", "id": odd, "date": odd, "buyer": buyer, "tender": tender, "awards": awards}
    report = await take(town, put(tmp_path, "a.json", json.dumps(release) * 2))
    assert counts(report) == (1, 0, 0, 1)
    whole = await town.whole("ocds-x-1")
    assert whole.matter.title.startswith("\ufffd\U0001f600xxx")
    assert len(whole.facts) == 1


async def test_what_a_later_release_takes_back_is_gone(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    unsaid = {name: value for name, value in TENDER["tender"].items() if name != "mainProcurementCategory"}
    first = {**TENDER, "tender": unsaid, "awards": [{"id": "a", "date": "2026-09-01", "status": "active"}]}
    await take(town, put(tmp_path, "a.json", first))
    whole = await town.whole("ocds-x-1")
    assert (whole.matter.kind, whole.matter.state) == (MatterKind.PROCUREMENT, MatterState.AWARDED)
    assert (Milestone.AWARD_NOTICE, "a") in await town.dates("ocds-x-1")
    back = {
        "ocid": "ocds-x-1",
        "id": "2",
        "date": "2026-09-05",
        "awards": [{"id": "a", "status": "cancelled"}],
        "tender": {"status": "cancelled", "mainProcurementCategory": "works", "tenderPeriod": {"startDate": None}},
    }
    await take(town, put(tmp_path, "b.json", back))
    whole = await town.whole("ocds-x-1")
    assert (whole.matter.kind, whole.matter.state) == (MatterKind.TENDER, MatterState.CANCELLED)
    assert set(await town.dates("ocds-x-1")) == {(Milestone.BID_DEADLINE, "")}


async def test_what_a_person_may_not_enter_is_told_by_its_ocid(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    report = await take(town, put(tmp_path, "a.json", [TENDER, ELSEWHERE]), by="C")
    assert counts(report) == (1, 0, 0, 0)
    assert [one.ref for one in report.remarks] == ["ocds-x-2"]
    assert await kept(db) == 1


async def test_of_what_kind_it_is_stays_as_it_was_said_and_where_nobody_says_as_it_was(
    db: Database, tmp_path: Path
) -> None:
    town = await Tendering.found(db)
    award = {"id": "a", "date": "2026-09-01", "datePublished": "2026-09-02", "status": "active"}
    goods = {**TENDER, "tender": {"title": "x", "mainProcurementCategory": "goods"}, "awards": [award]}
    await take(town, put(tmp_path, "a.json", goods))
    published = (Milestone.AWARD_PUBLISHED, "a")
    assert published in await town.dates("ocds-x-1")
    unsaid = {**goods, "id": "2", "tag": ["compiled"], "tender": {"title": "x"}}
    await take(town, put(tmp_path, "b.json", unsaid), Wish(kind=MatterKind.TENDER))
    assert (await town.whole("ocds-x-1")).matter.kind is MatterKind.TENDER
    assert published not in await town.dates("ocds-x-1")
    await take(town, put(tmp_path, "c.json", {**goods, "id": "3", "date": "2026-09-05", "tag": ["compiled"]}))
    assert (await town.whole("ocds-x-1")).matter.kind is MatterKind.TENDER


async def test_who_does_not_say_whose_it_is_takes_it_out_of_no_unit(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    await take(town, put(tmp_path, "a.json", TENDER))
    for number, buyer in enumerate(({"name": ""}, {"name": None}, {}), 2):
        later = {**TENDER, "id": str(number), "date": f"2026-09-0{number}", "tag": ["compiled"], "buyer": buyer}
        await take(town, put(tmp_path, "b.json", later), Wish(unit="财政局"))
        matter = (await town.whole("ocds-x-1")).matter
        assert (matter.buyer, matter.unit) == (BUYER, BUYER)


async def test_a_matter_of_which_nobody_says_whose_it_is_is_placed_by_itself(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    nobodys = [{**TENDER, "ocid": f"ocds-x-{number}", "buyer": {}} for number in range(2)]
    await take(town, put(tmp_path, "a.json", nobodys))
    matter = (await town.whole("ocds-x-0")).matter
    assert (matter.buyer, matter.unit) == ("—", None)
    assert await town.tenders.place(matter.id, BUYER, town.people["O"], MONDAY) == 1
    assert await town.tenders.place("—", BUYER, town.people["O"], MONDAY) == 0
    await take(town, put(tmp_path, "b.json", {**nobodys[0], "ocid": "ocds-x-2"}))
    assert [(await town.whole(f"ocds-x-{number}")).matter.unit for number in range(3)] == [BUYER, None, None]
    named = {**nobodys[0], "id": "2", "date": "2026-09-04", "buyer": {"name": "Ministry"}}
    await take(town, put(tmp_path, "c.json", named))
    assert (await town.whole("ocds-x-0")).matter.unit == BUYER


class Overtaken(Tenders):
    """An office in which another import comes between what is compiled of releases, and its being taken."""

    meanwhile: Path

    async def take_all(  # as the office's, but for what comes between
        self,
        tolds: AsyncIterable[Told] | Sequence[Told],
        *args: Any,  # noqa: ANN401
        **more: Any,  # noqa: ANN401
    ) -> TakenAll:
        assert not isinstance(tolds, Sequence)
        compiled = [told async for told in tolds]
        await import_matters(Tendering.over(self.tools.db, District(self.tools.db)).tenders, self.meanwhile, MONDAY)
        return await super().take_all(compiled, *args, **more)


@pytest.mark.parametrize("known", [ELSEWHERE, {**ELSEWHERE, "ocid": "ocds-x-1"}], ids=["new", "known"])
async def test_of_two_imports_at_once_neither_loses_what_the_other_says(
    db: Database, tmp_path: Path, known: dict[str, Any]
) -> None:
    town = await Tendering.found(db)
    await take(
        town, put(tmp_path, "known.json", {**known, "id": "0", "date": "2026-08-01", "tender": {"title": "滨河路"}})
    )
    office = Overtaken(db=db, policy=town.policy, calendars=Calendars(db, "CN"), zone=ZONE, apart=Apart())
    office.meanwhile = put(tmp_path, "newer.json", MOVED | {"awards": [{"id": "a", "date": "2026-09-03"}]})
    report = await import_matters(office, put(tmp_path, "older.json", TENDER), MONDAY)
    assert report.updated == 1
    assert await town.dates("ocds-x-1") == {
        (Milestone.DOCUMENTS_FROM, ""): at(2, 9, 0),
        (Milestone.BID_DEADLINE, ""): at(9, month=10),
        (Milestone.AWARD_NOTICE, "a"): at(3, 0, 0),
    }


async def test_a_post_that_nobody_knows_is_told_once_in_its_column(db: Database, tmp_path: Path) -> None:
    town = await Tendering.found(db)
    names = ("编号", "名称", "单位", "类别", "责任岗位", "报名责任岗")
    path = xlsx(tmp_path / "a.xlsx", names, ("R-1", "教师", BUYER, "公开招聘", "K1;X-1", "K2;X-2"))
    with pytest.raises(Refused) as error:
        await take(town, path)
    assert places(error.value.faults) == [(2, "责任岗位", "X-1"), (2, "报名责任岗", "X-2")]


async def test_sheets_that_disagree_do_not_undo_each_other_where_it_is_said_whose_they_are(
    db: Database, tmp_path: Path
) -> None:
    town = await Tendering.found(db)
    names = ("编号", "名称", "单位", "类别", "开标时间")
    for day, name in ((28, "a"), (29, "b")):
        xlsx(tmp_path / f"{name}.xlsx", names, ("ZB-1", "道路", BUYER, "工程", f"2026-09-{day} 9:30"))
    outcomes = [
        counts(await take(town, tmp_path / f"{name}.xlsx", Wish(source=f"科室-{name}")))[:3] for name in "abababb"
    ]
    assert outcomes == [(1, 0, 0), (0, 1, 0), *[(0, 0, 1)] * 5]
    with pytest.raises(Refused) as error:
        await take(town, tmp_path / "a.xlsx", Wish(source="a b"))
    assert [(one.column, one.value) for one in error.value.faults] == [("--source", "a b")]
