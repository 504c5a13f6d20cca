"""A campaign runs from its approval to its end on a moved clock: each thing is told once, to those whom it concerns."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.notices import FIRST_WAVE, NewNotice
from messages.official_days import OfficialDay
from messages.organisation.records import Role
from messages.register.campaigns import Campaign, CampaignState, Figures, Found, TaskState
from messages.store import campaign_sweeps, days, tables
from messages.store import campaigns as stored
from messages.store.database import Connection, Database
from messages.text.rendering import Renderer
from schedules.campaigns import sweeping
from schedules.campaigns.telling import soon_notice
from schedules.policy import Policy, load
from tests.acknowledging import acknowledger
from tests.awake import AWAKE
from tests.campaigning import FRIDAY, GIVEN, MONDAY, Campaigning, at
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


async def official(db: Database, *off: date) -> None:
    """The official notice of 2027 is imported."""
    known = [OfficialDay(date=day, name="元旦", off=True) for day in off]
    async with db.writing() as conn:
        national = OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True)
        await days.save(conn, 2027, [*known, national], at(20, month=12))


async def test_provisional_days_have_no_consequence_until_the_official_ones_are_known(db: Database) -> None:
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 3)
    given = replace(GIVEN, due_on=date(2027, 1, 4))
    campaign = await here.start(given, now=at(21, month=12))
    key = f"campaign:{campaign.id}"
    assert campaign.due.provisional
    await here.set(posts[:1], TaskState.UNIT, at(22, month=12))
    await official(db, date(2027, 1, 1), date(2027, 1, 4))
    here = Campaigning.over(db, here.district)
    await here.passes(at(23, month=12))
    redated = await here.campaigns.of(campaign.id, here.people["O"], at(23, month=12))
    assert (redated.due.on, redated.due.provisional) == (date(2027, 1, 5), False)
    assert (await here.told())[f"{key}:redated:2027-01-05"] == [f"h{code}" for code in posts[1:]]
    assert (await here.said(key))["due_on"] == "2027-01-05"
    assert (await here.campaigns.progress(campaign.id, here.people["L1"], at(23, month=12))).total.timely == 1


async def dated(db: Database) -> tuple[bool, datetime, list[datetime]]:
    """Whether the days until which a campaign is acknowledged are provisional, the last of them, and the reminders."""
    n, w = tables.notices.c, tables.waves.c
    async with db.reading() as conn:
        notice = (await conn.execute(select(n.id, n.provisional, n.acknowledge_by).order_by(n.id).limit(1))).one()
        reminders = await conn.scalars(
            select(w.at).where(w.notice_id == notice.id, w.number > FIRST_WAVE).order_by(w.number)
        )
        return bool(notice.provisional), notice.acknowledge_by, list(reminders)


def in_2027(day: int, hour: int, minute: int) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=ZONE)


async def test_until_when_it_is_acknowledged_is_counted_anew_by_the_official_days(db: Database) -> None:
    """It kept the day of the provisional count: people were late on a day off."""
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    started = at(30, month=12)
    await here.start(replace(GIVEN, due_on=date(2027, 1, 29)), now=started)
    provisional, by, _ = await dated(db)
    assert (provisional, by) == (True, in_2027(4, 17, 30))
    await official(db, date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5))
    here = Campaigning.over(db, here.district)
    await here.passes(started + timedelta(hours=5))
    assert await dated(db) == (False, in_2027(6, 17, 30), [at(31, 9, 41, month=12), in_2027(6, 9, 41)])
    assert (await here.events())["redated"] == len({"the last day", "the days to acknowledge"})


async def test_more_time_into_a_provisional_year_leaves_the_day_to_acknowledge_official(
    db: Database, renderer: Renderer
) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    campaign = await here.start()
    before = await dated(db)
    extended = await here.campaigns.extend(campaign.id, here.people["O"], date(2027, 3, 1), "任务集中", at(8))
    assert (extended.due.provisional, before[0], await dated(db)) == (True, False, before)
    assert "（周一）24时前完成。 <i>(暂定)</i>" in (await here.read(renderer))[f"campaign:{campaign.id}"]


async def test_of_a_provisional_day_nothing_is_overdue_and_one_that_has_passed_by_then_begins_anew(
    db: Database,
) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 1)
    campaign = await here.start(replace(GIVEN, due_on=date(2027, 1, 5)), now=at(21, month=12))
    later = datetime(2027, 1, 12, 9, 50, tzinfo=ZONE)
    await here.passes(later)
    assert not any("overdue" in key for key in await here.told())
    assert (await here.campaigns.progress(campaign.id, here.people["O"], later)).total.overdue == 0
    await official(db, date(2027, 1, 1))
    here = Campaigning.over(db, here.district)
    await here.passes(later)
    assert (await here.told())[f"campaign:{campaign.id}:redated:2027-01-13"] == ["h财001"]


async def test_what_is_not_well_given_is_refused_with_every_fault(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 2)
    office = here.people["O"]
    wrong = replace(GIVEN, title=" ", text="<b>x", due_on=date(2026, 9, 4), audience="unit:没有")
    with pytest.raises(Refused) as refusal:
        await here.campaigns.check(wrong, office, MONDAY)
    assert [fault.column for fault in refusal.value.faults] == ["title", "text", "due_on", "audience"]
    wrong_audiences = ("", "unit:", "level:1", "unit:\x00", "risk:high " * 101)
    for given in (*(replace(GIVEN, audience=one) for one in wrong_audiences), replace(GIVEN, due_on=date(2028, 1, 1))):
        with pytest.raises(Refused):
            await here.campaigns.start(given, office, MONDAY)
    today = await here.campaigns.check(replace(GIVEN, due_on=MONDAY.date()), office, MONDAY)
    assert (today.found.posts, today.needs_approval, today.due.on) == (2, False, MONDAY.date())
    with pytest.raises(Refused):
        await here.campaigns.start(GIVEN, office, MONDAY, approved_by="O")
    with pytest.raises(Refused):
        await here.campaigns.start(GIVEN, office, MONDAY, approved_by="L1")
    started = await here.campaigns.start(GIVEN, office, MONDAY, approved_by="A")
    assert (started.state, started.decider) == (CampaignState.RUNNING, "姓名A")


async def test_a_vacant_post_is_found_by_what_a_post_is_and_by_nothing_that_a_person_is(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 3, vacant=2)
    expected = {"risk:high": (3, 2), "person:h财003": (1, 0), "-person:h财003": (2, 2), "-role:leader": (3, 2)}
    for expression, (posts, vacant) in expected.items():
        found = await here.campaigns.found(expression, here.people["O"])
        assert (found.posts, found.vacant) == (posts, vacant)


async def test_a_returned_proposal_ends_there_and_an_approval_needs_what_was_seen(db: Database) -> None:
    here = await Campaigning.found(db, _approving_above(1))
    await here.posts("财政局", 2)
    one, desk = await here.start(), here.campaigns
    approver = here.people["A"]
    assert [rank.code for rank in await desk.approvers(await desk.check(GIVEN, here.people["O"], MONDAY), 0)] == [
        "A",
        "O",
    ]
    assert [row.campaign.id for row in (await desk.waiting(approver, 1, MONDAY)).campaigns] == [one.id]
    assert (await desk.waiting(here.people["O"], 1, MONDAY)).total == 0
    with pytest.raises(Outdated):
        await desk.approve(one.id, approver, 2, MONDAY)
    with pytest.raises(NotEntitled):
        await desk.approve(one.id, here.people["O"], 1, MONDAY)
    returned = await desk.give_back(one.id, approver, 1, "范围过大", MONDAY)
    assert (returned.state, returned.why) == (CampaignState.RETURNED, "范围过大")
    await here.passes(at(8))
    assert (await here.told())[f"campaign:{one.id}:returned"] == ["O"]
    with pytest.raises(DecidedBefore):
        await desk.approve(one.id, approver, 2, at(8))
    two = await here.start(now=at(8))
    with pytest.raises(Refused):  # its last day is over
        await desk.approve(two.id, approver, 1, at(21))
    assert (await desk.close(two.id, here.people["O"], "撤回", at(21))).state is CampaignState.CLOSED


def _approving_above(people: int) -> Policy:
    return AWAKE.model_copy(update={"broadcasts": AWAKE.broadcasts.model_copy(update={"approval_above": people})})


async def test_each_sees_the_campaigns_of_the_own_units_and_nobody_else_any(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 2)
    await here.posts("住建局", 3)
    desk, campaign = here.campaigns, await here.start()
    other = await here.start(replace(GIVEN, audience="unit:住建局"))
    for code, numbers in {"L1": [2], "L2": [3], "I": [2, 3], "O": [2, 3]}.items():
        progress = await desk.progress(campaign.id, here.people[code], MONDAY)
        assert [unit.figures.tasks for unit in progress.units] == numbers
    listed = await desk.list(here.people["L1"], 1, MONDAY)
    assert [(one.campaign.id, one.figures.tasks) for one in listed.campaigns] == [(campaign.id, 2)]
    tasks = await desk.tasks(campaign.id, here.people["L1"], page=1, now=MONDAY)
    assert [(one.post_code, one.holder) for one in tasks.tasks] == [("财001", "姓名h财001"), ("财002", "姓名h财002")]
    async with db.reading() as conn:
        seen = select(tables.ledger.c.person_id).where(tables.ledger.c.kind == "record_seen")
        assert {*await conn.scalars(seen)} == {here.people["h财001"], here.people["h财002"]}
    for viewer, number in (("L1", other.id), ("h财001", campaign.id), ("O", 10**30), ("O", -1)):
        for refused in (
            desk.of(number, here.people[viewer], MONDAY),
            desk.progress(number, here.people[viewer], MONDAY),
            desk.tasks(number, here.people[viewer], page=1, now=MONDAY),
            desk.approve(number, here.people[viewer], 1, MONDAY),
            desk.close(number, here.people[viewer], "x", MONDAY),
            desk.extend(number, here.people[viewer], FRIDAY, "x", MONDAY),
        ):
            with pytest.raises(NotFound):
                await refused
    with pytest.raises(NotEntitled):  # it is open, and not the leader's to end
        await desk.close(campaign.id, here.people["L1"], "x", MONDAY)
    with pytest.raises(NotEntitled):
        await desk.list(here.people["h财001"], 1, MONDAY)
    with pytest.raises(NotEntitled):
        await desk.start(GIVEN, here.people["L1"], MONDAY)
    assert (await desk.tasks(campaign.id, here.people["O"], unit_id=10**30, page=1, now=MONDAY)).total == 0


async def test_an_office_below_runs_campaigns_of_its_own_units_only(db: Database) -> None:
    here = await Campaigning.found(db)
    await here.posts("财政局", 2)
    await here.posts("住建局", 2)
    below = await here.district.person("B", roles=[(Role.OFFICE, "财政局")])
    with pytest.raises(NotEntitled):
        await here.campaigns.start(GIVEN, below, MONDAY)
    assert (await here.campaigns.found("risk:high", below)).posts == 2
    own = await here.campaigns.start(replace(GIVEN, audience="risk:high unit:财政局"), below, MONDAY)
    assert await here.campaigns.may_run(own, below)
    wide = await here.start()
    with pytest.raises(NotEntitled):
        await here.campaigns.close(wide.id, below, "x", MONDAY)
    following = await here.campaigns.next_due(MONDAY)
    assert following is not None
    assert (following.at, following.template) == (at(15, 9, 40), "campaign_soon")
    assert following.at + timedelta(days=2) == at(17, 9, 40)


async def test_a_campaign_stays_its_authors_when_a_post_of_it_moves_to_another_unit(db: Database) -> None:
    """Its office could close it, and not give more time: as if it might not run campaigns."""
    here = await Campaigning.found(db)
    posts = await here.posts("财政局", 2)
    below = await here.district.person("B", roles=[(Role.OFFICE, "财政局")])
    own = await here.start(replace(GIVEN, audience="unit:财政局"), by="B")
    await _move(db, posts[0], "住建局")
    assert await here.campaigns.may_run(own, below)
    extended = await here.campaigns.extend(own.id, below, date(2026, 9, 22), "任务集中", at(8))
    assert extended.due.on == date(2026, 9, 22)
    await _move(db, posts[1], "住建局")
    with pytest.raises(NotEntitled):
        await here.campaigns.extend(own.id, below, date(2026, 9, 23), "任务集中", at(8))
    assert (await here.campaigns.close(own.id, below, "已移交", at(8))).state is CampaignState.CLOSED


async def _move(db: Database, post: str, unit: str) -> None:
    there = select(tables.units.c.id).where(tables.units.c.name == unit).scalar_subquery()
    async with db.writing() as conn:
        await conn.execute(update(tables.posts).where(tables.posts.c.code == post).values(unit_id=there))


async def test_whom_a_proposed_campaign_means_is_counted_once_however_many_are_asked(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await Campaigning.found(db, _approving_above(1))
    await here.posts("财政局", 2)
    for code in ("A2", "A3"):
        await here.district.person(code, roles=[(Role.OFFICE, "推进办")])
    proposed = await here.campaigns.start(GIVEN, here.people["O"], MONDAY)
    counted, found = [], stored.found

    async def counting(conn: Connection, expression: str) -> Found:
        counted.append(expression)
        return await found(conn, expression)

    monkeypatch.setattr(stored, "found", counting)
    await here.campaigns.sweep(MONDAY)
    asked = {key for key in await _keys(db) if ":asked:" in key}
    assert (asked, len(counted)) == ({f"campaign:{proposed.id}:asked:{code}" for code in ("A", "A2", "A3")}, 1)


async def test_a_proposed_campaign_is_looked_at_again_where_one_who_was_asked_administers_no_more(
    db: Database,
) -> None:
    here = await Campaigning.found(db, _approving_above(1))
    await here.posts("财政局", 2)
    await here.posts("住建局", 1)
    await here.district.person("Z", roles=[(Role.OFFICE, "推进办")])
    await here.district.person("B", roles=[(Role.OFFICE, "财政局")])
    await here.start()
    for code, shaken in (("B", 0), ("A", 1)):
        async with db.writing() as conn:
            mine = tables.roles.c.person_id == here.people[code]
            await conn.execute(update(tables.roles).where(mine).values(ended_at=at(8)))
            assert len(await campaign_sweeps.shaken(conn, held=False)) == shaken


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


async def _keys(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list(await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id)))
