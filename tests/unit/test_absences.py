"""Leave: asked for, granted, refused, entered for others and taken back, as the ledger tells it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from messages import looks
from messages.absences import Absence, AbsenceState, Days
from messages.absences_read import read_absences
from messages.errors import DecidedBefore, NotEntitled, NotFound, Outdated, Refused
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store.database import Database
from messages.text.phrase import english
from messages.text.rendering import Frame, Renderer
from schedules.absences.deciding import Wanted
from schedules.absences.desk import Absences
from schedules.calendars import Calendars
from tests.awake import AWAKE
from tests.district import MORNING, ZONE, District

TODAY = MORNING.date()
LATER = MORNING + timedelta(hours=1)


def days(first: int, last: int) -> Days:
    """So many days from today."""
    return Days(first=TODAY + timedelta(days=first), last=TODAY + timedelta(days=last))


class Bureau:
    """``L`` leads 财政局, where ``A`` and ``B`` hold posts, ``M`` 住建局 with ``C``; ``O`` is of the office."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.district = District(db)
        self.people = self.district.people
        self.absences = Absences(db=db, policy=AWAKE, calendars=Calendars(db, "CN"), zone=ZONE)

    async def found(self) -> "Bureau":
        district = self.district
        await district.unit("推进办", kind=UnitKind.OFFICE)
        for unit in ("财政局", "住建局"):
            await district.unit(unit, "推进办")
        await district.person("O", roles=[(Role.OFFICE, "推进办")])
        await district.person("L", roles=[(Role.LEADER, "财政局")])
        await district.person("M", roles=[(Role.LEADER, "住建局")])
        for code, unit in (("A", "财政局"), ("B", "财政局"), ("C", "住建局")):
            await district.person(code, (f"P{code}", unit, 3))
        return self

    def wanted(self, code: str, first: int, last: int, note: str = "") -> Wanted:
        return Wanted(person_id=self.people[code], days=days(first, last), note=note)

    async def ask(self, code: str, first: int, last: int, note: str = "") -> Absence:
        absence, _ = await self.absences.ask(self.wanted(code, first, last, note), MORNING)
        return absence

    async def enter(self, code: str, first: int, last: int, by: str | None = "L") -> Absence:
        who = self.people[by] if by else None
        return (await self.absences.enter(self.wanted(code, first, last), who, MORNING)).absence

    async def events(self) -> list[dict[str, object]]:
        """What the ledger holds of absences, in order; whose they are stands beside."""
        query = select(tables.ledger.c.body, tables.people.c.code).join(tables.people)
        query = query.where(tables.ledger.c.kind == "absence").order_by(tables.ledger.c.id)
        async with self.db.reading() as conn:
            return [{"whose": row.code, **row.body} for row in await conn.execute(query)]

    async def told(self) -> dict[str, tuple[str, dict[str, object]]]:
        """Template and values of each notice about leave, by its key, of those that were not called off."""
        n = tables.notices.c
        query = select(n.key, n.template, n.params).where(n.key.like("absence%"), n.cancelled_at.is_(None))
        async with self.db.reading() as conn:
            return {row.key: (row.template, dict(row.params)) for row in await conn.execute(query)}

    async def close(self, period: str) -> None:
        """The scores of a period are closed."""
        row = {"period": period, "revision": 1, "at": MORNING, "closed_by": self.people["O"], "rules": "1", "upto": 0}
        row |= {"object_by": "2026-10-15"}
        async with self.db.writing() as conn:
            await conn.execute(insert(tables.closings).values(row))


@pytest.fixture
async def bureau(db: Database) -> Bureau:
    return await Bureau(db).found()


async def test_leave_that_is_granted_stands_in_the_ledger_from_then_on_and_both_are_told(
    bureau: Bureau, renderer: Renderer
) -> None:
    asked, names = await bureau.absences.ask(bureau.wanted("A", 1, 3, "年休假"), MORNING)
    assert (asked.state, asked.unit, names) == (AbsenceState.ASKED, "财政局", ("姓名L",))
    for _ in range(2):
        await bureau.absences.sweep(MORNING)
    told = await bureau.told()
    assert set(told) == {f"absence:{asked.id}:asked:L"}
    template, params = told[f"absence:{asked.id}:asked:L"]
    assert params["workdays"] == 3
    said = renderer.notice(template, "zh_CN", params, Frame(title=None))  # type: ignore[arg-type]
    assert "姓名A · 财政局" in said
    assert "年休假" in said

    granted = await bureau.absences.grant(asked.id, asked.version, bureau.people["L"], LATER)

    assert (granted.state, granted.decider) == (AbsenceState.GRANTED, "姓名L")
    told = await bureau.told()
    template, params = told[f"absence:{asked.id}:granted:A"]
    assert "姓名L" in renderer.notice(template, "zh_CN", params, Frame(title=None))  # type: ignore[arg-type]
    span = {"absence": asked.id, "first": "2026-09-22", "last": "2026-09-24", "whose": "A"}
    assert await bureau.events() == [{**span, "event": "asked", "by": "A"}, {**span, "event": "granted", "by": "L"}]
    with pytest.raises(DecidedBefore):
        await bureau.absences.grant(asked.id, asked.version, bureau.people["O"], LATER)


