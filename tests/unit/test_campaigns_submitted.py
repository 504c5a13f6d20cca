"""Holders, their leader and the inspector do what a campaign asks: who is late is told so, who is not is not."""

from datetime import date, datetime
from typing import Final

import pytest

from messages.errors import Refused
from messages.register.campaigns import TaskState
from messages.register.records import Content, RiskLevel
from messages.register.reviews import Review
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.register.desk import Register
from tests.campaigning import Campaigning, at
from tests.district import ZONE

CONTENT: Final = Content(name="收受礼品", level=RiskLevel.HIGH, category="政府采购", description="评标期间")


class Bureau(Campaigning):
    """A bureau whose posts are reviewed by ``L1``, and then inspected by ``I``."""

    @property
    def register(self) -> Register:
        return Register(db=self.db, policy=self.policy, calendars=Calendars(self.db, "CN"), zone=ZONE)

    async def submit(self, code: str, now: datetime, *, complete: bool = False) -> Review:
        """The holder of a post does its task: with a point, or says that nothing is to be added."""
        holder = self.people[f"h{code}"]
        (task,) = await self.campaigns.tasks_of(holder, now)
        mine = await self.register.mine(task.post_id, holder, now)
        if not complete:
            point = next((one.point for one in mine.points), None)
            which, version = (point.id, point.version) if point else (None, None)
            await self.register.save(task.post_id, holder, CONTENT, now, point_id=which, version=version)
        return await self.register.submit(task.post_id, holder, now, task_id=task.id, complete=complete)

    async def accept(self, review: Review, now: datetime, *by: str) -> None:
        """Each accepts it in turn."""
        for code in by:
            review = await self.register.accept(review.id, self.people[code], review.version, now)

    async def give_back(self, review: Review, now: datetime, by: str) -> None:
        await self.register.give_back(review.id, self.people[by], review.version, "请补充防控措施", now)


async def test_silent_returning_and_accepting_people_are_each_told_what_is_theirs(db: Database) -> None:
    here = await Bureau.found(db)
    silent, nothing, from_leader, from_inspector, late = await here.posts("财政局", 5)
    campaign = await here.start()
    key = f"campaign:{campaign.id}"
    await here.accept(await here.submit(nothing, at(8), complete=True), at(9), "L1", "I")
    await here.give_back(await here.submit(from_leader, at(10)), at(11), "L1")
    waits = await here.submit(from_inspector, at(14))
    await here.accept(waits, at(14, 15), "L1")
    await here.days(date(2026, 9, 15), date(2026, 9, 20))
    told = await here.told()
    to_submit = [f"h{one}" for one in (silent, from_leader, late)]
    for what in ("soon:2026-09-15", "soon:2026-09-17", "overdue:2026-09-18"):
        assert told[f"{key}:{what}"] == to_submit

    # What was in time and comes back after the last day is not called overdue; what comes after it is late.
    inspected = await here.register.review(waits.id, here.people["I"], at(21))
    await here.register.give_back(waits.id, here.people["I"], inspected.review.version, "请细化", at(21))
    await here.accept(await here.submit(late, at(21)), at(21, 10), "L1", "I")
    await here.passes(at(21, 11), at(22))
    assert {*await here.told()} == {*told}
    rows = (await here.campaigns.tasks(campaign.id, here.people["I"], page=1, now=at(22))).tasks
    assert [(one.state, one.complete, one.timely, one.overdue) for one in rows] == [
        (TaskState.OPEN, False, None, True),
        (TaskState.ACCEPTED, True, True, False),
        (TaskState.RETURNED, False, True, True),
        (TaskState.RETURNED, False, True, True),
        (TaskState.ACCEPTED, False, False, False),
    ]

    # When the last one is accepted its author is told; then it is closed, and nothing is asked for it any more.
    for code in (silent, from_leader, from_inspector):
        await here.accept(await here.submit(code, at(22, 15)), at(22, 16), "L1", "I")
        await here.passes(at(22, 16))
    assert (await here.told())[f"{key}:done"] == ["O"]
    await here.campaigns.close(campaign.id, here.people["O"], "已完成", at(23))
    assert await here.campaigns.tasks_of(here.people[f"h{silent}"], at(23)) == ()


async def test_a_campaign_that_is_closed_takes_nothing_more_and_keeps_its_tasks(db: Database) -> None:
    here = await Bureau.found(db)
    (code,) = await here.posts("财政局", 1)
    campaign, holder = await here.start(), here.people[f"h{code}"]
    (task,) = await here.campaigns.tasks_of(holder, at(8))
    await here.campaigns.close(campaign.id, here.people["O"], "另行部署", at(8))
    with pytest.raises(Refused):
        await here.register.submit(task.post_id, holder, at(8), task_id=task.id, complete=True)
    await here.days(date(2026, 9, 15), date(2026, 9, 21))
    assert {*await here.told()} == {f"campaign:{campaign.id}"}
    figures = (await here.campaigns.progress(campaign.id, here.people["O"], at(22))).total
    assert (figures.open, figures.overdue) == (1, 0)
