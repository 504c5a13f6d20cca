"""A campaign runs from its approval to its end on a moved clock: each thing is told once, to those whom it concerns."""

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from messages.errors import DecidedBefore
from messages.notices import FIRST_WAVE, NewNotice
from messages.register.campaigns import Campaign, CampaignState, Figures, TaskState
from messages.store import campaign_sweeps, tables
from messages.store.database import Database
from messages.text.rendering import Renderer
from schedules.campaigns import sweeping
from schedules.campaigns.telling import soon_notice
from schedules.policy import load
from tests.acknowledging import acknowledger
from tests.campaigning import MONDAY, Campaigning, at
from tests.district import ZONE


async def acknowledge(here: Campaigning, code: str, now: datetime) -> None:
    person = here.people[code]
    query = select(tables.deliveries.c.id).where(tables.deliveries.c.person_id == person)
    async with here.db.reading() as conn:
        delivery = await conn.scalar(query)
    assert delivery is not None
    chat = here.district.chat(code)
    await acknowledger(here.db).acknowledge(chat_id=chat, delivery_id=delivery, now=now)


async def test_a_campaign_over_232_posts_is_told_called_to_mind_extended_and_done_once_each(
    db: Database, renderer: Renderer
) -> None:
    here = await Campaigning.found(db)
    finance, housing = await here.posts("财政局", 116, vacant=4), await here.posts("住建局", 116, vacant=4)
    office, desk = here.people["O"], here.campaigns
    proposed = await here.start()
    assert (proposed.state, proposed.version) == (CampaignState.PROPOSED, 1)
    assert await here.told() == {f"campaign:{proposed.id}:asked:A": ["A"]}
    running = await desk.approve(proposed.id, here.people["A"], 1, MONDAY)
    key = f"campaign:{running.id}"

    # All holders are told once; some acknowledge, some submit, two come back from the leader and the inspector.
    await here.days(date(2026, 9, 7), date(2026, 9, 9))
    told = await here.told()
    assert told.pop(f"{key}:running") == ["O"]
    assert {one: len(whom) for one, whom in told.items()} == {f"{key}:asked:A": 1, key: 224}
    await acknowledge(here, f"h{finance[100]}", at(8))
    await here.set(finance[:100], TaskState.ACCEPTED, at(10))
    await here.set(finance[100:102], TaskState.RETURNED, at(11))
    await here.set(housing[:30], TaskState.UNIT, at(11), complete=True)
    await here.set(housing[30:90], TaskState.INSPECTOR, at(14))

    # The first reminder is made up for after a day off; the second is not, when the last day is over.
    await here.passes(at(16, 14))
    silent = [f"h{code}" for code in (*finance[100:], *housing[90:])]
    assert sorted((await here.told())[f"{key}:soon:2026-09-15"]) == sorted(silent)
    here = Campaigning.over(db, here.district)
    await here.days(date(2026, 9, 20), date(2026, 9, 21))  # a Sunday that is worked
    told = await here.told()
    assert [one for one in told if ":soon:" in one] == [f"{key}:soon:2026-09-15"]
    await _told_of_what_is_overdue(here, key, silent)

    # More time: who has not submitted is told, and is reminded and overdue anew.
    extended = await desk.extend(running.id, office, date(2026, 9, 25), "中秋前后任务集中", at(21, 15))
    assert (extended.due.on, extended.due.at) == (date(2026, 9, 28), datetime(2026, 9, 29, tzinfo=ZONE))
    await here.set(housing[90:], TaskState.UNIT, at(21, 16))
    await here.days(date(2026, 9, 22), date(2026, 9, 29))
    told, left = await here.told(), [f"h{code}" for code in finance[100:]]
    for what in ("soon:2026-09-22", "soon:2026-09-24", "overdue:2026-09-28"):
        assert sorted(told[f"{key}:{what}"]) == sorted(left)
    assert f"{key}:behind:2026-09-28:L2" not in told
    assert sorted(told[f"{key}:extended:2026-09-28"]) == sorted(left)
    tasks = await desk.progress(running.id, office, at(29, 10))
    assert tasks.total == Figures(
        tasks=232,
        open=14,
        unit=56,
        inspector=60,
        accepted=100,
        returned=2,
        complete=30,
        vacant=8,
        acknowledged=1,
        timely=218,
        overdue=16,
    )

    # The last one is accepted: its author is told, once, and closes it.
    await here.set([*finance, *housing], TaskState.ACCEPTED, at(29, 16))
    await here.passes(at(30), at(9, month=10))
    assert (await here.told())[f"{key}:done"] == ["O"]
    before = await here.told()
    closed = await desk.close(running.id, office, "已完成", at(10, 9, 50, month=10))
    assert (closed.state, closed.closer) == (CampaignState.CLOSED, "姓名O")
    await here.passes(at(12, month=10))
    assert await here.told() == before
    texts = await here.read(renderer)
    assert "请于9月28日（周一）24时前完成" in texts[f"{key}:extended:2026-09-28"]
    assert "232个岗位均已验收" in texts[f"{key}:done"]
    assert await here.events() == {
        "proposed": 1,
        "approved": 1,
        "started": 1,
        "overdue": 2,
        "extended": 1,
        "closed": 1,
    }
    assert (await here.events("campaign_task"))["overdue"] == 42 + 16


