"""What an administrator says becomes a notice with its deadline on the official calendar."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from messages.deliveries import DeliveryState
from messages.errors import DecidedBefore, NotEntitled, Refused
from messages.files import MOST_FILES, Attachment, FileKind
from messages.notices import LONGEST_TITLE, Category, Lane, NewNotice
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Connection, Database
from messages.text.phrase import english, phrase
from messages.text.rendering import Renderer
from schedules.broadcasts import Announced, Broadcast, Broadcasts, Draft, notice_of
from schedules.calendars import Calendars
from schedules.planner import Planner
from schedules.policy import load
from schedules.workdays import WorkCalendar
from tests.district import MORNING, ZONE, District

POLICY = load()


def made(*, within: int | None, send_at: datetime = MORNING, lane: Lane = Lane.BROADCAST) -> NewNotice:
    said = Broadcast(
        text="请<b>查收</b>",
        title="通知",
        audience="level:1-3",
        within=within,
        send_at=send_at,
        lane=lane,
        by=1,
        approved_by=2,
    )
    return notice_of(said, WorkCalendar("CN"), POLICY, key="broadcast:x", now=MORNING)


def test_what_was_said_is_kept_as_it_was_said() -> None:
    notice = made(within=None)
    assert (notice.key, notice.category, notice.lane) == ("broadcast:x", Category.BROADCAST, Lane.BROADCAST)
    assert (notice.template, notice.params, notice.title) == ("text", {"text": "请<b>查收</b>"}, "通知")
    assert (notice.audience, notice.send_at, notice.created_at) == ("level:1-3", MORNING, MORNING)
    assert (notice.created_by, notice.approved_by) == (1, 2)


def test_without_acknowledgement_there_is_neither_deadline_nor_reminder() -> None:
    notice = made(within=None)
    assert (notice.acknowledge, notice.acknowledge_by, notice.reminders) == (False, None, ())
    assert notice.expires_at == MORNING + timedelta(days=POLICY.broadcasts.useful_days)


def test_the_deadline_and_the_reminders_are_on_working_days() -> None:
    """Sent on Friday 18 September 2026; Sunday the 20th is worked for the National Day holiday."""
    friday = datetime(2026, 9, 18, 9, 10, tzinfo=ZONE)
    notice = made(within=2, send_at=friday)
    assert notice.acknowledge_by == datetime(2026, 9, 21, 17, 30, tzinfo=ZONE)
    assert notice.reminders == (friday + timedelta(days=2), friday + timedelta(days=3))
    assert notice.expires_at == notice.acknowledge_by + timedelta(days=POLICY.broadcasts.useful_days)


def test_a_deadline_of_the_same_day_is_the_end_of_its_working_hours() -> None:
    assert made(within=0).acknowledge_by == datetime(2026, 9, 21, 17, 30, tzinfo=ZONE)


def at(day: int, hour: int, minute: int = 0, *, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("send_at", "same_day", "next_day"),
    [
        (at(11, 10, 12, month=7), at(13, 17, 30, month=7), at(14, 17, 30, month=7)),  # a Saturday
        (at(10, 21, 40, month=7), at(13, 17, 30, month=7), at(14, 17, 30, month=7)),  # a Friday night
        (at(13, 22, month=7), at(14, 17, 30, month=7), at(15, 17, 30, month=7)),  # a Monday night
        (at(30, 22), at(8, 17, 30, month=10), at(9, 17, 30, month=10)),  # the night before the National Day holiday
    ],
)
def test_what_quiet_hours_hold_up_counts_from_when_it_goes_out(
    send_at: datetime, same_day: datetime, next_day: datetime
) -> None:
    """A notice of a Saturday is delivered on Monday at eight: "one working day" used to end that very Monday."""
    assert made(within=0, send_at=send_at).acknowledge_by == same_day
    notice = made(within=1, send_at=send_at)
    assert notice.acknowledge_by == next_day
    assert notice.reminders[0].date() == next_day.date()
    assert notice.send_at == send_at
    useful = timedelta(days=POLICY.broadcasts.useful_days)
    assert made(within=None, send_at=send_at).expires_at == same_day.replace(hour=8, minute=0) + useful


def test_what_is_red_counts_from_the_night_it_goes_out_in() -> None:
    notice = made(within=1, send_at=at(11, 10, 12, month=7), lane=Lane.RED)
    assert notice.acknowledge_by == at(13, 17, 30, month=7)
    assert notice.reminders[0] == at(13, 10, 12, month=7)


async def test_both_reminders_of_what_goes_out_on_monday_come(db: Database) -> None:
    """A Saturday's first reminder fell on Monday, two hours after the notice, and was spent on nobody."""
    district, saturday = District(db), at(11, 10, 12, month=7)
    await district.bureau("A")
    notice = replace(made(within=2, send_at=saturday), audience="all", created_by=None, approved_by=None)
    await district.add(notice)
    planner = Planner(db=db, policy=POLICY, zone=ZONE, calendars=Calendars(db, "CN"))
    planned = []
    for now in (saturday, at(13, 8, month=7), at(13, 10, 12, month=7), *notice.reminders):
        planned.append(await planner.fan_out(now))
        await district.settle(await district.claim(now), DeliveryState.DELIVERED, at=now)
    assert planned == [1, 0, 0, 1, 1]


