"""A broadcast to many is proposed, seen by who may approve it, and decided once; what it comes to is told before."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from messages import drafts, reasons
from messages.chosen import Chosen
from messages.deliveries import DeliveryState
from messages.drafting import setting
from messages.drafts import BROADCASTS, Content, Draft, Sending
from messages.errors import DecidedBefore, NotEntitled, Outdated, Refused
from messages.files import Attachment, FileKind
from messages.notices import Lane
from messages.organisation.records import Role, UnitKind
from messages.proposals import Proposal
from messages.quiet_hours import OwnHours
from messages.store import proposals, tables
from messages.store.database import Database
from messages.store.quiet_hours import choose
from messages.text.rendering import Frame, Renderer
from schedules.announcing import Announcing
from schedules.broadcasts import Announced
from schedules.calendars import Calendars
from schedules.clock import Clock
from schedules.notice_acts import cancel, recall
from schedules.policy import load
from schedules.previews import Interrupted, Preview
from tests.district import MORNING, ZONE, District

ALL = Content(text="请<b>查收</b>", title="通知", audience=Chosen(everyone=True))
RATE = 2.0
NIGHT = MORNING.replace(hour=21, minute=30)


class Office:
    """Two administrators (A, B), a leader (L) of a bureau with its people (C, and D who has not joined)."""

    def __init__(self, district: District, renderer: Renderer) -> None:
        db, policy = district.db, load()
        policy = policy.model_copy(update={"broadcasts": policy.broadcasts.model_copy(update={"approval_above": 2})})
        self.district = district
        self.announcing = Announcing.of(
            db=db,
            policy=policy,
            calendars=Calendars(db, "CN"),
            renderer=renderer,
            clock=Clock(ZONE, MORNING),
            rate=lambda _: RATE,
        )
        self.previews, self.approvals = self.announcing.previews, self.announcing.approvals

    def id(self, code: str) -> int:
        return self.district.people[code]

    async def draft(self, content: Content = ALL, by: str = "A") -> Draft:
        async with self.district.db.writing() as conn:
            return await drafts.begin(conn, self.id(by), MORNING, content)

    async def proposed(self, content: Content = ALL, by: str = "A") -> int:
        return (await self.approvals.propose(await self.draft(content, by), MORNING)).id

    async def waiting(self, code: str) -> list[Proposal]:
        return await self.approvals.waiting(self.id(code), MORNING)

    async def approve(self, proposal: int, code: str, seen: str | None = None, at: datetime = MORNING) -> Announced:
        """Approve what was seen, or else what is to be seen now."""
        async with self.district.db.reading() as conn:
            found = await proposals.find(conn, proposal)
        assert found is not None
        seen = seen or (await self.preview(found.content, found.code, at)).seen
        return await self.approvals.approve(proposal, self.id(code), seen, at)

    async def preview(self, content: Content = ALL, by: str = "A", at: datetime = MORNING) -> Preview:
        return await self.previews.preview(content, self.id(by), at)

    async def told(self, code: str) -> list[str]:
        """The templates of the reports to a person."""
        table = tables.notices
        mine = table.c.category == "report", table.c.audience == f'person:"{code}"'
        async with self.district.db.reading() as conn:
            return list(await conn.scalars(select(table.c.template).where(*mine).order_by(table.c.id)))

    async def newest(self) -> int:
        """The broadcast that was announced last."""
        mine = tables.notices.c.category == "broadcast"
        async with self.district.db.reading() as conn:
            return int(await conn.scalar(select(func.max(tables.notices.c.id)).where(mine)) or 0)

    async def announced(self) -> int:
        mine = tables.notices.c.category == "broadcast"
        async with self.district.db.reading() as conn:
            return int(await conn.scalar(select(func.count()).select_from(tables.notices).where(mine)) or 0)


@pytest.fixture
async def office(db: Database, renderer: Renderer) -> Office:
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.unit("财政局", "推进办")
    await district.person("A", ("P1", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    await district.person("B", ("P2", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    await district.person("L", ("P3", "财政局", 1), roles=[(Role.LEADER, "财政局")])
    await district.person("C", ("P4", "财政局", 2))
    await district.person("D", ("P5", "财政局", 3), joined=False)
    return Office(district, renderer)


async def test_a_preview_tells_whom_it_reaches_and_how_long_it_takes(office: Office) -> None:
    preview = await office.preview()
    assert (preview.reach.people, preview.reach.units, preview.reach.unreachable) == (5, 2, 1)
    assert (preview.seconds, preview.begins, preview.before) == (2.0, MORNING, None)
    assert preview.needs_approval
    assert not (
        await office.preview(Content(text="x", audience=Chosen(units=("推进办",), roles=("office",))))
    ).needs_approval
    assert await office.announced() == 0


async def test_a_text_that_is_no_caption_goes_after_its_file_and_takes_as_long_again(office: Office) -> None:
    """One file with a longer text was counted as one send, where it is two."""
    picture = (Attachment(file=1, kind=FileKind.PHOTO),)
    short, long = (
        Content(text="x", audience=ALL.audience, attachments=picture),
        Content(text="x" * 1025, audience=ALL.audience, attachments=picture),
    )
    assert [(await office.preview(one)).seconds for one in (short, long)] == [2.0, 4.0]


async def test_who_had_it_of_a_cancelled_notice_counts_as_told_and_who_never_joined_does_not(office: Office) -> None:
    """Whoever cancelled half-way and said it again was not told that some had it already."""
    await office.approve(await office.proposed(), "B")
    told = (await office.preview()).before
    assert told is not None
    assert told.people == 4  # D has not joined
    district, notice = office.district, await office.newest()
    async with district.db.writing() as conn:
        mine = tables.deliveries.c.notice_id == notice, tables.deliveries.c.person_id == office.id("C")
        await conn.execute(update(tables.deliveries).where(*mine).values(state=DeliveryState.DELIVERED.value))
    await cancel(district.db, notice, None, MORNING)
    told = (await office.preview()).before
    assert told is not None
    assert told.people == 1
    await recall(district.db, notice, None, MORNING)
    assert (await office.preview()).before is None


async def test_a_preview_tells_how_many_get_it_before_quiet_hours_begin_and_when_the_rest_does(office: Office) -> None:
    """Only its start was looked at: what began in the evening and ran into the night was said to take its time."""
    evening = Content(text="x", audience=ALL.audience, sending=Sending.AT, at=NIGHT - timedelta(seconds=1))
    found = (await office.preview(evening)).interrupted
    assert found == Interrupted(people=2, at=NIGHT, until=NIGHT.replace(day=22, hour=8, minute=0))
    in_time = replace(evening, at=NIGHT - timedelta(seconds=2))
    assert (await office.preview(in_time)).interrupted is None
    assert (await office.preview(replace(evening, lane=Lane.RED))).interrupted is None


async def test_a_preview_tells_how_many_wait_for_quiet_hours_of_their_own(office: Office) -> None:
    async with office.district.db.writing() as conn:
        for code, start in (("C", time(19)), ("L", time(19)), ("B", time(22))):
            await choose(conn, office.id(code), OwnHours(start=start, end=time(8)))
    evening = Content(text="x", audience=ALL.audience, sending=Sending.AT, at=NIGHT - timedelta(hours=1))
    assert (await office.preview(evening)).own_hours == 2
    assert (await office.preview(replace(evening, audience=Chosen(levels=(2,))))).own_hours == 1
    assert (await office.preview(replace(evening, at=MORNING))).own_hours == 0
    assert (await office.preview(replace(evening, lane=Lane.RED))).own_hours == 0


async def test_the_next_working_morning_is_after_the_days_off(office: Office) -> None:
    friday_evening = datetime(2026, 9, 25, 19, 0, tzinfo=ZONE)  # 中秋 is off until Sunday the 27th
    content = Content(text="x", audience=Chosen(everyone=True), sending=Sending.MORNING)
    assert (await office.preview(content, at=friday_evening)).begins == datetime(2026, 9, 28, 8, 40, tzinfo=ZONE)
    early = datetime(2026, 9, 28, 6, 0, tzinfo=ZONE)
    assert (await office.preview(content, at=early)).begins == datetime(2026, 9, 28, 8, 40, tzinfo=ZONE)


async def test_the_same_text_to_the_same_people_is_told_for_seven_days(office: Office) -> None:
    some = Content(text="请<b>查收</b>", audience=Chosen(levels=(2, 3)))
    await office.approve(await office.proposed(), "B")
    before = (await office.preview(some)).before
    assert before is not None
    assert (before.at, before.people) == (MORNING, 1)  # D has not joined
    assert (await office.preview(Content(text="another", audience=Chosen(levels=(2,))))).before is None
    assert (await office.preview(some, at=MORNING + timedelta(days=8))).before is None


async def test_what_is_to_be_sent_later_counts_as_said(office: Office) -> None:
    later = Content(text="x", audience=Chosen(levels=(2,)), sending=Sending.AT, at=MORNING + timedelta(hours=5))
    await office.announcing.send(await office.draft(later), MORNING)
    before = (await office.preview(later)).before
    assert before is not None
    assert before.people == 1


@pytest.mark.parametrize(
    ("content", "column"),
    [(Content(text="x"), "audience"), (Content(audience=Chosen(everyone=True)), "text")],
)
async def test_what_is_missing_is_told(office: Office, content: Content, column: str) -> None:
    with pytest.raises(Refused) as refusal:
        await office.preview(content)
    assert [fault.column for fault in refusal.value.faults] == [column]


FEW = Content(text="x", audience=Chosen(units=("推进办",), roles=("office",)))


async def test_a_preview_holds_for_what_it_showed_and_not_for_long(office: Office) -> None:
    """A preview of last week, "now, to 2 people", sent at once at any hour to whomever the roster named by then."""
    seen = (await office.preview(FEW)).seen
    soon, later = MORNING + timedelta(minutes=29), MORNING + timedelta(minutes=31)
    assert (await office.preview(FEW, at=soon)).holds(seen)
    assert not (await office.preview(FEW, at=later)).holds(seen)
    assert not (await office.preview(FEW, at=MORNING - timedelta(minutes=1))).holds(seen)
    for other in ({"text": "y"}, {"within": 1}, {"lane": Lane.RED}, {"title": "t"}, {"acknowledge": False}):
        assert not (await office.preview(replace(FEW, **other))).holds(seen)
    for forged in ("", seen.partition("-")[0], f"{seen}0", f"{seen.partition('-')[0]}-zz"):
        assert not (await office.preview(FEW)).holds(forged)
    await office.district.person("E", ("P6", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    assert not (await office.preview(FEW, at=soon)).holds(seen)


async def test_a_preview_of_an_instant_that_has_passed_holds_no_more_and_says_so(office: Office) -> None:
    at = MORNING + timedelta(minutes=10)
    content = replace(FEW, sending=Sending.AT, at=at)
    before, after = await office.preview(content), await office.preview(content, at=at + timedelta(minutes=1))
    assert (before.at, before.passed) == (at, None)
    assert (after.at, after.passed) == (None, at)
    assert not after.holds(before.seen)


async def test_a_draft_is_sent_only_as_its_person_was_shown_it_last(office: Office) -> None:
    draft, seen = await office.draft(FEW), (await office.preview(FEW)).seen
    with pytest.raises(Outdated):
        await office.announcing.dispatch(draft, seen, MORNING)
    draft = await BROADCASTS.change(office.district.db, draft.id, setting(previewed=seen), MORNING)
    with pytest.raises(Outdated):
        await office.announcing.dispatch(draft, seen, MORNING + timedelta(days=7))
    assert await office.announced() == 0
    assert isinstance(await office.announcing.dispatch(draft, seen, MORNING), Announced)


async def test_what_is_approved_is_what_the_approver_was_shown(office: Office) -> None:
    at = MORNING + timedelta(minutes=10)
    content = replace(ALL, sending=Sending.AT, at=at)
    proposal, seen = await office.proposed(content), (await office.preview(content)).seen
    with pytest.raises(Outdated):
        await office.approve(proposal, "B", seen, at + timedelta(minutes=1))
    assert await office.announced() == 0
    await office.approve(proposal, "B", seen, at - timedelta(minutes=1))
    assert await office.announced() == 1


async def test_each_who_may_approve_is_told_and_nobody_else(office: Office) -> None:
    proposed = await office.approvals.propose(await office.draft(), MORNING)
    assert (proposed.told, proposed.people) == (("姓名B",), 5)
    assert await office.told("B") == ["proposal"]
    assert (await office.told("A"), await office.told("L")) == ([], [])
    assert [proposal.content for proposal in await office.waiting("B")] == [ALL]
    assert (await office.waiting("A"), await office.waiting("L")) == ([], [])
    with pytest.raises(NotEntitled):
        await office.waiting("C")
    assert await BROADCASTS.current(office.district.db, office.id("A")) is None
    assert await office.announced() == 0


async def test_a_leader_approves_what_stays_within_the_own_units(office: Office) -> None:
    proposal = await office.proposed(Content(text="x", audience=Chosen(units=("财政局",))))
    assert await office.told("L") == ["proposal"]
    assert (await office.approve(proposal, "L")).recipients == 3


async def test_nobody_approves_the_own_one_nor_beyond_the_own_right(office: Office) -> None:
    proposal = await office.proposed()
    for code in ("A", "L", "C"):
        with pytest.raises(NotEntitled):
            await office.approve(proposal, code)
    refused = (
        select(tables.ledger.c.person_id).where(tables.ledger.c.kind == "act_refused").order_by(tables.ledger.c.id)
    )
    async with office.district.db.reading() as conn:
        assert list(await conn.scalars(refused)) == [office.id("A"), office.id("L"), office.id("C")]
    assert await office.announced() == 0


async def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    proposal = await office.proposed()
    await office.district.person("E", ("P6", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    done = await asyncio.gather(office.approve(proposal, "B"), office.approve(proposal, "E"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Announced", "DecidedBefore"]
    assert await office.announced() == 1
    async with office.district.db.reading() as conn:
        (approved_by,) = await conn.scalars(
            select(tables.notices.c.approved_by).where(tables.notices.c.category == "broadcast")
        )
    assert approved_by in {office.id("B"), office.id("E")}
    assert await office.waiting("B") == []


async def test_what_is_returned_comes_back_with_the_reason_as_a_draft(office: Office) -> None:
    proposal = await office.proposed()
    await office.approvals.give_back(proposal, office.id("B"), "  标题有误 ", MORNING)
    assert await office.told("A") == ["proposal_returned"]
    with pytest.raises(DecidedBefore, match="姓名B has returned"):
        await office.approve(proposal, "B")
    other = await office.draft(Content(text="another"))
    assert await office.approvals.resume(office.id("A"), MORNING) == other  # the one that is open comes first
    await BROADCASTS.discard(office.district.db, other, MORNING)
    draft = await office.approvals.resume(office.id("A"), MORNING)
    assert draft is not None
    assert (draft.content, draft.returned, draft.previewed) == (ALL, "标题有误", None)
    await BROADCASTS.discard(office.district.db, draft, MORNING)
    assert await office.approvals.resume(office.id("A"), MORNING) is None
    assert await office.announced() == 0


async def test_the_question_for_a_reason_ends_with_the_decision_and_not_before(office: Office) -> None:
    """It was ended first, by itself: killed between, the reason was lost and the proposal stayed open."""
    proposal, approver, db = await office.proposed(), office.id("B"), office.district.db
    about = reasons.About(desk="proposal", act="return", id=proposal)
    await reasons.ask(db, approver, about, MORNING)
    await office.approvals.for_decision(proposal, approver, MORNING)
    assert await reasons.asked(db, approver) == reasons.Question(about=about, at=MORNING)
    await office.approvals.give_back(proposal, approver, "标题有误", MORNING, 7)
    assert await reasons.asked(db, approver) is None
    assert await reasons.was_reason(db, approver, 7)
    assert not await reasons.was_reason(db, approver, 8)


async def test_what_is_withdrawn_is_a_draft_again_and_decided_once(office: Office) -> None:
    proposal, person = await office.proposed(), office.id("A")
    assert [one.content for one in await office.approvals.proposed(person)] == [ALL]
    with pytest.raises(NotEntitled):
        await office.approvals.withdraw(proposal, office.id("B"), MORNING)
    await office.draft(Content())  # an empty one gives way
    draft = await office.approvals.withdraw(proposal, person, MORNING)
    assert draft is not None
    assert (draft.content, draft.returned, draft.previewed) == (ALL, None, None)
    for decide in (office.approve(proposal, "B"), office.approvals.give_back(proposal, office.id("B"), "", MORNING)):
        with pytest.raises(DecidedBefore, match="姓名A has withdrawn this"):
            await decide
    with pytest.raises(DecidedBefore):
        await office.approvals.withdraw(proposal, person, MORNING)
    assert (await office.waiting("B"), await office.announced()) == ([], 0)
    withdrawn = select(tables.ledger.c.person_id).where(tables.ledger.c.kind == "broadcast_withdrawn")
    async with office.district.db.reading() as conn:
        assert list(await conn.scalars(withdrawn)) == [person]


async def test_what_is_withdrawn_while_another_is_written_comes_back_after_it(office: Office) -> None:
    proposal, person = await office.proposed(), office.id("A")
    other = await office.draft(Content(text="another"))
    assert await office.approvals.withdraw(proposal, person, MORNING) is None
    assert await office.approvals.resume(person, MORNING) == other
    await BROADCASTS.discard(office.district.db, other, MORNING)
    again = await office.approvals.resume(person, MORNING)
    assert again is not None
    assert (again.content, again.returned) == (ALL, None)


async def test_of_an_approval_and_a_withdrawal_at_once_one_holds(office: Office) -> None:
    proposal, person = await office.proposed(), office.id("A")
    done = await asyncio.gather(
        office.approve(proposal, "B"), office.approvals.withdraw(proposal, person, MORNING), return_exceptions=True
    )
    assert [isinstance(one, DecidedBefore) for one in done].count(True) == 1
    assert await office.announced() == (0 if isinstance(done[0], DecidedBefore) else 1)


async def test_a_draft_is_proposed_once(office: Office) -> None:
    draft = await office.draft()
    await office.approvals.propose(draft, MORNING)
    with pytest.raises(DecidedBefore):
        await office.approvals.propose(draft, MORNING)
    assert len(await office.waiting("B")) == 1


async def test_without_anybody_who_may_approve_it_is_not_proposed(office: Office) -> None:
    async with office.district.db.writing() as conn:
        await conn.execute(
            tables.roles.update().where(tables.roles.c.person_id == office.id("B")).values(ended_at=MORNING)
        )
    with pytest.raises(Refused, match="Nobody else"):
        await office.proposed()
    assert await BROADCASTS.current(office.district.db, office.id("A")) is not None


async def test_a_red_one_is_told_at_once_also_at_night(office: Office) -> None:
    await office.proposed(Content(text="x", audience=Chosen(everyone=True), lane=Lane.RED))
    async with office.district.db.reading() as conn:
        (row,) = await conn.execute(select(tables.notices).where(tables.notices.c.template == "proposal"))
    assert (row.lane, row.anytime) == (Lane.RED, True)


async def test_the_reports_are_read_in_both_languages(renderer: Renderer) -> None:
    for language in ("zh_CN", "en"):
        for title in ("", "<b>通知"):
            said = renderer.render("proposal", language, by="王<", people=3, title=title, **FRAME)
            assert "/approvals" in said
            assert "王&lt;" in said
            back = renderer.render("proposal_returned", language, by="王", why="错<", title=title, **FRAME)
            assert "错&lt;" in back
            assert "/broadcast" in back


FRAME = {"frame": Frame(title=None)}
