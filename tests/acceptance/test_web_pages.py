"""The dashboard's pages over real HTTP: what they show, to whom, what is recorded, and what is refused."""

import asyncio
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select, update

from bot.service import Service
from messages.ledger import Kind
from messages.organisation.records import Role
from messages.organisation.roster import uploads
from messages.store import tables
from tests.dashboard import Reader, Shown, browsing, signed_in
from tests.service import BEFORE, DUE, PATIENCE, Founding, Town, lines, write_roster

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"


async def ledger(place: Town, kind: Kind) -> list[tuple[int | None, dict[str, Any]]]:
    """Who and what the events of a kind tell."""
    query = select(tables.ledger.c.person_id, tables.ledger.c.body).where(tables.ledger.c.kind == kind.value)
    async with place.db.reading() as conn:
        return [(row.person_id, row.body) for row in await conn.execute(query.order_by(tables.ledger.c.id))]


async def bear(place: Town, number: int, role: Role, unit: str) -> None:
    """A person bears a role for a unit."""
    unit_id = select(tables.units.c.id).where(tables.units.c.name == unit).scalar_subquery()
    row = {"person_id": number, "role": role.value, "unit_id": unit_id, "granted_at": BEFORE}
    async with place.db.writing() as conn:
        await conn.execute(insert(tables.roles).values(row))


async def unit_id(place: Town, name: str) -> int:
    async with place.db.reading() as conn:
        found = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == name))
    assert found is not None
    return int(found)


async def sent(place: Town, service: Service) -> int:
    """The notice before the National Day, delivered to everybody who has joined."""
    await service.move_clock(DUE)
    notice = await place.notice_id()
    await place.settled(notice, planned=0, sending=0)
    return notice


async def test_a_notice_is_listed_and_shown_by_unit_and_person(found: Founding) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service:
        notice = await sent(place, service)
        await place.press(3, place.heard(3, "国庆节")[0])
        async with signed_in(place, service) as reader:
            assert "已送达 4 / 4" in (await reader.get("/")).text
            shown = await reader.get(f"/notices/{notice}")
            assert "1 / 5 个岗位" in shown.text
            assert "教育局" in shown.text
            education = await unit_id(place, "教育局")
            people = await reader.get(f"/notices/{notice}/units/{education}?which=acknowledged")
            assert "人员3" in people.text
            silent = await reader.get(f"/notices/{notice}/units/{education}?which=silent")
            assert "人员3" not in silent.text
        viewed = await ledger(place, Kind.RECORDS_VIEWED)
        assert [(who, body["which"]) for who, body in viewed] == [(1, "acknowledged"), (1, "silent")]


async def test_who_looks_after_a_unit_sees_that_unit_alone(found: Founding) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service:
        notice = await sent(place, service)
        await bear(place, 3, Role.LEADER, "教育局")
        education, finance = await unit_id(place, "教育局"), await unit_id(place, "财政局")
        async with signed_in(place, service, 3) as reader:
            shown = await reader.get(f"/notices/{notice}")
            assert "教育局" in shown.text
            assert "财政局" not in shown.text
            assert "/cancel" not in shown.html
            roster = await reader.get("/roster")
            assert "教育局" in roster.text
            assert "财政局" not in roster.text
            for path in (
                f"/notices/{notice}/units/{finance}",
                f"/roster/units/{finance}",
                f"/unreachable/units/{finance}",
                "/roster/import",
                f"/notices/{notice}/cancel",
                f"/notices/{notice}/recalled",
            ):
                refused = await reader.get(path)
                assert refused.status == 403, path
                assert "财政局" not in refused.text
            assert (await reader.get(f"/roster/units/{education}")).status == 200
            elsewhere = await place.issue(service, "此件只发财政局。", audience="unit:财政局 -unit:教育局")
            for path in (f"/notices/{elsewhere}", f"/notices/{elsewhere}/units/{education}"):
                refused = await reader.get(path)
                assert (refused.status, "此件" in refused.text) == (403, False), path
            stamp = shown.form("/leave")
            for act in ("pause", "resume", "cancel", "recall"):
                assert (await reader.post(f"/notices/{notice}/{act}", stamp)).status == 403
        refusals = await ledger(place, Kind.ACT_REFUSED)
        assert {who for who, _ in refusals} == {3}
        assert len(refusals) == 12
        assert all({"notice", "unit"} & body.keys() for _, body in refusals if body["act"] != "import_roster")
        assert {body["act"] for _, body in refusals} == {"see_notices", "see_roster", "import_roster", "steer"}


