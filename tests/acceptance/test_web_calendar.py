"""Calendars of matters over real HTTP: what they show to whom, what changes in them, and what opens none."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar
from sqlalchemy import insert, update

from bot.web.calendar_feed import Readings
from messages import calendar_links
from messages.calendar_links import Feed
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import LimitState, MatterState, is_passed_by
from schedules.clock import Clock
from tests.district import MORNING, ZONE, District
from tests.pages import Served, serving_pages
from tests.tendered import put_date, put_limit, put_matter
from tests.tendering import Tendering, at, fact

OPENING = datetime(2026, 9, 25, 9, 30, tzinfo=ZONE)
CONTRACT = date(2026, 10, 20)
BEFORE = MORNING - timedelta(days=1)


@pytest.fixture
async def district(db: Database) -> District:
    """A bureau whose posts sign contracts (P1) and open bids (P2); P3 is of another bureau. L leads the first one."""
    district = District(db)
    await district.unit("区", kind=UnitKind.OFFICE)
    for unit in ("财政局", "教育局"):
        await district.unit(unit, "区")
    await district.unit("采购科", "财政局")
    for code, unit, node in (("P1", "采购科", "合同签订"), ("P2", "财政局", "开标"), ("P3", "教育局", "合同签订")):
        await district.person(f"H{code[1]}", (code, unit, 4))
        await district.mark(code, node)
    await district.person("L", ("PL", "财政局", 2), roles=[(Role.LEADER, "财政局")], language="en")
    await district.person("O", ("PO", "区", 1), roles=[(Role.OFFICE, "区")])
    return district


async def matter(db: Database, ref: str = "ocds-1", unit: str | None = "财政局", **more: object) -> int:
    """A matter with a contract to be signed and bids to be opened."""
    matter_id = await put_matter(db, ref, unit, **more)  # type: ignore[arg-type]
    await put_limit(db, matter_id, Milestone.CONTRACT_SIGNED, CONTRACT)
    await put_limit(db, matter_id, Milestone.OPENING, None, node="开标", article="B34")
    await put_date(db, matter_id, Milestone.OPENING, OPENING)
    return matter_id


async def link(served: Served, person_id: int, feed: Feed = Feed.OWN) -> str:
    token = await calendar_links.make(served.db, person_id, feed, served.clock.now())
    return f"{served.url}/calendar/{token}.ics"


async def read(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), {name.lower(): value for name, value in answer.headers.items()}


async def events(url: str) -> Sequence[Any]:
    status, body, _ = await read(url)
    assert status == 200
    return Calendar.from_ical(body).walk("VEVENT")


async def summaries(url: str) -> set[str]:
    return {str(one["SUMMARY"]) for one in await events(url)}


SIGN, OPEN = "截止日：签订合同 · 中学教学楼", "开标 · 中学教学楼"


async def test_each_sees_the_steps_that_the_own_posts_answer_for_and_the_office_all_in_reach(
    district: District, db: Database, clock: Clock
) -> None:
    await matter(db)
    await matter(db, "ocds-2", "教育局", title="操场")
    await matter(db, "ocds-3", None, title="无主")
    await matter(db, "ocds-4", title="指定", named={"": "P3", "opening": "P1"})
    async with serving_pages(db, clock) as served:
        people = district.people
        assert await summaries(await link(served, people["H1"])) == {SIGN, "开标 · 指定"}
        assert await summaries(await link(served, people["H2"])) == {OPEN}
        assert await summaries(await link(served, people["H3"])) == {
            "截止日：签订合同 · 操场", "截止日：签订合同 · 指定",
        }  # fmt: skip
        assert await summaries(await link(served, people["L"])) == set()
        led = await summaries(await link(served, people["L"], Feed.OFFICE))
        assert {one.split(" · ")[1] for one in led} == {"中学教学楼", "指定"}
        assert any(one.startswith("Last day: signing of the contract") for one in led)
        assert len(await summaries(await link(served, people["O"], Feed.OFFICE))) == 8


async def test_a_calendar_is_what_programs_read(district: District, db: Database, clock: Clock) -> None:
    matter_id = await matter(db)
    await put_limit(db, matter_id, Milestone.DEPOSITS_RETURNED, date(2026, 7, 1))  # too long ago
    await put_limit(db, matter_id, Milestone.SUPERVISOR_REPORTED, CONTRACT, state=LimitState.KEPT, provisional=True)
    await put_limit(db, matter_id, Milestone.CONTRACT_FILED, CONTRACT, state=LimitState.BROKEN, at=BEFORE)
    undated = await put_matter(db, "ocds-5", "财政局", title="桥")
    await put_limit(db, undated, Milestone.OPENING, OPENING.date(), node="开标", article="B34")
    async with serving_pages(db, clock) as served:
        url = await link(served, district.people["O"], Feed.OFFICE)
        status, body, headers = await read(url)
        assert (status, headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        assert headers["cache-control"] == "private, no-cache"
        calendar: Any = Calendar.from_ical(body)
        assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "事项时限（所辖单位）"
        assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in body
        assert not calendar.walk("VALARM")
        shown: dict[str, Any] = {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}
        together = "与“投标（响应）截止”同时：开标 · 桥"
        done = {"已完成：向监督部门书面报告 · 中学教学楼", "逾期完成：合同副本备案 · 中学教学楼"}
        assert shown.keys() == {SIGN, OPEN, together, *done}
        assert len({str(one["UID"]) for one in shown.values()}) == 5
        day, opening = shown[SIGN], shown[OPEN]
        assert (day["DTSTART"].dt, day["DTEND"].dt) == (CONTRACT, CONTRACT + timedelta(days=1))
        assert opening["DTSTART"].dt == OPENING
        assert opening["DTSTART"].to_ical() == f"{OPENING.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode()
        assert (day["STATUS"], day["SEQUENCE"], day["DTSTAMP"].dt) == ("CONFIRMED", 1, MORNING)
        assert str(day["DESCRIPTION"]).splitlines() == [
            "单位：财政局",
            "编号：ocds-1",
            "依据：《招标投标法》第四十六条",
        ]
        assert day.categories == ["工程招标"]
        assert day["URL"] == f"{served.url}/web/tenders/{matter_id}"
        assert "该日为暂定" in shown["已完成：向监督部门书面报告 · 中学教学楼"]["DESCRIPTION"]


async def test_a_title_is_a_text_whatever_stands_in_it(district: District, db: Database, clock: Clock) -> None:
    hostile = "甲;乙,\\丙\r\nATTACH:http://evil.example/\r\nEND:VEVENT"
    await matter(db, title=hostile)
    async with serving_pages(db, clock) as served:
        (event,) = await events(await link(served, district.people["H2"]))
        assert str(event["SUMMARY"]) == "开标 · " + hostile.replace("\r\n", "\n")
        assert "ATTACH" not in event


async def test_what_has_not_changed_is_not_sent_again_and_what_has_keeps_its_name(
    district: District, db: Database, clock: Clock
) -> None:
    matter_id = await matter(db)
    mine = tables.matters.c.id == matter_id
    async with serving_pages(db, clock) as served:
        url = await link(served, district.people["H2"])
        _, _, headers = await read(url)
        etag = headers["etag"]
        status, body, headers = await read(url, **{"If-None-Match": etag})
        assert (status, body, headers["etag"]) == (304, b"", etag)
        (before,) = await events(url)

        moved = OPENING + timedelta(days=3)
        async with db.writing() as conn:
            await conn.execute(update(tables.matter_dates).values(at=moved))
            await conn.execute(update(tables.matters).where(mine).values(version=2, changed_at=MORNING + timedelta(1)))
        assert (await read(url, **{"If-None-Match": etag}))[0] == 200
        (after,) = await events(url)
        assert after["UID"] == before["UID"]
        assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
        assert after["DTSTART"].dt == moved

        stopped = {"state": MatterState.CANCELLED.value, "version": 3, "changed_at": MORNING + timedelta(2)}
        async with db.writing() as conn:
            await conn.execute(update(tables.matters).where(mine).values(stopped))
        (ended,) = await events(url)
        assert (ended["UID"], ended["STATUS"], ended["SEQUENCE"]) == (before["UID"], "CANCELLED", 3)


async def test_of_an_ended_matter_nothing_is_overdue_and_what_was_passed_by_is_left_out(
    district: District, db: Database, clock: Clock
) -> None:
    ended = await put_matter(db, "ocds-1", "财政局", state=MatterState.CANCELLED, at=MORNING + timedelta(days=1))
    await put_limit(db, ended, Milestone.CONTRACT_SIGNED, date(2026, 9, 1), state=LimitState.OVERDUE)
    running = await put_matter(db, "ocds-2", "财政局")
    await put_limit(db, running, Milestone.CLARIFIED, date(2026, 9, 10), required=False)
    async with serving_pages(db, clock) as served:
        found = await events(await link(served, district.people["H1"]))
        assert [(str(one["SUMMARY"]), str(one["STATUS"])) for one in found] == [(SIGN, "CANCELLED")]


async def test_who_was_prompted_of_a_step_has_it_in_the_own_calendar(
    district: District, db: Database, clock: Clock
) -> None:
    prompt = {"matter_id": await matter(db), "rule": Milestone.CONTRACT_SIGNED.value, "part": "", "kind": "current"}
    async with db.writing() as conn:
        await conn.execute(insert(tables.matter_prompts).values(prompt | {"turn": 0, "at": MORNING, "tells": {}}))
    tendering = Tendering.over(db, district)
    async with serving_pages(db, clock) as served:
        url = await link(served, district.people["L"])
        assert await summaries(url) == set()
        await tendering.prompt_about("ocds-1", "L")
        assert len(await summaries(url)) == 1


async def test_what_opens_no_calendar_says_nothing_and_is_not_logged(
    district: District, db: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aiohttp")
    async with serving_pages(db, clock) as served:
        people = district.people
        replaced, new = [await link(served, people["H1"]) for _ in range(2)]
        ended, left, led = await link(served, people["H2"]), await link(served, people["H3"]), ""
        led = await link(served, people["L"], Feed.OFFICE)
        assert {(await read(url))[0] for url in (new, ended, left, led)} == {200}
        await calendar_links.end(db, people["H2"], Feed.OWN, clock.now())
        async with db.writing() as conn:
            gone = tables.accounts.c.person_id == people["H3"]
            await conn.execute(update(tables.accounts).where(gone).values(left_at=MORNING))
            led_no_more = tables.roles.c.person_id == people["L"]
            await conn.execute(update(tables.roles).where(led_no_more).values(ended_at=MORNING))
        kept = new.rpartition("/")[2].removesuffix(".ics")
        forged = [
            f"{served.url}/calendar/{one}.ics"
            for one in ("x", "a" * 43, "a" * 5000, kept[:-1], f"{kept}%00", "%2e%2e", "' OR 1=1 --")
        ]
        answers = {await _said(url) for url in (replaced, ended, left, led, *forged, f"{served.url}/calendar/")}
        assert answers == {(404, b"404: Not Found")}
        assert (await read(new))[0] == 200
    assert kept not in caplog.text


async def _said(url: str) -> tuple[int, bytes]:
    status, body, _ = await read(url)
    return status, body


def test_a_link_is_read_so_often_within_a_while_and_each_by_itself() -> None:
    readings = Readings()
    assert [readings.wait(1, float(second)) for second in range(30)] == [None] * 30
    assert readings.wait(1, 30.0) == 571
    assert readings.wait(2, 30.0) is None
    assert readings.wait(1, 601.0) is None


async def test_it_agrees_with_the_limits_and_follows_what_people_do(db: Database, clock: Clock) -> None:
    """Whatever the rules of works tenders make of the dates: each last day is shown, and each date as it was set."""
    town = await Tendering.found(db)
    facts = {
        Milestone.DOCUMENTS_FROM: at(1),
        Milestone.BID_DEADLINE: at(28),
        Milestone.OPENING: at(28),
        Milestone.AWARD_NOTICE: at(12, month=10),
    }
    matter = await town.put_matter(*(fact(step, when) for step, when in facts.items()), now=at(15))
    async with serving_pages(db, clock) as served:
        url = await link(served, town.people["O"], Feed.OFFICE)
        shown = await events(url)
        limits = [one.limit for one in (await town.whole()).limits]
        of_use = [one for one in limits if not is_passed_by(one, clock.now())]
        last_days = [one.due_on for one in of_use if one.due_on and one.milestone not in facts]
        assert len(last_days) > 2
        assert sorted(one["DTSTART"].dt for one in shown if "DTEND" in one) == sorted(last_days)
        assert sorted(one["DTSTART"].dt for one in shown if "DTEND" not in one) == sorted(facts.values())

        opened = await link(served, town.people["H"])
        (before,) = await events(opened)
        moved = await town.tenders.move(matter.id, Milestone.OPENING, at(29), town.people["L"], matter.version, at(21))
        (after,) = await events(opened)
        assert (after["UID"], after["DTSTART"].dt) == (before["UID"], at(29))
        assert after["SEQUENCE"] > before["SEQUENCE"]
        version = moved.matter.version
        await town.tenders.stop(matter.id, MatterState.CANCELLED, "预算调整", town.people["L"], version, at(22))
        (ended,) = await events(opened)
        assert (ended["STATUS"], ended["SEQUENCE"] > after["SEQUENCE"]) == ("CANCELLED", True)
        assert "预算调整" not in str(ended)
        statuses = {(one["DTSTART"].dt, one["STATUS"]) for one in await events(url) if "DTEND" not in one}
        assert (at(1), "CONFIRMED") in statuses  # what happened before stays as it was
