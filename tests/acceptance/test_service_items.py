"""An item from its submission to its reader, by the whole service: each is told once, also over restarts between."""

from datetime import timedelta

from messages.items.kinds import ItemKind
from messages.items.records import COMMAND, Given, Item
from messages.notices import Category
from messages.rights import person_of
from schedules.calendars import Calendars
from schedules.items.desk import Items
from schedules.policy import load
from tests.service import BEFORE, ZONE, Founding, Town, until

TITLE = "审计发现的问题"
CAUTION = Given(
    category=Category.CAUTION,
    kind=ItemKind.AUDIT,
    title=TITLE,
    text="请<b>对照检查</b>。",
    decisive_on=(BEFORE - timedelta(days=3)).date(),
    audience="unit:财政局",
)


async def submitted(place: Town) -> Item:
    """What person 2, who collects for 财政局, submits."""
    items = Items(db=place.db, policy=load(), calendars=Calendars(place.db, "CN"), zone=ZONE)
    async with place.db.reading() as conn:
        collector = await person_of(conn, "R002")
    return await items.submit(CAUTION, collector, BEFORE, by=COMMAND)


async def test_an_item_is_approved_on_its_card_and_reaches_its_audience_once(found: Founding) -> None:
    async with found(people=4) as place:
        await submitted(place)
        async with place.serving(BEFORE):
            await until(lambda: len(place.heard(1, "待您审批")) == 1)
        async with place.serving(BEFORE + timedelta(minutes=1)) as service:
            (card,) = place.heard(1, "待您审批")
            assert all(words in card.text for words in (TITLE, "请对照检查。", "人员2 · 财政局", "按时录入"))
            await place.press(1, card)
            await until(lambda: all(place.heard(number, "已审批" if number == 2 else TITLE) for number in (1, 2, 4)))
            notice_id = await place.notice_id("item:1")
            await place.settled(notice_id, delivered=2, recipients=2)
            (read,) = place.heard(4, TITLE)
            await place.press(4, read)
            assert await place.acknowledged() == 1
            await service.plan()
        async with place.serving(BEFORE + timedelta(minutes=2)) as service:
            await service.plan()
            told = {number: len(place.heard(number, TITLE)) for number in (1, 2, 3, 4)}
        assert told == {1: 1, 2: 2, 3: 0, 4: 1}  # the collector is of the audience, and learns what came of it