async def test_a_notice_is_paused_resumed_cancelled_and_recalled(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        notice = await sent(place, service)
        async with signed_in(place, service) as reader:
            shown = await reader.get(f"/notices/{notice}")
            stamp = shown.form("/leave")
            paused = await reader.post(f"/notices/{notice}/pause", stamp)
            assert "已暂停" in paused.text
            resumed = await reader.post(f"/notices/{notice}/resume", stamp)
            assert resumed.status == 200
            asked = await reader.get(f"/notices/{notice}/cancel")
            cancelled = await reader.submit(asked, "/cancel")
            assert cancelled.status == 200
            recalled = await reader.submit(await reader.get(f"/notices/{notice}/recall"), "/recall")
            assert recalled.status == 200
            assert (await reader.get(f"/notices/{notice}/recalled")).status == 200
        for kind in (Kind.NOTICE_PAUSED, Kind.NOTICE_RESUMED, Kind.NOTICE_CANCELLED, Kind.NOTICE_RECALLED):
            assert [who for who, _ in await ledger(place, kind)] == [1]


async def test_a_notice_is_exported_as_a_workbook_and_as_a_chart(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        notice = await sent(place, service)
        async with signed_in(place, service) as reader:
            book = await reader.get(f"/notices/{notice}/export.xlsx")
            assert load_workbook(io.BytesIO(book.body)).sheetnames[0] == "状态"
            assert book.headers["Content-Disposition"].startswith("attachment; filename=")
            chart = await reader.get(f"/notices/{notice}/export.png")
            assert chart.body.startswith(b"\x89PNG")
            assert chart.headers["X-Content-Type-Options"] == "nosniff"
        assert {who for who, _ in await ledger(place, Kind.RECORDS_EXPORTED)} == {1}


async def test_the_silent_are_reminded_and_not_again_at_once(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        notice = await sent(place, service)
        await service.move_clock(DUE + timedelta(hours=5))
        async with signed_in(place, service) as reader:
            reminded = await reader.submit(await reader.get(f"/notices/{notice}"), "/remind")
            assert "3" in reminded.text
            again = await reader.post(f"/notices/{notice}/remind", reminded.form("/leave"))
            assert "note amber" in again.html
            assert (await reader.get(f"/notices/{notice}/remind")).url.endswith(f"/notices/{notice}")
        assert [who for who, _ in await ledger(place, Kind.NOTICE_REMINDED)] == [1]


async def test_unreachable_people_are_shown_by_unit_with_the_reason(found: Founding) -> None:
    async with found(people=5) as place, place.serving(BEFORE) as service:
        async with place.db.writing() as conn:
            third = tables.accounts.c.person_id == 3
            lost = {"unreachable_since": BEFORE, "unreachable_reason": "blocked"}
            await conn.execute(update(tables.accounts).where(third).values(lost))
            await conn.execute(update(tables.accounts).where(tables.accounts.c.person_id == 2).values(left_at=BEFORE))
        async with signed_in(place, service) as reader:
            units = await reader.get("/unreachable")
            assert "财政局" in units.text
            assert "推进办" not in units.text
            education = await reader.get(f"/unreachable/units/{await unit_id(place, '教育局')}")
            assert "人员3 R003" in education.text
            assert "人员5" not in education.text
            finance = await reader.get(f"/unreachable/units/{await unit_id(place, '财政局')}")
            assert "岗位P002 · 岗位P002B" in finance.text
            assert "共 1 人" not in finance.text
        viewed = await ledger(place, Kind.RECORDS_VIEWED)
        assert [body["people"] for _, body in viewed] == [["R003"], ["R002"]]


async def test_the_forecast_shows_days_off_and_what_is_due(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        september = await reader.get("/forecast?month=2026-09")
        assert "09:10" in september.text
        assert "3 人" in september.text
        assert "暂定" not in september.text
        assert "暂定" in (await reader.get("/forecast?month=2028-02")).text
        for odd in ("", "x", "2026-13", "9999-01", "0001-01", MARKUP):
            shown = await reader.get(f"/forecast?month={odd}")
            assert shown.status == 200
            assert "<script>alert" not in shown.html


def roster_form(page: Shown, name: str, content: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("stamp", page.form("/roster/import")["stamp"])
    form.add_field("file", io.BytesIO(content), filename=name)
    return form


async def send_in(reader: Reader, name: str, content: bytes) -> Shown:
    return await reader.post("/roster/import", roster_form(await reader.get("/roster/import"), name, content))


async def test_a_roster_is_looked_at_and_imported_as_it_was_looked_at(found: Founding) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        rows = lines(4)
        rows[-1]["姓名"] = MARKUP
        content = write_roster(place.folder / "new.csv", rows).read_bytes()
        seen = await send_in(reader, "../../new.csv", content)
        assert seen.status == 200
        assert "new.csv" in seen.text
        assert "<script>alert" not in seen.html
        ((who, body),) = await ledger(place, Kind.RECORDS_VIEWED)
        assert (who, body["what"], body["people"]) == (1, "import", [rows[-1]["人员编号"]])
        assert not [who for who, _ in await ledger(place, Kind.ROSTER_IMPORTED) if who]
        action = urlsplit(seen.url).path
        done = await reader.submit(seen, action)
        assert "花名册已导入" in done.text
        assert [who for who, _ in await ledger(place, Kind.ROSTER_IMPORTED)] == [None, 1]
        education = await reader.get(f"/roster/units/{await unit_id(place, '财政局')}")
        assert "&lt;script&gt;alert(1)" in education.html
        assert "<script>alert" not in education.html
        async with place.db.reading() as conn:
            assert list(await conn.scalars(select(tables.web_uploads.c.id))) == []
        assert (await reader.submit(seen, action)).status == 404


async def test_what_would_be_done_by_now_is_shown_again_before_it_is_done(found: Founding) -> None:
    async with found(people=4) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        content = write_roster(place.folder / "new.csv", lines(3)).read_bytes()
        seen = await send_in(reader, "new.csv", content)
        await place.import_roster(lines(5), BEFORE)
        action = urlsplit(seen.url).path
        again = await reader.submit(seen, action)
        assert "请重新核对" in again.text
        assert len(await ledger(place, Kind.ROSTER_IMPORTED)) == 2
        unsure = await reader.submit(again, action)
        assert "输入的数字与所示不符" in unsure.text
        (typed,) = re.findall(r"请输入 (\d+)", unsure.text)
        assert "花名册已导入" in (await reader.submit(unsure, action, word=typed)).text


async def test_the_last_administrator_is_not_taken_away_by_a_click(found: Founding) -> None:
    """A valid roster of another office ended this one, the importer's own role with it."""
    async with found(people=4) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        rows = [line | {"角色": ""} for line in lines(4)]
        seen = await send_in(reader, "new.csv", write_roster(place.folder / "new.csv", rows).read_bytes())
        assert "推进办将不再有管理员" in seen.text
        assert "人员1" in seen.text
        with pytest.raises(StopIteration):
            seen.form(urlsplit(seen.url).path)


async def test_every_fault_of_a_roster_is_shown_a_page_at_a_time(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        rows = [line | {"层级": "九"} for line in lines(120)]
        content = write_roster(place.folder / "new.csv", rows).read_bytes()
        seen = await send_in(reader, "new.csv", content)
        assert "共 121 处错误" in seen.text
        assert "第 2 行" in seen.text
        second = await reader.get(f"{seen.url}?page=2")
        assert "第 122 行" in second.text
        assert len(await ledger(place, Kind.ROSTER_IMPORTED)) == 1


async def test_files_that_are_no_roster_are_refused_kindly(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        for name in ("roster.exe", "roster", "roster.xlsx", "r.csv", ""):
            shown = await send_in(reader, name, b"\x00\x01 nonsense")
            assert shown.status in {200, 400}, name
            assert "导入花名册" in shown.text or "操作未成功" in shown.text, name


async def test_a_file_s_name_that_no_database_keeps_is_kept_as_far_as_it_can_be(found: Founding) -> None:
    """A name with a NUL or half a surrogate was a fault of ours on PostgreSQL."""
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        upload = await uploads.keep(place.db, 1, "r\0\ud800.csv", b"nonsense", BEFORE)
        assert (await reader.get(f"/roster/import/{upload}")).status == 200


async def test_a_file_that_is_too_large_is_refused_while_it_comes(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service, signed_in(place, service) as reader:
        shown = await send_in(reader, "big.csv", b"x" * (uploads.MOST_BYTES + 1))
        assert shown.status == 400
        assert "20 MiB" in shown.text


async def test_another_persons_file_is_neither_seen_nor_imported(found: Founding) -> None:
    async with found(people=3) as place, place.serving(BEFORE) as service:
        await bear(place, 3, Role.OFFICE, "推进办")
        async with signed_in(place, service) as mine, signed_in(place, service, 3) as other:
            seen = await send_in(mine, "new.csv", write_roster(place.folder / "n.csv", lines(3)).read_bytes())
            assert (await other.get(seen.url)).status == 404


async def test_a_live_part_ends_with_the_session_and_with_the_service(found: Founding) -> None:
    async with found(people=2) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as reader:
            live = await reader.http.get(f"{reader.base}/live?page=1")
            assert live.headers["Content-Type"].startswith("text/event-stream")
            assert live.headers["Cache-Control"] == "no-store"
            assert (await live.content.readline()).startswith(b"data: ")
            await reader.submit(await reader.get("/roster"), "/leave")
            async with asyncio.timeout(PATIENCE):
                assert b"event: left" in await live.read()
            assert (await reader.get("/live")).status == 401
        async with signed_in(place, service) as reader:
            streams = [await reader.http.get(f"{reader.base}/live") for _ in range(9)]
            assert [stream.status for stream in streams] == [200] * 8 + [429]
            for stream in streams:
                stream.close()


async def test_pages_that_are_not_there_are_said_so_kindly(found: Founding) -> None:
    async with found(people=1) as place, place.serving(BEFORE) as service:
        async with signed_in(place, service) as reader:
            for path in ("/nothing", "/notices/999", "/roster/units/999", "/notices/99999999999999999999", "/static/x"):
                shown = await reader.get(path)
                assert shown.status == 404, path
                assert "<h1>" in shown.html
        async with browsing(service) as stranger:
            for path in ("/", "/notices/1", "/roster/import", "/live", "/forecast"):
                assert (await stranger.get(path)).status == 401
