"""Declarations of interest: who makes them, who is told, and who reads them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from messages import looks
from messages.drafting import digest_of
from messages.errors import NotEntitled, NotFound, Refused
from messages.organisation.records import Role
from messages.store import declarations, ledger, tables
from messages.store.database import Database
from messages.tenders.declarations import Declaration, Given, checked
from messages.text.phrase import english
from schedules.tenders.declaring import Declared
from tests.declaring import STEP, TITLE, Declaring
from tests.district import MORNING

NONE = Given(interest=False)
BROTHER = Given(interest=True, who="兄弟，某建筑公司", what="任该公司副经理，该公司拟投标")


@pytest.fixture
async def place(db: Database) -> Declaring:
    return await Declaring.found(db)


async def declares(place: Declaring, code: str, given: Given = BROTHER, now: datetime = MORNING) -> Declared:
    asked = await place.tenders.asking(place.matter, place.id(code), now)
    return await place.tenders.declare(asked, place.id(code), given, now)


async def refused(place: Declaring, code: str) -> list[str]:
    query = select(tables.ledger.c.body).where(tables.ledger.c.kind == "act_refused")
    async with place.db.reading() as conn:
        return [body["act"] for body in await conn.scalars(query.where(tables.ledger.c.person_id == place.id(code)))]


async def test_those_declare_who_answer_for_a_step_are_named_or_were_prompted(place: Declaring) -> None:
    posts = {code: (await declares(place, code, NONE)).declaration.post_code for code in "HNP"}
    assert posts == {"H": "PH", "N": "PN", "P": "PP"}


async def test_nobody_else_declares_and_trying_is_recorded(place: Declaring) -> None:
    for code in ("X", "C", "L2"):
        with pytest.raises(NotEntitled):
            await declares(place, code)
        assert await refused(place, code) == ["declare"]
    with pytest.raises(NotFound):
        await place.tenders.asking(9999, place.id("H"), MORNING)
    assert await place.tenders.declarations(place.matter, place.id("A"), MORNING) == ()


async def test_who_has_given_the_post_away_declares_no_more(place: Declaring) -> None:
    asked = await place.tenders.asking(place.matter, place.id("H"), MORNING)
    async with place.db.writing() as conn:
        mine = tables.assignments.c.person_id == place.id("H")
        await conn.execute(update(tables.assignments).where(mine).values(ended_at=MORNING))
    with pytest.raises(NotEntitled):
        await place.tenders.declare(asked, place.id("H"), NONE, MORNING)


async def test_a_prompt_asks_until_something_is_declared_and_a_later_one_stands_beside_it(place: Declaring) -> None:
    [asked] = await place.tenders.asked(place.id("P"))
    assert (asked.matter_id, asked.title, asked.milestone) == (place.matter, TITLE, STEP)
    assert await place.tenders.asked(place.id("H")) == ()

    first = await place.tenders.declare(asked, place.id("P"), NONE, MORNING)
    later = MORNING + timedelta(hours=1)
    second = await place.tenders.declare(asked, place.id("P"), BROTHER, later)
    assert await place.tenders.asked(place.id("P")) == ()
    assert [one.id for one in await place.tenders.declared(place.id("P"))] == [second.declaration.id]
    seen = await place.tenders.declarations(place.matter, place.id("P"), later)
    assert [(one.given, one.at, one.milestone) for one in seen] == [(BROTHER, later, STEP), (NONE, MORNING, STEP)]
    assert first.declaration.id != second.declaration.id


async def test_what_is_over_asks_nobody(place: Declaring) -> None:
    async with place.db.writing() as conn:
        await conn.execute(update(tables.matters).values(state="cancelled"))
    assert await place.tenders.asked(place.id("P")) == ()


async def test_an_interest_is_told_at_once_to_the_leader_without_saying_what_it_is(place: Declaring) -> None:
    made = await declares(place, "H")
    assert made.told == ("姓名L",)
    assert await place.told("declared") == [('person:"L"', f"declaration:{made.declaration.id}:0")]
    async with place.db.reading() as conn:
        [params] = await conn.scalars(select(tables.notices.c.params).where(tables.notices.c.template == "declared"))
        [body] = await conn.scalars(select(tables.ledger.c.body).where(tables.ledger.c.kind == "declaration"))
    assert "兄弟" not in str(params)
    assert "兄弟" not in str(body)
    assert body["digest"] == digest_of({"who": BROTHER.who, "what": BROTHER.what})
    await place.tenders.sweep(MORNING + timedelta(days=1))
    assert len(await place.told("declared")) == 1


async def test_the_leader_who_declares_is_not_told_the_office_is(place: Declaring) -> None:
    await place.names("PL")
    assert (await declares(place, "L")).told == ("姓名A",)


async def test_an_interest_that_nobody_could_be_told_of_is_told_once_somebody_can(place: Declaring) -> None:
    async with place.db.writing() as conn:
        await conn.execute(update(tables.roles).values(ended_at=MORNING))
    assert (await declares(place, "H")).told == ()
    await place.tenders.sweep(MORNING)
    assert await place.told("declared") == []
    async with place.db.writing() as conn:
        unit = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "财政局"))
        row = {"person_id": place.id("X"), "role": Role.LEADER.value, "unit_id": unit, "granted_at": MORNING}
        await conn.execute(insert(tables.roles).values(row))
    await place.tenders.sweep(MORNING + timedelta(hours=1))
    assert [audience for audience, _ in await place.told("declared")] == ['person:"X"']


async def test_that_people_have_none_is_told_together_on_the_next_working_morning(place: Declaring) -> None:
    friday = datetime(2026, 9, 18, 16, tzinfo=MORNING.tzinfo)
    for code in "HN":
        await declares(place, code, NONE, friday)
    await declares(place, "P", NONE, friday)
    await declares(place, "P", BROTHER, friday + timedelta(minutes=1))  # P has thought of it
    await place.tenders.sweep(friday + timedelta(days=1, hours=2))
    assert await place.told("declared_none") == []  # a Saturday
    monday = datetime(2026, 9, 21, 10, tzinfo=MORNING.tzinfo)
    for _ in range(2):
        await place.tenders.sweep(monday)
    assert await place.told("declared_none") == [('person:"L"', "")]
    async with place.db.reading() as conn:
        mine = tables.notices.c.template == "declared_none"
        [params] = await conn.scalars(select(tables.notices.c.params).where(mine))
    assert await stays_untold(place) == []
    assert params["matters"] == [{"matter": TITLE, "names": ["姓名H", "姓名N"], "more": 0}]


async def stays_untold(place: Declaring) -> list[int]:
    async with place.db.reading() as conn:
        return [one.id for one in await declarations.untold(conn)]


@pytest.mark.parametrize(
    ("viewer", "knows", "reads"),
    [
        ("H", True, True),  # who declared
        ("L", True, True),
        ("I", True, True),
        ("A", True, True),
        ("L2", False, False),  # leads another bureau
        ("C", False, False),  # collects there
        ("P", False, False),  # was prompted as well
        ("X", False, False),  # of a higher level
    ],
)
async def test_only_who_looks_after_the_unit_knows_and_reads(
    place: Declaring, viewer: str, *, knows: bool, reads: bool
) -> None:
    made = (await declares(place, "H")).declaration
    seen = await place.tenders.declarations(place.matter, place.id(viewer), MORNING)
    assert [one.id for one in seen] == ([made.id] if knows else [])
    assert all(one.withheld is (viewer != "H") for one in seen)
    assert all(one.given.who is None for one in seen if one.withheld)
    read = await reading(place, viewer, made)
    assert (read.given if read else None) == (BROTHER if reads else None)
    assert await refused(place, viewer) == ([] if reads else ["see_record"])


async def test_a_matter_counts_what_people_declared_last_for_who_may_know_of_it(place: Declaring) -> None:
    for given in (BROTHER, NONE):
        await declares(place, "H", given)
    await declares(place, "N", BROTHER)
    counts = {}
    for viewer in "LNC":
        whole = await place.tenders.of(place.matter, place.id(viewer), MORNING)
        counts[viewer] = whole.declared, whole.interests
    assert counts == {"L": (2, 1), "N": (1, 1), "C": (0, 0)}


async def reading(place: Declaring, viewer: str, made: Declaration) -> Declaration | None:
    try:
        return await place.tenders.declaration(made.id, place.id(viewer), MORNING)
    except NotFound:
        return None


async def test_each_reading_is_recorded_about_who_declared_once_for_a_while(place: Declaring) -> None:
    made = (await declares(place, "H")).declaration
    for minutes in (0, 5, 30):
        await place.tenders.declaration(made.id, place.id("L"), MORNING + timedelta(minutes=minutes))
    await place.tenders.declaration(made.id, place.id("H"), MORNING)
    async with place.db.reading() as conn:
        found = await ledger.looks(conn, by="L", since=MORNING - timedelta(days=1))
    assert [(one.person_id, one.body["declaration"]) for one in found] == [(place.id("H"), made.id)] * 2
    page = await looks.of_person(place.db, place.id("H"), 1, MORNING + timedelta(hours=1), size=5)
    [seen] = page.items
    assert seen.by == "姓名L"
    assert [english(what) for what in seen.at_what] == ["your declaration of interests as “岗位PH”"]


async def test_of_a_matter_without_a_unit_the_leader_of_the_post_is_told(place: Declaring) -> None:
    matter = await place.tender("T-2", "未定单位的采购", unit=None)
    await place.names("PN", matter)
    asked = await place.tenders.asking(matter, place.id("N"), MORNING)
    assert (await place.tenders.declare(asked, place.id("N"), BROTHER, MORNING)).told == ("姓名L2",)


def test_what_is_declared_is_said_whole_and_not_too_long() -> None:
    assert checked(Given(interest=False, who="谁", what="什么")) == NONE
    assert checked(Given(interest=True, who=" 兄弟\n某公司 ", what=" 任职 ")).who == "兄弟 某公司"
    faults = {
        ("", ""): ["who", "what"],
        ("兄弟", " "): ["what"],
        ("长" * 201, "任职"): ["who"],
        ("兄弟", "长" * 501): ["what"],
    }
    for (who, what), columns in faults.items():
        with pytest.raises(Refused) as error:
            checked(Given(interest=True, who=who, what=what))
        assert [one.column for one in error.value.faults] == columns