async def test_leave_is_refused_with_a_reason_that_only_its_person_is_told(bureau: Bureau) -> None:
    asked = await bureau.ask("A", 1, 3)
    with pytest.raises(Refused):
        await bureau.absences.refuse(asked.id, asked.version, bureau.people["L"], " ", LATER)
    refused = await bureau.absences.refuse(asked.id, asked.version, bureau.people["L"], "当日有检查", LATER)
    assert (refused.state, refused.why) == (AbsenceState.REFUSED, "当日有检查")
    assert (await bureau.told())[f"absence:{asked.id}:refused:A"][1]["why"] == "当日有检查"
    assert "当日有检查" not in str(await bureau.events())
    await bureau.ask("A", 1, 3)  # it may be asked for again


async def test_nobody_grants_the_own_leave_nor_that_of_others_units(bureau: Bureau) -> None:
    own, other = await bureau.ask("L", 1, 3), await bureau.ask("A", 1, 3)
    with pytest.raises(NotEntitled):
        await bureau.absences.grant(own.id, own.version, bureau.people["L"], LATER)
    for code in ("M", "B", "C"):  # to whom it is not even there
        with pytest.raises(NotFound):
            await bureau.absences.grant(other.id, other.version, bureau.people[code], LATER)
        with pytest.raises(NotFound):
            await bureau.absences.of(other.id, bureau.people[code])
        with pytest.raises(NotEntitled):
            await bureau.enter("A", 7, 8, by=code)
    with pytest.raises(NotEntitled):
        await bureau.enter("L", 7, 8, by="L")
    await bureau.absences.sweep(MORNING)
    assert set(await bureau.told()) == {f"absence:{own.id}:asked:O", f"absence:{other.id}:asked:L"}
    async with bureau.db.reading() as conn:
        refused = tables.ledger.c.kind == "act_refused"
        assert await conn.scalar(select(func.count()).select_from(tables.ledger).where(refused)) == 8


async def test_who_is_asked_decides_what_was_seen_and_a_deputy_is_asked_after_working_hours(bureau: Bureau) -> None:
    asked = await bureau.ask("A", 1, 3)
    await bureau.absences.sweep(MORNING)
    with pytest.raises(Outdated):
        await bureau.absences.grant(asked.id, asked.version + 1, bureau.people["L"], LATER)
    await bureau.absences.sweep(MORNING + timedelta(days=2))
    assert set(await bureau.told()) == {f"absence:{asked.id}:asked:L", f"absence:{asked.id}:deputy:O"}
    await bureau.absences.grant(asked.id, asked.version, bureau.people["O"], LATER)
    assert set(await bureau.told()) == {f"absence:{asked.id}:granted:A"}  # no card is sent any more


async def test_where_the_leader_is_on_leave_the_next_one_is_asked_at_the_same_time(bureau: Bureau) -> None:
    """It lay before who was away, and the deputy was asked some working hours later only."""
    await bureau.enter("L", 0, 1, by="O")
    asked = await bureau.ask("A", 5, 6)
    await bureau.absences.sweep(MORNING)
    cards = {f"absence:{asked.id}:asked:{code}" for code in "LO"}
    assert cards < set(await bureau.told())
    after = await bureau.ask("B", 5, 6)
    await bureau.absences.sweep(MORNING + timedelta(days=2))  # back at work
    assert f"absence:{after.id}:asked:L" in await bureau.told()
    assert f"absence:{after.id}:asked:O" not in await bureau.told()