async def _told_of_what_is_overdue(here: Campaigning, key: str, silent: list[str]) -> None:
    """The silent, and each who looks after their units with the own numbers."""
    told = await here.told()
    assert sorted(told[f"{key}:overdue:2026-09-18"]) == sorted(silent)
    behind = {one.rpartition(":")[2]: whom for one, whom in told.items() if ":behind:" in one}
    assert behind == {code: [code] for code in ("O", "A", "L1", "L2", "I")}
    said = await here.said(f"{key}:behind:2026-09-18:L1")
    assert (said["tasks"], said["to_submit"], said["accepted"]) == (116, 16, 100)
    assert said["units"] == [{"unit": "财政局", "to_submit": 16, "tasks": 116}]


async def test_who_takes_a_post_later_is_told_of_its_task_once(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 4, vacant=1)
    campaign = await here.start()
    key = f"campaign:{campaign.id}"
    await acknowledge(here, "h财002", at(7, 10))
    await here.set(["财004"], TaskState.UNIT, at(8))
    for post, code in (("财001", "N1"), ("财002", "N2"), ("财003", "N3"), ("财004", "N4")):
        await here.take(post, code, at(9))
    await here.days(date(2026, 9, 9), date(2026, 9, 10))
    told = await here.told()
    assert "N1" in told[key]  # nobody was asked to acknowledge it before
    taken = {one: whom for one, whom in told.items() if ":taken:" in one}
    assert sorted(taken.values()) == [["N2"], ["N3"]]
    assert {(await here.said(one))["taken"] for one in taken} == {"岗位财002", "岗位财003"}
    tasks = await here.campaigns.tasks_of(here.people["N2"], at(10))
    assert [(one.post, one.state, one.to_submit) for one in tasks] == [("岗位财002", TaskState.OPEN, True)]
    assert await here.campaigns.tasks_of(here.people["h财003"], at(10)) == ()


async def test_who_has_submitted_is_not_reminded_to_acknowledge_the_campaign(db: Database) -> None:
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 4)
    await here.start()
    states = TaskState.UNIT, TaskState.ACCEPTED, TaskState.RETURNED
    for post, state in zip(posts, states, strict=False):
        await here.set([post], state, at(7, 15))
    await here.passes(at(8))
    query = select(tables.people.c.code).join(tables.deliveries, tables.deliveries.c.person_id == tables.people.c.id)
    async with db.reading() as conn:
        reminded = await conn.scalars(query.where(tables.deliveries.c.wave > FIRST_WAVE))
        assert sorted(reminded) == [f"h{posts[2]}", f"h{posts[3]}"]


async def test_the_task_of_a_post_that_ends_ends_with_it(db: Database) -> None:
    """Its campaign was never done: the task stayed, and nobody could submit it any more."""
    here = await Campaigning.found(db)
    await here.posts("财政局", 3)
    campaign = await here.start()
    await here.set(["财001"], TaskState.ACCEPTED, at(8))
    async with db.writing() as conn:
        gone = tables.posts.c.code.in_(["财001", "财002"])
        await conn.execute(update(tables.posts).where(gone).values(ended_at=at(9)))
    progress = await here.campaigns.progress(campaign.id, here.people["O"], at(9))
    assert (progress.total.tasks, progress.total.open, progress.total.accepted) == (2, 1, 1)
    await here.set(["财003"], TaskState.ACCEPTED, at(9))
    async with db.reading() as conn:
        assert not await campaign_sweeps.unreminded(conn, campaign.id, "2026-09-17")
    await here.passes(at(9), at(10))
    assert (await here.told())[f"campaign:{campaign.id}:done"] == ["O"]


