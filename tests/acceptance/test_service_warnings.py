"""Warnings by the running service: each step once, whatever restarts between two, and the button to answer stays."""

from datetime import datetime
from typing import Final

from bot.sandbox.chats import Message
from messages.items.kinds import ItemKind
from messages.items.records import Given
from messages.notices import Category, Grade
from schedules.calendars import Calendars
from schedules.policy import load
from schedules.warnings.issuing import issue
from tests.posts_warned import MONDAY, approved
from tests.service import ZONE, Founding, Town, until

REMINDER: Final = Given(
    category=Category.REMINDER,
    kind=ItemKind.COMPLAINTS,
    title="投诉较集中",
    text="请<b>说明</b>情况。",
    grade=Grade.ORANGE,
    posts=("P003", "P004"),
)
LAST: Final = datetime(2026, 9, 14, 17, 30, tzinfo=ZONE)


async def warn(place: Town) -> None:
    """Persons 3 and 4 are warned; person 1 is of the office, and there is no leader."""
    item = await approved(place.db, REMINDER, collector=2, by=1)
    calendar = await Calendars(place.db, "CN").current()
    async with place.db.writing() as conn:
        await issue(conn, item=item, calendar=calendar, policy=load(), zone=ZONE, now=MONDAY)


def labels(message: Message) -> list[str]:
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_each_step_is_told_once_with_a_restart_between_any_two(found: Founding) -> None:
    async with found(people=4) as place:
        await warn(place)
        at, passes = MONDAY, 0
        while at <= LAST:
            async with place.serving(at) as service:
                if passes == 0:
                    await until(lambda: len(place.heard(3, "橙色预警")) == 1)
                    [warning] = place.heard(4, "橙色预警")
                    assert labels(warning) == ["✅ 已知悉", "✍️ 提交回执"]
                    await place.press(4, warning)
                    await until(lambda: labels(place.heard(4, "橙色预警")[0]) == ["✍️ 提交回执"])
                await service.plan()
                upcoming = await service.planner.next_due(at, reports_too=False)
                passes += 1
                await until(lambda so_often=passes: len(place.heard(3, "橙色预警")) == so_often)
                assert upcoming is not None
                at = upcoming.at.astimezone(ZONE)
        assert [one.text.splitlines()[0] for one in place.heard(3, "橙色预警")] == [
            "🟠 橙色预警：投诉较集中",
            "🟠 橙色预警：逾期未签收",
            "🟠 橙色预警：回执期限将至",
            "🟠 橙色预警：逾期未提交回执",
        ]
        assert [one.text.splitlines()[0] for one in place.heard(4, "橙色预警")] == [
            "🟠 橙色预警：投诉较集中",
            "🟠 橙色预警：回执期限将至",
            "🟠 橙色预警：逾期未提交回执",
        ]
        assert "✅ 已于 9月7日 09:12 签收" in place.heard(4, "橙色预警")[0].text