async def test_where_the_leader_leads_no_more_the_next_one_is_asked(bureau: Bureau) -> None:
    asked = await bureau.ask("A", 1, 3)
    await bureau.absences.sweep(MORNING)
    async with bureau.db.writing() as conn:
        of_l = tables.roles.c.person_id == bureau.people["L"]
        await conn.execute(update(tables.roles).where(of_l).values(ended_at=LATER))
    await bureau.absences.sweep(LATER)
    assert f"absence:{asked.id}:asked:O" in await bureau.told()
    with pytest.raises(NotFound):
        await bureau.absences.grant(asked.id, asked.version, bureau.people["L"], LATER)


async def test_leave_that_begins_with_a_day_of_another_is_refused_and_names_it(bureau: Bureau) -> None:
    await bureau.ask("A", 3, 5)
    for first, last in ((1, 3), (5, 7), (4, 4), (1, 9)):
        with pytest.raises(Refused) as caught:
            await bureau.ask("A", first, last)
        assert "2026-09-24 to 2026-09-26" in english(caught.value.faults[0].message)
    await bureau.ask("A", 6, 7)
    await bureau.ask("B", 3, 5)


@pytest.mark.parametrize(("first", "last"), [(3, 2), (0, 366), (400, 401), (-400, -399)])
async def test_days_that_cannot_be_meant_are_refused(bureau: Bureau, first: int, last: int) -> None:
    with pytest.raises(Refused):
        await bureau.ask("A", first, last)


async def test_days_of_a_closed_period_stay_as_they_were_counted(bureau: Bureau) -> None:
    await bureau.enter("A", -25, -24)  # in August
    asked = await bureau.ask("B", -20, -20)  # the first of September
    for period, closed in (("2026-08", -21), ("2026-Q3", 9), ("2026", 101)):
        await bureau.close(period)
        with pytest.raises(Refused):
            await bureau.ask("A", closed, closed)
        await bureau.absences.check(bureau.wanted("A", closed + 1, closed + 1), MORNING)
    old = (await bureau.absences.own(bureau.people["A"]))[0]
    with pytest.raises(Refused):
        await bureau.absences.take_back(old.id, None, LATER)
    with pytest.raises(Refused):
        await bureau.absences.grant(asked.id, asked.version, bureau.people["L"], LATER)
    assert [one["event"] for one in await bureau.events()] == ["granted", "asked"]


async def test_leave_is_entered_for_others_and_grants_what_they_asked_for(bureau: Bureau) -> None:
    asked = await bureau.ask("B", 1, 2)
    entered, granted = await bureau.enter("A", 1, 3), await bureau.enter("B", 1, 2)
    assert (entered.state, granted.id, granted.state) == (AbsenceState.GRANTED, asked.id, AbsenceState.GRANTED)
    by_operator = await bureau.enter("C", 1, 3, by=None)
    assert by_operator.decider is None
    assert {f"absence:{entered.id}:entered:A", f"absence:{asked.id}:granted:B"} < set(await bureau.told())
    assert [(one["whose"], one["event"], one["by"]) for one in await bureau.events()] == [
        ("B", "asked", "B"),
        ("A", "granted", "L"),
        ("B", "granted", "L"),
        ("C", "granted", None),
    ]
    again = await bureau.absences.enter(bureau.wanted("A", 1, 3), bureau.people["L"], LATER)
    assert (again.anew, again.absence.id) == (False, entered.id)


async def test_what_has_begun_is_taken_back_from_today_on_and_the_days_before_stay_granted(bureau: Bureau) -> None:
    entered = await bureau.enter("A", -3, 4)
    after, rest = await bureau.absences.take_back(entered.id, bureau.people["A"], LATER)
    assert (after.state, rest.state, rest.days) == (AbsenceState.WITHDRAWN, AbsenceState.GRANTED, days(-3, -1))
    assert [(one["absence"], one["event"], one["last"], one["by"]) for one in await bureau.events()] == [
        (entered.id, "granted", "2026-09-25", "L"),
        (entered.id, "withdrawn", "2026-09-25", "A"),
        (rest.id, "granted", "2026-09-20", "A"),
    ]
    assert (await bureau.told())[f"absence:{entered.id}:given_back:L"][1]["rest"] is not None
    with pytest.raises(Refused):  # they have passed
        await bureau.absences.take_back(rest.id, bureau.people["A"], LATER)
    with pytest.raises(DecidedBefore):
        await bureau.absences.take_back(entered.id, bureau.people["A"], LATER)
    await bureau.ask("A", 0, 4)