def test_a_count_into_a_year_whose_days_are_not_known_is_provisional() -> None:
    assert not made(within=2).provisional
    assert made(within=5, send_at=datetime(2026, 12, 30, 9, 10, tzinfo=ZONE)).provisional
    assert not made(within=None, send_at=datetime(2027, 3, 1, 9, 10, tzinfo=ZONE)).provisional


class Office:
    """An office with an administrator (A), a colleague (B), and one who has not joined (C)."""

    def __init__(self, district: District, renderer: Renderer) -> None:
        self.district = district
        self.renderer = renderer
        self.limit(POLICY.broadcasts.approval_above)

    def limit(self, approval_above: int) -> None:
        """From now on a broadcast to more people than this needs approval."""
        db, said = self.district.db, POLICY.broadcasts.model_copy(update={"approval_above": approval_above})
        policy = POLICY.model_copy(update={"broadcasts": said})
        planner = Planner(db=db, policy=policy, zone=ZONE, calendars=Calendars(db, "CN"))
        self.broadcasts = Broadcasts(db=db, planner=planner, policy=policy, renderer=self.renderer)

    async def announce(self, **given: Any) -> Announced:  # noqa: ANN401 -- a draft's fields
        draft = Draft(**{"text": "请查收", "audience": "all", "speaker": "A", **given})
        return await self.broadcasts.announce(draft, MORNING)

    async def kept(self) -> list[Any]:
        async with self.district.db.reading() as conn:
            return list(await conn.execute(select(tables.notices)))

    async def recorded(self) -> list[tuple[str, int, dict[str, Any]]]:
        ledger = tables.ledger
        async with self.district.db.reading() as conn:
            rows = await conn.execute(select(ledger.c.kind, ledger.c.person_id, ledger.c.body))
            return [(row.kind, row.person_id, row.body) for row in rows]


@pytest.fixture
async def office(db: Database, renderer: Renderer) -> Office:
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.person("A", ("P1", "推进办", 1), roles=[(Role.OFFICE, "推进办")])
    await district.person("B", ("P2", "推进办", 2))
    await district.person("C", ("P3", "推进办", 3), joined=False)
    return Office(district, renderer)


async def test_a_broadcast_is_sent_at_once_and_stands_in_the_ledger(office: Office) -> None:
    await office.district.person("D", roles=[(Role.LEADER, "推进办")])
    announced = await office.announce(approved_by="D")
    assert (announced.recipients, announced.unreachable) == (3, 1)
    assert announced.key.startswith("broadcast:20260921T0910:")
    assert await office.district.states(announced.id) == {"A": "planned", "B": "planned", "C": "unreachable"}
    body = {"key": announced.key, "audience": "all", "recipients": 3, "approved_by": "D"}
    assert await office.recorded() == [("notice_broadcast", office.district.people["A"], body)]


async def test_a_broadcast_for_later_waits(office: Office) -> None:
    later = MORNING + timedelta(days=1)
    announced = await office.announce(send_at=later)
    assert await office.district.states(announced.id) == {}
    assert [row.send_at for row in await office.kept()] == [later]


async def test_an_instant_that_has_passed_meanwhile_is_now(office: Office) -> None:
    await office.announce(send_at=MORNING - timedelta(hours=1))
    assert [row.send_at for row in await office.kept()] == [MORNING]