async def test_a_campaign_whose_posts_have_all_ended_is_not_told_to_be_done(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    campaign = await here.start()
    async with db.writing() as conn:
        await conn.execute(update(tables.posts).where(tables.posts.c.code == "财001").values(ended_at=at(9)))
    await here.passes(at(9), at(10))
    assert f"campaign:{campaign.id}:done" not in await here.told()


async def test_what_a_campaign_has_said_of_a_day_is_not_sent_when_it_is_closed_meanwhile(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 2)
    campaign = await here.start()
    at_night = at(17, 9, 40)
    await here.campaigns.sweep(at_night)
    await here.campaigns.close(campaign.id, here.people["A"], "另行部署", at_night)
    await here.passes(at_night, at(21))
    assert {*await here.told()} == {f"campaign:{campaign.id}"}
    async with db.reading() as conn:
        cancelled = await conn.scalars(
            select(tables.notices.c.key).where(tables.notices.c.cancelled_at.is_not(None)).order_by(tables.notices.c.id)
        )
        assert list(cancelled) == [f"campaign:{campaign.id}", f"campaign:{campaign.id}:soon:2026-09-17"]
    with pytest.raises(DecidedBefore):
        await here.campaigns.extend(campaign.id, here.people["O"], date(2026, 9, 30), "再延", at(21))


async def test_what_was_overdue_submitted_and_returned_is_overdue_once_more_after_another_last_day(
    db: Database,
) -> None:
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 1)
    campaign = await here.start()
    await here.passes(at(20))
    await here.set(posts, TaskState.UNIT, at(20, 15))
    extended = await here.campaigns.extend(campaign.id, here.people["O"], date(2026, 9, 23), "任务集中", at(20, 16))
    await here.passes(at(20, 16))
    await here.set(posts, TaskState.RETURNED, at(21))
    await here.days(date(2026, 9, 21), date(2026, 9, 24))
    told = await here.told()
    key = f"campaign:{campaign.id}"
    assert {one for one in told if "overdue" in one} == {f"{key}:overdue:2026-09-18", f"{key}:overdue:2026-09-23"}
    assert f"{key}:extended:2026-09-23" not in told  # it was submitted then
    (row,) = (await here.campaigns.tasks(campaign.id, here.people["O"], page=1, now=at(24))).tasks
    assert (row.timely, extended.due.on) == (True, date(2026, 9, 23))


async def test_what_begins_in_the_evening_before_days_off_is_told_after_them_and_its_days_count_from_then(
    db: Database,
) -> None:
    here = await Campaigning.found(db, load())
    await here.posts("财政局", 1)
    campaign = await here.start(now=at(11, 22, 30))  # a Friday
    assert campaign.notice_id is not None
    await here.passes(at(12, 10))
    assert await here.district.states(campaign.notice_id) == {"h财001": "planned"}
    await here.passes(at(14))
    assert await here.district.states(campaign.notice_id) == {"h财001": "delivered"}
    async with db.reading() as conn:
        by = await conn.scalar(select(tables.notices.c.acknowledge_by))
    assert by == at(16, 17, 30)


async def test_one_campaign_that_fails_keeps_no_other_from_being_done(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    first, second = await here.start(), await here.start()

    def failing(campaign: Campaign, day: date, now: datetime) -> NewNotice:
        if campaign.id == first.id:
            message = "of this one nothing can be said"
            raise ValueError(message)
        return soon_notice(campaign, day, now)

    monkeypatch.setattr(sweeping, "soon_notice", failing)
    await here.passes(at(15))
    keys = {f"campaign:{one.id}:soon:2026-09-15" for one in (first, second)}
    assert keys & {*await here.told()} == {f"campaign:{second.id}:soon:2026-09-15"}
    monkeypatch.undo()
    await here.passes(at(16))
    assert keys <= {*await here.told()}


async def test_who_comes_to_be_late_after_all_were_told_is_told_alone_and_each_is_overdue_once(db: Database) -> None:
    """All were overdue again in the ledger, and who had taken back a submission was told of it by nobody."""
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 3)
    campaign = await here.start()
    await here.set(posts[:1], TaskState.UNIT, at(17))
    await here.passes(at(21))
    await here.set(posts[:1], TaskState.OPEN, at(21, 15))
    await here.passes(at(22), at(23))
    await here.set(posts[:1], TaskState.UNIT, at(23, 15))
    await here.set(posts[:1], TaskState.OPEN, at(23, 16))
    await here.passes(at(24))
    told = await here.told()
    key = f"campaign:{campaign.id}:overdue:2026-09-18"
    assert {one: whom for one, whom in told.items() if one.startswith(key)} == {
        key: [f"h{code}" for code in posts[1:]],
        f"{key}:h{posts[0]}": [f"h{posts[0]}"],
    }
    assert len([one for one in told if ":behind:" in one]) == len({"O", "A", "L1", "I"})
    async with db.reading() as conn:
        rows = await conn.scalars(select(tables.ledger.c.body).where(tables.ledger.c.kind == "campaign_task"))
        assert sorted(str(body["post"]) for body in rows) == posts
    await here.campaigns.extend(campaign.id, here.people["O"], date(2026, 9, 28), "任务集中", at(24))
    await here.passes(at(29))
    assert sorted((await here.told())[f"campaign:{campaign.id}:overdue:2026-09-28"]) == [f"h{code}" for code in posts]


async def test_very_many_are_noted_as_overdue_in_shares_and_told_by_one_notice(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "_SHARE", 2)
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 4)
    campaign = await here.start()
    await here.passes(at(21), at(22))
    told = {key: whom for key, whom in (await here.told()).items() if ":overdue:" in key}
    assert told == {f"campaign:{campaign.id}:overdue:2026-09-18": [f"h{code}" for code in posts]}
    assert ((await here.events())["overdue"], (await here.events("campaign_task"))["overdue"]) == (2, 4)