async def test_what_is_to_come_is_taken_back_whole_and_by_others_only_of_their_units(bureau: Bureau) -> None:
    asked, entered = await bureau.ask("B", 1, 2), await bureau.enter("A", 1, 4)
    assert len(await bureau.absences.take_back(asked.id, bureau.people["B"], LATER)) == 1
    with pytest.raises(NotFound):
        await bureau.absences.take_back(entered.id, bureau.people["M"], LATER)
    for last in (0, 4, 5):
        with pytest.raises(Refused):
            await bureau.absences.take_back(entered.id, bureau.people["L"], LATER, TODAY + timedelta(days=last))
    _, rest = await bureau.absences.take_back(entered.id, bureau.people["L"], LATER, TODAY + timedelta(days=2))
    assert rest.days == days(1, 2)
    await bureau.absences.take_back(rest.id, None, LATER)
    told = await bureau.told()
    assert {key for key in told if "ended" in key} == {f"absence:{one.id}:ended:A" for one in (entered, rest)}


async def test_each_sees_what_waits_and_who_is_away_in_the_own_units(bureau: Bureau) -> None:
    waits, own = await bureau.ask("A", 5, 6), await bureau.ask("L", 1, 1)
    away, over = await bureau.enter("B", 0, 1), await bureau.enter("B", -9, -8)
    elsewhere = await bureau.enter("C", 0, 1, by="M")

    async def ids(code: str, *, waiting: bool = False) -> set[int]:
        look = bureau.absences.waiting if waiting else bureau.absences.list
        return {one.id for one in (await look(bureau.people[code], 1, MORNING)).absences}

    assert await ids("L") == {waits.id, away.id}
    assert await ids("L", waiting=True) == {waits.id}
    assert await ids("O", waiting=True) == {waits.id, own.id}
    assert await ids("O") == {waits.id, own.id, away.id, elsewhere.id}
    with pytest.raises(NotEntitled):
        await ids("A")
    assert {one.id for one in await bureau.absences.own(bureau.people["B"])} == {away.id, over.id}
    seen = await looks.of_person(bureau.db, bureau.people["C"], 1, LATER, size=9)
    assert [(one.by, [english(said) for said in one.at_what]) for one in seen.items] == [
        ("姓名O", ["a list of people on which you stand"])
    ]


SHEET = """工号,姓名,开始日期,结束日期,请假类别
A,姓名A,2026-09-22,2026年9月24日,年休假
B,,2026/9/22,2026.9.22,病假
"""


async def test_a_file_of_leave_is_entered_whole_and_changes_nothing_again(bureau: Bureau, tmp_path: Path) -> None:
    file = tmp_path / "leave.csv"
    file.write_text(SHEET, "utf-8")
    rows, leader = read_absences(file), bureau.people["L"]
    tried = await bureau.absences.import_rows(rows, leader, MORNING, dry_run=True)
    assert (tried.created, await bureau.events()) == (2, [])
    for created, unchanged in ((2, 0), (0, 2)):
        done = await bureau.absences.import_rows(rows, leader, MORNING, dry_run=False)
        assert (done.created, done.unchanged) == (created, unchanged)
    (one,) = await bureau.absences.own(bureau.people["A"])
    assert (one.days, one.note, one.decider) == (days(1, 3), "年休假", "姓名L")


async def test_a_file_with_any_fault_is_refused_whole_and_each_is_told_by_its_place(
    bureau: Bureau, tmp_path: Path
) -> None:
    file = tmp_path / "leave.csv"
    lines = ["X,,2026-09-22,2026-09-24,", "C,,2026-09-22,2026-09-24,", "A,姓名B,2026-09-22,2026-09-24,"]
    lines += ["B,,2026-09-24,2026-09-22,", "A,,2026-09-24,2026-09-25,"]  # before its first day; overlapping
    file.write_text(SHEET + "\n".join(lines), "utf-8")
    with pytest.raises(Refused) as caught:
        await bureau.absences.import_rows(read_absences(file), bureau.people["L"], MORNING, dry_run=False)
    assert [(one.line, one.column) for one in caught.value.faults] == [
        (4, "工号"),
        (5, "工号"),
        (6, "姓名"),
        (7, "结束日期"),
        (8, "开始日期"),
    ]
    assert await bureau.events() == []
    file.write_text(SHEET.replace("2026-09-22", "明天"), "utf-8")
    with pytest.raises(Refused) as caught:
        read_absences(file)
    assert [(one.line, one.column, one.value) for one in caught.value.faults] == [(2, "开始日期", "明天")]
