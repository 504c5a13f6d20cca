"""Who may run, approve and see a campaign, and what is asked of one that is given."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.organisation.records import Role
from messages.register.campaigns import CampaignState, Found
from messages.store import campaign_sweeps, tables
from messages.store import campaigns as stored
from messages.store.database import Connection, Database
from schedules.policy import Policy
from tests.awake import AWAKE
from tests.campaigning import FRIDAY, GIVEN, MONDAY, Campaigning, at


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


async def _keys(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list(await conn.scalars(select(tables.notices.c.key).order_by(tables.notices.c.id)))
