"""A broadcast is written, looked at and sent in chat, over real HTTP to the sandbox."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from bot.sandbox.parameters import Upload
from messages.notices import Lane
from messages.register.records import RiskLevel
from messages.store import tables
from messages.store.database import Database
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules.clock import Clock
from tests.district import ZONE
from tests.newsroom import ADMIN, CLERK, SECOND, Newsroom
from tests.points import put_point
from tests.talk import buttons


@pytest.fixture
async def room(db: Database, clock: Clock, catalog: Catalog, renderer: Renderer) -> AsyncIterator[Newsroom]:
    room = Newsroom(db, clock, catalog, renderer)
    async with room.open():
        await room.people()
        yield room


async def test_a_broadcast_is_written_looked_at_and_sent(room: Newsroom) -> None:
    await room.write_to_all()
    assert "To: Everyone — 3 people" in room.card()
    await room.push_button("Preview")
    shown = room.sandbox.messages(ADMIN)[-2]
    assert shown.text.startswith("Please read")
    assert [[one["text"] for one in row] for row in buttons(shown)] == [["✅ Noted"]]
    assert "3 people · 1 unit" in room.card()
    assert await room.notices() == []
    await room.push_button("Send to 3 people")
    (notice,) = await room.notices()
    assert (notice.params, notice.audience, notice.created_by) == ({"text": "Please read"}, "all", 1)
    assert "on its way to 3 people" in room.card()
    assert room.woken
    assert len(await room.send()) == 3


async def test_who_is_no_administrator_is_refused_kindly_and_recorded(room: Newsroom) -> None:
    [answer] = await room.write(CLERK, "/broadcast")
    assert "only administrators" in answer
    [answer] = await room.write(CLERK, "/approvals")
    assert "only administrators" in answer
    assert [event["act"] for event in await room.events("act_refused")] == ["broadcast", "approve"]


async def test_pressing_send_twice_sends_once(room: Newsroom) -> None:
    await room.write_to_all()
    await room.push_button("Preview")
    message = room.last(ADMIN)
    data = buttons(message)[0][0]["callback_data"]
    await room.press(ADMIN, message.message_id, data)
    toast = await room.press(ADMIN, message.message_id, data)
    assert toast == "This draft is closed: it was sent, submitted or discarded."
    assert len(await room.notices()) == 1


async def test_anything_changed_after_the_preview_asks_for_a_new_one(room: Newsroom) -> None:
    await room.write_to_all()
    await room.push_button("Preview")
    message = room.last(ADMIN)
    send = buttons(message)[0][0]["callback_data"]
    await room.write(ADMIN, "Something else")
    toast = await room.press(ADMIN, message.message_id, send)
    assert toast == "This preview is out of date: please look at it once more."
    assert await room.notices() == []
    assert room.sandbox.messages(ADMIN)[-2].text.startswith("Something else")
    await room.push_button("Send to 3 people")
    assert [notice.params["text"] for notice in await room.notices()] == ["Something else"]


async def test_telegram_s_formatting_is_kept_and_overlapping_marks_are_split_right(room: Newsroom) -> None:
    await room.write(ADMIN, "/broadcast")
    marks = [{"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 2, "length": 6}]
    await room.write_marked("read <it>", marks)
    await room.choose("Audience", "Everyone", "Go back", "Preview", "Send to 3 people")
    (notice,) = await room.notices()
    assert notice.params == {"text": "<b>re<i>ad</i></b><i> &lt;it</i>&gt;"}
    await room.send()
    sent = room.last(CLERK)
    assert sent.text.startswith("read <it>")
    assert {entity["type"] for entity in sent.entities} >= {"bold", "italic"}


async def test_an_album_goes_into_the_draft_and_out_again_to_everyone(room: Newsroom) -> None:
    await room.write(ADMIN, "/broadcast")
    pictures = [Upload(name=f"{number}.png", mime="image/png", content=bytes([number])) for number in range(3)]
    await room.send_files(ADMIN, *pictures, caption="Our pictures")
    assert len([text for text in room.texts(ADMIN) if "📎" in text]) == 1  # one card for the whole album
    assert "📎 3 files" in room.card()
    assert "Our pictures" in room.card()
    paper = Upload(name="rules.pdf", mime="application/pdf", content=b"%PDF")
    await room.send_files(ADMIN, paper)
    assert "📎 4 files" in room.card()
    await room.choose("Audience", "Everyone", "Go back", "Preview", "Send to 3 people")
    (notice,) = await room.notices()
    assert [one["kind"] for one in notice.attachments] == ["photo", "photo", "photo", "document"]
    assert notice.params == {"text": "Our pictures"}


async def test_files_can_be_taken_out_again(room: Newsroom) -> None:
    await room.write(ADMIN, "/broadcast")
    await room.send_files(ADMIN, Upload(name="1.png", mime="image/png", content=b"1"))
    await room.choose("Take the files out")
    assert "file" not in room.card().partition("👥")[0]
    assert "📎 Take the files out" not in room.labels()


async def test_a_draft_that_was_left_is_found_again_and_can_be_discarded(room: Newsroom) -> None:
    await room.write_to_all()
    await room.write(ADMIN, "/help")
    await room.write(ADMIN, "/broadcast")
    assert room.card().startswith("You have a draft")
    assert "Please read" in room.card()
    await room.choose("Discard", "Discard it for good")
    assert room.card() == "The draft is discarded. Nothing was sent."
    await room.write(ADMIN, "/broadcast")
    assert "Nothing is written yet." in room.card()


async def test_an_update_that_comes_twice_changes_nothing_twice(room: Newsroom) -> None:
    await room.write(ADMIN, "/broadcast")
    await room.send_files(ADMIN, Upload(name="1.png", mime="image/png", content=b"1"))
    (sent,) = [message for message in room.sandbox.messages(ADMIN) if message.media]
    await room.repeat(sent)
    assert "📎 1 file" in room.card()
    await room.choose("Audience")
    message = room.last(ADMIN)
    everyone = buttons(message)[0][0]["callback_data"]
    for _ in range(2):
        await room.press(ADMIN, message.message_id, everyone)
    assert "To: Everyone" in room.card()


async def test_units_are_found_by_typing_and_turned_by_pages(room: Newsroom) -> None:
    await room.units(*(f"第{number:02}中学" for number in range(20)))
    await room.write_to_all()
    await room.choose("Audience", "Units")
    assert room.labels()[:2] == ["☐ 财政局", "☐ 第00中学"]
    assert "1/3" in room.labels()
    await room.choose("»")
    assert "2/3" in room.labels()
    await room.write(ADMIN, "1")
    assert "“1”: 11 found" in room.card()
    await room.choose("第01中学")
    assert "☑ 第01中学" in room.labels()
    await room.choose("Show all again")
    await room.choose("财政局")
    assert "To: 第01中学, 财政局 — 3 people" in room.card()
    await room.choose("☑ 财政局")
    assert "To: 第01中学 — 0 people" in room.card()


async def test_levels_roles_and_risk_posts_are_ticked(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("Audience", "Levels", "level 3", "Go back", "Roles", "promotion office", "Go back")
    assert "To: level 3 · promotion office — 2 people" in room.card()
    await room.choose("Risk levels", "risk posts")
    assert "0 people" in room.card()
    await room.choose("risk posts", "Go back", "Go back", "Preview")
    assert "level:3 role:office" in room.card()


async def test_posts_with_risks_are_counted_while_an_audience_is_chosen(room: Newsroom) -> None:
    """By the register: a node and levels that points of these posts have, ticked or as an expression."""
    await put_point(room.db, "P3", node="开标", level=RiskLevel.MIDDLE)
    await put_point(room.db, "P1", level=RiskLevel.LOW)
    await room.write_to_all()
    await room.choose("Audience", "Risk nodes", "开标")
    assert "To: 开标 — 1 person" in room.card()
    await room.choose("Go back", "Clear", "Risk levels", "middle risk", "low risk")
    assert "To: middle risk, low risk — 2 people" in room.card()
    await room.choose("Go back", "As an expression")
    assert "risk:high|middle|low" in room.card()
    await room.write(ADMIN, "risk:middle node:开标")
    assert "To: risk:middle node:开标 — 1 person" in room.card()
    await room.press(ADMIN, room.last(ADMIN).message_id, "bc1:1:risk:grave:1:1")
    assert "To: risk:middle node:开标 — 1 person" in room.card()


async def test_an_expression_is_typed_and_its_faults_are_told_with_their_place(room: Newsroom) -> None:
    await room.write_to_all()
    async with room.db.writing() as conn:
        await conn.execute(tables.units.update().values(name="区 财政局"))
    await room.choose("Audience", "As an expression")
    assert 'unit:"区 财政局"' in room.card()  # the example is a unit of the own roster
    await room.write(ADMIN, "level:3 nonsense")
    assert "Line 1, column 9" in room.card()
    assert "Please write the expression now." in room.card()  # it waits on, and shows that it does
    assert room.labels() == ["« Go back"]
    await room.write(ADMIN, "unit:没有")
    assert "“没有”" in room.card()
    await room.write(ADMIN, "unit:财政局")
    assert "“财政局”: Did you mean 区 财政局?" in room.card()
    await room.write(ADMIN, "person:RClerk")
    assert "To: person:RClerk — 1 person" in room.card()
    await room.write(ADMIN, "The text again")  # what is said next is content
    assert "The text again" in room.card()


async def test_a_title_that_is_refused_is_waited_for_on(room: Newsroom) -> None:
    """The main buttons came back, while the card still said that it waited for the title."""
    await room.write_to_all()
    await room.choose("Title")
    await room.write(ADMIN, "long " * 100)
    assert "characters are accepted" in room.card()
    assert "Please write the title now." in room.card()
    assert room.labels() == ["« Go back"]
    await room.write(ADMIN, "Short")
    assert "Preview" in " ".join(room.labels())


async def test_a_time_is_picked_from_the_calendar_which_marks_days_off(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("When", "Choose a day")
    assert "25°" in room.labels()  # 中秋 of 2026
    assert "20" not in room.labels()  # it has passed
    await room.choose("22", "10", "10:15")
    assert "To be sent: 22 September, 10:15" in room.card()
    await room.choose("Preview", "Send to 3 people")
    (notice,) = await room.notices()
    assert notice.send_at == datetime(2026, 9, 22, 10, 15, tzinfo=ZONE)
    assert await room.send() == []


async def test_a_time_in_quiet_hours_is_told_before_it_is_sent(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("When", "Choose a day", "25°", "22", "22:30", "Preview")
    assert "quiet hours or a day off: it goes out at 28 September, 08:00" in room.card()
    await room.choose("Change", "Urgency", "Red", "Preview")
    assert "quiet hours" not in room.card()


async def test_acknowledgement_and_urgency_are_chosen(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("Acknowledgement", "No acknowledgement")
    assert "No acknowledgement" in room.card()
    await room.choose("Urgency", "Urgent", "Acknowledgement", "within 5 working days", "Preview", "Send to")
    (notice,) = await room.notices()
    assert (notice.lane, notice.acknowledge) == (Lane.ORANGE, True)
    assert notice.acknowledge_by == datetime(2026, 9, 29, 17, 30, tzinfo=ZONE)


async def test_who_cannot_be_reached_is_named_by_unit_and_that_is_recorded(room: Newsroom) -> None:
    await room.hire("Absent <i>")
    await room.write_to_all()
    await room.choose("Preview", "Who cannot be reached")
    assert "财政局\n• Absent <i> · has not joined yet" in room.card()
    (viewed,) = await room.events("records_viewed")
    assert (viewed["what"], viewed["people"]) == ("unreachable", ["RAbsent <i>"])


async def test_the_same_text_to_the_same_people_is_pointed_out(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("Preview")
    assert "The same text" not in room.card()
    await room.choose("Send to 3 people")
    await room.write_to_all()
    await room.choose("Preview")
    assert "The same text went to 3 of these people on" in room.card()


async def test_units_out_of_reach_and_ended_ones_cannot_be_ticked(room: Newsroom) -> None:
    """A pressed button named any unit by its number: its name was shown to whoever may broadcast anywhere."""
    async with room.db.writing() as conn:
        for name, path, ended in (("外单位", "/8/", None), ("旧单位", "/1/9/", room.now)):
            row = {"name": name, "kind": "department", "path": path, "created_at": room.now, "ended_at": ended}
            await conn.execute(insert(tables.units).values(row))
        await conn.execute(update(tables.units).where(tables.units.c.id == 1).values(kind="department"))
    await room.write(ADMIN, "/broadcast")
    await room.write(ADMIN, "Please read")
    card = room.last(ADMIN)
    draft = 1
    for unit in (2, 3):
        toast = await room.press(ADMIN, card.message_id, f"bc1:{draft}:unit:{unit}:1:1")
        assert toast == "This button is not in use for this account. Nothing was changed."
    assert not {name for name in ("外单位", "旧单位") if name in room.card()}


async def test_numbers_that_no_database_keeps_are_forged(room: Newsroom) -> None:
    """They ended in an apology and a traceback."""
    await room.write(ADMIN, "/broadcast")
    for words in ("bc1:{draft}:unit:{long}:1:1", "bl1:{draft}:unit:{long}", "bc1:{draft}:unit:1:1:{long}"):
        data = words.format(draft=1, long="9" * 30)
        toast = await room.press(ADMIN, room.last(ADMIN).message_id, data)
        assert toast == "This button is not in use for this account. Nothing was changed.", data


async def test_forged_buttons_change_nothing(room: Newsroom) -> None:
    await room.write_to_all()
    message = room.last(ADMIN)
    for words in ("title", "unit:999:1:1", "level:9:1:1", "everyone:1:2:1", "role:king:1:1", "x"):
        kind, before = "bv1" if words == "x" else "bc1", len(await room.events("press_refused"))
        await room.press(ADMIN, message.message_id, f"{kind}:1:{words}")
        await room.press(ADMIN, message.message_id, f"bs1:1:at:{words.replace(':', '.')}")
        await room.press(ADMIN, message.message_id, f"bd1:1:{words}")
        assert len(await room.events("press_refused")) > before, words
    await room.choose("Preview", "Send to 3 people")
    assert len(await room.notices()) == 1


async def test_what_was_written_is_never_markup(room: Newsroom) -> None:
    await room.write_to_all("5 < 6 & <b>not bold</b>")
    await room.choose("Title")
    await room.write(ADMIN, "<i>title</i>")
    assert "<i>title</i>\n5 < 6 & <b>not bold</b>" in room.card()
    await room.choose("Preview")
    assert "<i>title</i>\n\n5 < 6 & <b>not bold</b>" in room.sandbox.messages(ADMIN)[-2].text


async def test_a_role_that_was_revoked_meanwhile_ends_the_writing(room: Newsroom) -> None:
    await room.write_to_all()
    await room.choose("Preview")
    async with room.db.writing() as conn:
        mine = tables.roles.c.person_id == 1
        await conn.execute(update(tables.roles).where(mine).values(ended_at=room.now))
    toast = await room.push_button("Send to 3 people")
    assert toast is not None
    assert "only administrators" in toast
    assert await room.notices() == []
    [answer] = await room.write(ADMIN, "another text")
    assert "only administrators" in answer


async def test_what_stands_behind_the_command_is_the_text(room: Newsroom) -> None:
    await room.write(ADMIN, "/broadcast Please <read>\nthis")
    assert "Please <read>\nthis" in room.card()


async def test_everyone_is_everyone_in_the_own_units_and_no_other_unit_can_be_chosen(room: Newsroom) -> None:
    """The second administrator is one of a school alone, where a teacher works."""
    await room.units("第一中学", "第二中学")
    async with room.db.writing() as conn:
        school = select(tables.units.c.id).where(tables.units.c.name == "第一中学").scalar_subquery()
        await conn.execute(update(tables.roles).where(tables.roles.c.person_id == 2).values(unit_id=school))
        await conn.execute(update(tables.posts).where(tables.posts.c.code == "P2").values(unit_id=school))
    await room.write(SECOND, "/broadcast for the school")
    await room.choose("Audience", "Everyone", chat=SECOND)
    assert "To: Everyone — 1 person" in room.card(SECOND)
    await room.choose("Units", chat=SECOND)
    assert room.labels(SECOND)[:-1] == ["☐ 第一中学"]
    await room.choose("Go back", "As an expression", chat=SECOND)
    await room.write(SECOND, "all")
    await room.choose("Preview", chat=SECOND)
    assert "outside the units that you speak for" in str(await room.push_button("Preview", SECOND))
    assert [event["act"] for event in await room.events("act_refused")] == ["broadcast", "broadcast"]
    await room.choose("Audience", "Everyone", "Go back", "Preview", "Send to 1 person", chat=SECOND)
    assert [notice.audience for notice in await room.notices()] == ["unit:第一中学"]