async def test_without_a_number_of_working_days_the_policy_s_counts(office: Office) -> None:
    await office.announce()
    await office.announce(within=0)
    await office.announce(acknowledge=False)
    policy = made(within=POLICY.broadcasts.within).acknowledge_by
    assert [row.acknowledge_by for row in await office.kept()] == [policy, made(within=0).acknowledge_by, None]


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"audience": "unit:没有"}, "audience"),
        ({"audience": "post:没有"}, "audience"),
        ({"audience": "person:没有"}, "audience"),
        ({"audience": "level:5"}, "audience"),
        ({"text": " <b> </b>"}, "text"),
        ({"text": "so <b>bold"}, "4"),
        ({"text": "长" * 5000}, "text"),
        ({"title": "长" * (LONGEST_TITLE + 1)}, "title"),
        ({"attachments": (Attachment(file=1, kind=FileKind.PHOTO),) * (MOST_FILES + 1)}, "attachments"),
        ({"speaker": "X"}, "as"),
        ({"approved_by": "X"}, "approved_by"),
        ({"approved_by": "A"}, "approved_by"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(office: Office, given: dict[str, str], column: str) -> None:
    with pytest.raises(Refused) as refusal:
        await office.announce(**given)
    assert [fault.column for fault in refusal.value.faults] == [column]
    assert (await office.kept(), await office.recorded()) == ([], [])


async def test_a_text_that_is_too_long_is_told_by_how_much(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        await office.announce(text="长" * 5000)
    (fault,) = refusal.value.faults
    assert fault.column == "text"


@pytest.mark.parametrize(
    ("given", "column", "person", "act"),
    [({"speaker": "B"}, "as", "B", "broadcast"), ({"approved_by": "B"}, "approved_by", "B", "approve")],
)
async def test_who_may_not_is_refused_and_that_is_recorded(
    office: Office, given: dict[str, str], column: str, person: str, act: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await office.announce(**given)
    assert [fault.column for fault in refusal.value.faults] == [column]
    ((kind, about, body),) = await office.recorded()
    assert (kind, about, body["act"]) == ("act_refused", office.district.people[person], act)
    assert await office.kept() == []


@pytest.fixture
async def bureaus(office: Office) -> Office:
    """Two bureaus below the office; E is the administrator of one, and F works there, G in the other."""
    await office.district.unit("财政局", "推进办")
    await office.district.unit("教育局", "推进办")
    await office.district.person("E", ("P5", "财政局", 1), roles=[(Role.OFFICE, "财政局")])
    await office.district.person("F", ("P6", "财政局", 2))
    await office.district.person("G", ("P7", "教育局", 3))
    return office


async def test_an_audience_beyond_the_speaker_s_units_is_refused_and_recorded(bureaus: Office) -> None:
    with pytest.raises(NotEntitled, match="4 people outside"):
        await bureaus.announce(speaker="E")
    ((kind, about, body),) = await bureaus.recorded()
    assert (kind, about) == ("act_refused", bureaus.district.people["E"])
    assert body == {"act": "broadcast", "audience": "all"}
    assert await bureaus.kept() == []


async def test_what_a_limited_right_says_stays_within_it_however_the_roster_changes(bureaus: Office) -> None:
    announced = await bureaus.announce(speaker="E", audience="person:F", send_at=MORNING + timedelta(days=1))
    (kept,) = await bureaus.kept()
    assert kept.audience == 'person:F unit:"财政局"'
    async with bureaus.district.db.writing() as conn:
        other = select(tables.units.c.id).where(tables.units.c.name == "教育局").scalar_subquery()
        await conn.execute(update(tables.posts).where(tables.posts.c.code == "P6").values(unit_id=other))
    await bureaus.district.plan(MORNING + timedelta(days=1))
    assert await bureaus.district.states(announced.id) == {}


async def test_a_unit_s_name_that_is_an_expression_widens_nothing(bureaus: Office) -> None:
    """Pasted into the audience that was kept, it meant everyone; only what was typed had been held to the scope."""
    district = bureaus.district
    await district.unit('甲", all, unit:"甲', "推进办")
    await district.person("H", ("P8", '甲", all, unit:"甲', 1), roles=[(Role.OFFICE, '甲", all, unit:"甲')])
    with pytest.raises(Refused):
        await bureaus.announce(speaker="H", audience="person:H")
    assert await bureaus.kept() == []


async def test_one_to_many_needs_a_second_person(bureaus: Office) -> None:
    bureaus.limit(2)
    with pytest.raises(Refused) as refusal:
        await bureaus.announce()
    (fault,) = refusal.value.faults
    assert fault.column == "approved_by"
    assert "6 people" in english(fault.message)
    assert (await bureaus.announce(audience="unit:财政局")).recipients == 2
    await bureaus.district.person("L", roles=[(Role.LEADER, "财政局")])
    with pytest.raises(Refused):  # the leader's right does not reach all of them
        await bureaus.announce(approved_by="L")
    await bureaus.district.person("M", roles=[(Role.LEADER, "推进办")])
    assert (await bureaus.announce(approved_by="M")).recipients == 6
    assert [row.approved_by for row in await bureaus.kept()] == [None, bureaus.district.people["M"]]


async def test_what_is_recorded_along_undoes_all_when_it_fails(office: Office) -> None:
    async def fail(conn: Connection, notice_id: int) -> None:
        raise DecidedBefore(phrase("too late"))

    with pytest.raises(DecidedBefore):
        await office.broadcasts.announce(Draft(text="x", audience="all", speaker="A"), MORNING, fail)
    assert (await office.kept(), await office.recorded()) == ([], [])


async def test_files_alone_are_something_to_say(office: Office) -> None:
    photo = Attachment(file=1, kind=FileKind.PHOTO)
    await office.announce(text="", attachments=(photo,))
    assert [row.attachments for row in await office.kept()] == [[{"file": 1, "kind": "photo"}]]
