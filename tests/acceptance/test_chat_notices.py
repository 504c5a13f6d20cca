"""The desk of whoever looks after units: notices, their units and people, reminding and steering, over real HTTP."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.sandbox.chats import Message
from messages.organisation.records import Role
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.talk import Talk, buttons

OFFICE, LEADER, LI, WANG = 101, 102, 103, 104


class Place(Talk):
    """An office whose administrator and leader have looked at how notices stand."""

    people: dict[str, int]

    async def bear(self, person: int, role: Role, *, everything: bool = False) -> None:
        """A person bears a role for the bureau, or for the office above everything."""
        async with self.db.writing() as conn:
            unit = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "财政局"))
            if everything:
                above = {"name": "推进办", "kind": "office", "path": "/9/", "created_at": self.now}
                unit = await conn.scalar(insert(tables.units).values(above).returning(tables.units.c.id))
            row = {"person_id": person, "role": role.value, "unit_id": unit, "granted_at": self.now}
            await conn.execute(insert(tables.roles).values(row))

    async def move_to_another_unit(self, person: int) -> None:
        async with self.db.writing() as conn:
            row = {"name": "教育局", "kind": "department", "path": "/8/", "created_at": self.now}
            unit = await conn.scalar(insert(tables.units).values(row).returning(tables.units.c.id))
            held = select(tables.assignments.c.post_id).where(tables.assignments.c.person_id == person)
            mine = tables.posts.c.id.in_(held)
            await conn.execute(update(tables.posts).where(mine).values(unit_id=unit))

    async def sent(self, key: str = "a") -> int:
        notice = await self.issue(key)
        await self.send()
        return notice

    async def look(self, chat: int) -> Message:
        """``/notices``, and the newest one opened."""
        await self.write(chat, "/notices")
        await self.press_button(chat, self.last(chat))
        return self.last(chat)

    async def choose(self, chat: int, label: str) -> str | None:
        """Press the button of the last message that says something; gives the toast."""
        rows = enumerate(buttons(self.last(chat)))
        row, column = next((r, c) for r, line in rows for c, one in enumerate(line) if label in one["text"])
        return await self.press_button(chat, self.last(chat), row, column)

    def labels(self, chat: int) -> list[str]:
        return [one["text"] for row in buttons(self.last(chat)) for one in row]


@pytest.fixture
async def place(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Place]:
    async with Place(db, clock, catalog, renderer).open() as place:
        people = {
            "office": await place.employ("Zhao Yi", OFFICE),
            "leader": await place.employ("Qian Er", LEADER),
            "Li": await place.employ("Li Si", LI),
            "Wang": await place.employ("Wang Wu", WANG),
        }
        place.people = people
        await place.bear(people["office"], Role.OFFICE, everything=True)
        await place.bear(people["leader"], Role.LEADER)
        await place.move_to_another_unit(people["Wang"])
        yield place


async def recorded(place: Place, kind: str) -> list[dict[str, Any]]:
    return await place.events(kind)


async def test_the_list_names_notices_with_how_they_stand_and_opens_one(place: Place) -> None:
    await place.sent()
    (said,) = await place.write(OFFICE, "/notices")
    assert "国庆节 a" in said
    assert "delivered 4/4 · acknowledged 0/4" in said
    await place.press_button(OFFICE, place.last(OFFICE))
    said = place.last(OFFICE).text
    assert "People 4: delivered 4" in said
    assert "Posts 4: acknowledged 0" in said
    assert "财政局: acknowledged 0/3" in said
    assert "教育局: acknowledged 0/1" in said


async def test_who_has_not_acknowledged_is_found_by_unit_and_person(place: Place) -> None:
    await place.sent()
    await place.press_button(LI, place.last(LI))
    await place.look(OFFICE)
    await place.choose(OFFICE, "3 have not acknowledged")
    assert place.labels(OFFICE)[:2] == ["财政局 · 2", "教育局 · 1"]
    await place.choose(OFFICE, "财政局")
    said = place.last(OFFICE).text
    assert "财政局 · 2 have not acknowledged" in said
    assert "Qian Er · Clerk" in said
    assert "Li Si" not in said
    assert "delivered 21 September, 09:10" in said
    (body,) = await recorded(place, "records_viewed")
    assert (body["unit"], body["which"], body["people"]) == ("财政局", "silent", ["RZhao Yi", "RQian Er"])


async def test_a_leader_sees_the_own_unit_and_nothing_else(place: Place) -> None:
    await place.sent()
    said = (await place.look(LEADER)).text
    assert "People 3: delivered 3" in said
    assert "教育局" not in said
    assert not {"⏸ Pause", "↩️ Recall"} & set(place.labels(LEADER))
    assert "🔔 Remind them" in place.labels(LEADER)


async def test_what_lies_outside_is_refused_kindly_and_recorded(place: Place) -> None:
    notice = await place.sent()
    await place.look(LEADER)
    async with place.db.reading() as conn:
        unit = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "教育局"))
    message = place.last(LEADER)
    toast = await place.press(LEADER, message.message_id, f"n4:{notice}:{unit}:0:1")
    assert toast == "This is not open to you: it lies outside your units."
    toast = await place.press(LEADER, message.message_id, f"n8:{notice}:cancel")
    assert toast == "This is not open to you: only administrators of the office stop a notice."
    first, second = await recorded(place, "act_refused")
    assert (first["act"], second["act"], second["what"]) == ("see_notices", "steer", "cancel")
    assert first["notice"] == second["notice"]
    assert "cancelled" not in await place.states(place.people["Li"])


async def test_a_question_is_put_only_to_who_may_do_what_it_asks(place: Place) -> None:
    """A leader was asked whether a notice was to be cancelled or recalled, and refused only after saying yes."""
    notice = await place.sent()
    await place.look(LEADER)
    before = len(place.sandbox.messages(LEADER))
    told = "This is not open to you: only administrators of the office stop a notice."
    for data in (f"n7:{notice}:cancel", f"n7:{notice}:recall", f"bb1:ask-cancel:{notice}", f"bb1:ask-recall:{notice}"):
        assert await place.press(LEADER, place.last(LEADER).message_id, data) == told
    assert len(place.sandbox.messages(LEADER)) == before
    refused = [(body["act"], body["what"]) for body in await recorded(place, "act_refused")]
    assert refused == [("steer", "cancel"), ("steer", "recall")] * 2


async def test_a_notice_outside_does_not_show_itself_through_the_own_unit(place: Place) -> None:
    """By its number and a unit of the own scope, a leader read the title of any notice."""
    await place.sent()
    await place.look(LEADER)
    async with place.db.reading() as conn:
        unit = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "财政局"))
    elsewhere = await place.sent("b")
    async with place.db.writing() as conn:
        for table in (tables.deliveries, tables.obligations):
            others = table.c.notice_id == elsewhere, table.c.person_id != place.people["Wang"]
            await conn.execute(delete(table).where(*others))
    shown = place.last(LEADER).text
    for data in (f"n2:{elsewhere}", f"n4:{elsewhere}:{unit}:0:1", f"n6:{elsewhere}"):
        toast = await place.press(LEADER, place.last(LEADER).message_id, data)
        assert toast == "This is not open to you: it lies outside your units.", data
    assert place.last(LEADER).text == shown
    assert [body["act"] for body in await recorded(place, "act_refused")] == ["see_notices", "see_notices", "export"]


async def test_what_is_not_there_is_said_so(place: Place) -> None:
    """A number of no notice ended in an apology and a traceback."""
    await place.sent()
    await place.look(OFFICE)
    there_is_none = "There is no notice 999."
    for data in ("n2:999", "n3:999:0:1", "n6:999", "n5:999", "n7:999:cancel", "n8:999:pause", "bb1:pause:999"):
        assert await place.press(OFFICE, place.last(OFFICE).message_id, data) == there_is_none, data
    toast = await place.press(OFFICE, place.last(OFFICE).message_id, "n4:1:99999:0:1")
    assert toast == "There is no such unit."


async def test_who_looks_after_nobody_is_told_so_and_has_no_such_command(place: Place) -> None:
    (said,) = await place.write(LI, "/notices")
    assert said == "This is not open to you: only administrators, leaders and inspectors see how notices stand."
    assert "notices" not in [entry["command"] for entry in place.menu(LI)]
    assert await recorded(place, "act_refused") == [{"act": "see_notices"}]


async def test_only_the_silent_are_reminded_and_not_twice_in_five_minutes(place: Place) -> None:
    await place.sent()
    await place.press_button(LI, place.last(LI))
    place.clock.move_to(place.clock.now() + timedelta(minutes=10))
    await place.look(LEADER)
    woken = place.woken
    assert await place.choose(LEADER, "Remind") == "2 people are reminded."
    assert place.woken == woken + 1
    assert await place.choose(LEADER, "Remind") == (
        "Whoever is silent was reminded less than five minutes ago, or is about to be."
    )
    assert await place.states(place.people["Wang"]) == ["delivered"]
    assert await place.states(place.people["Li"]) == ["delivered"]


async def test_a_running_notice_is_paused_resumed_and_cancelled_after_a_question(place: Place) -> None:
    await place.issue("a")
    await place.look(OFFICE)
    assert await place.choose(OFFICE, "Pause") == "Paused: nothing more of it is sent before it is resumed."
    assert "⏸ paused 21 September" in place.last(OFFICE).text
    assert await place.choose(OFFICE, "Resume") == "It goes on."
    await place.choose(OFFICE, "⏹ Cancel")
    assert "Cancel this notice?" in place.last(OFFICE).text
    await place.choose(OFFICE, "Overview")
    await place.choose(OFFICE, "⏹ Cancel")
    assert await place.choose(OFFICE, "Yes") == "Cancelled. 0 people had received it already."
    assert "⏹ cancelled 21 September" in place.last(OFFICE).text
    assert await place.states(place.people["Li"]) == ["cancelled"]


async def test_what_was_delivered_can_be_recalled(place: Place) -> None:
    await place.sent()
    await place.look(OFFICE)
    await place.choose(OFFICE, "Recall")
    assert "can still be deleted: those sent within 48 hours" in place.last(OFFICE).text
    assert "within 48 hours" in place.last(OFFICE).text
    toast = await place.choose(OFFICE, "Yes")
    whose = r"message of 1 person is|messages of \d+ people are"
    assert re.fullmatch(rf"It is being recalled: the ({whose}) deleted where that is still possible\.", toast or "")
    assert "recalled 21 September" in place.last(OFFICE).text
    assert "↩️ Recall" not in place.labels(OFFICE)


async def test_an_export_sends_the_workbook_and_the_chart_as_documents(place: Place) -> None:
    await place.sent()
    await place.look(LEADER)
    assert await place.choose(LEADER, "Export") == "It is being made: the files will come in a moment."
    book, picture = (message for message in place.sandbox.messages(LEADER) if message.from_bot and message.media)
    names = [one.media["document"]["file_name"] for one in (book, picture) if one.media]
    assert [name.rpartition(".")[2] for name in names] == ["xlsx", "png"]
    (body,) = await recorded(place, "records_exported")
    assert (body["units"], body["people"]) == (1, 3)


async def test_a_made_up_button_changes_nothing(place: Place) -> None:
    await place.sent()
    message = await place.look(OFFICE)
    for data in ("n1:x", "n2", "n3:1:9:1", "n4:1:1:9:1", "n7:1:explode", "n7:x:pause", "n8"):
        toast = await place.press(OFFICE, message.message_id, data)
        assert toast == "This button is not in use for this account. Nothing was changed.", data


async def test_a_title_with_markup_is_shown_as_it_was_written(place: Place) -> None:
    notice = await place.sent()
    async with place.db.writing() as conn:
        mine = tables.notices.c.id == notice
        await conn.execute(update(tables.notices).where(mine).values(title="<b>x</b> & <i>"))
    assert "<b>x</b> & <i>" in (await place.look(OFFICE)).text


async def test_it_is_said_in_chinese_too(place: Place) -> None:
    await place.sent()
    async with place.db.writing() as conn:
        await conn.execute(update(tables.people).values(language="zh_CN"))
    said = (await place.look(OFFICE)).text
    assert "人员 4：送达 4" in said
    assert "岗位 4：签收 0" in said
    assert "未签收 4" in place.labels(OFFICE)
