"""Audience expressions: what they mean, what is refused and where."""

import pytest

from messages.audience import All, And, Kind, Level, Node, Not, Or, Person, Post, Risk, RoleHeld, Term, Unit, parse
from messages.errors import Fault, Refused
from messages.organisation.records import Role, UnitKind
from messages.store import reach
from messages.store.audience import check, count_people, reached
from messages.store.database import Database
from messages.text.phrase import english
from tests.district import District


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("all", All()),
        ("  all ", All()),
        ("unit:财政局", Unit("财政局")),
        ("unit:100%_局", Unit("100%_局")),
        ('unit:"Finance Bureau"', Unit("Finance Bureau")),
        ('unit:"甲,乙"', Unit("甲,乙")),
        ("unit：财政局", Unit("财政局")),
        ("kind:street", Kind("street")),
        ("level:2", Level(2, 2)),
        ("level:1-3", Level(1, 3)),
        ("role:duty", RoleHeld("duty")),
        ("risk:high", Risk("high")),
        ("node:开标", Node("开标")),
        ('node:"Opening of bids"', Node("Opening of bids")),
        ("post:A-1", Post("A-1")),
        ("person:P:7", Person("P:7")),
        ("-all", Not(All())),
        ("-unit:财政局", Not(Unit("财政局"))),
        ("all level:1", And((All(), Level(1, 1)))),
        ("level:1,level:2", Or((Level(1, 1), Level(2, 2)))),
        ("level:1，level:2", Or((Level(1, 1), Level(2, 2)))),
        ("post:A\tpost:B\npost:C", And((Post("A"), Post("B"), Post("C")))),
        ("unit:甲 level:1, role:leader -kind:street", None),
    ],
)
def test_an_expression_is_read(written: str, meant: Term | None) -> None:
    whole = Or((And((Unit("甲"), Level(1, 1))), And((RoleHeld("leader"), Not(Kind("street"))))))
    assert parse(written) == (meant or whole)


def test_and_binds_closer_than_or() -> None:
    assert parse("post:A post:B, post:C") == Or((And((Post("A"), Post("B"))), Post("C")))
    assert parse("post:A, post:B post:C") == Or((Post("A"), And((Post("B"), Post("C")))))


def fault_of(written: str) -> Fault:
    with pytest.raises(Refused) as refusal:
        parse(written)
    (fault,) = refusal.value.faults
    return fault


@pytest.mark.parametrize(
    ("written", "column", "value"),
    [
        ("", 1, None),
        ("   ", 4, None),
        (",all", 1, None),
        ("all,", 5, None),
        ("all,,all", 5, None),
        ("everyone", 1, "everyone"),
        ("all everyone", 5, "everyone"),
        ("all, unti:财政局", 6, "unti:财政局"),
        ("level:0", 1, "level:0"),
        ("level:6", 1, "level:6"),
        ("level:3-1", 1, "level:3-1"),
        ("all level:1-9", 5, "level:1-9"),
        ("kind:village", 1, "kind:village"),
        ("role:boss", 1, "role:boss"),
        ("risk:grave", 1, "risk:grave"),
        ("campaign:0", 1, "campaign:0"),
        ("unit:", 1, "unit:"),
        ("unit", 1, "unit"),
        ('unit:"Finance', 1, 'unit:"Finance'),
        ("--all", 1, "--all"),
        ("- all", 1, "-"),
        ("alle", 1, "alle"),
        ("ALL", 1, "ALL"),
        ("财政局", 1, "财政局"),
    ],
)
def test_a_fault_is_told_with_its_place(written: str, column: int, value: str | None) -> None:
    fault = fault_of(written)
    assert (fault.line, fault.column, fault.value) == (1, str(column), value)


@pytest.mark.parametrize("written", ["level:9-1", "all -level:3-1"])
def test_levels_are_explained(written: str) -> None:
    assert "from the higher to the lower" in english(fault_of(written).message)


@pytest.mark.parametrize("written", ['unit:""', 'post:""', 'person:""'])
def test_an_empty_name_is_refused(written: str) -> None:
    assert fault_of(written).column == "1"


@pytest.mark.parametrize("written", ["allall", 'unit:"甲"乙', 'unit:"甲"level:1', "all-all"])
def test_terms_that_touch_are_refused(written: str) -> None:
    """Two terms without anything between them are a slip, not a wish."""
    fault_of(written)


def test_an_expression_without_end_is_refused() -> None:
    assert fault_of("all " * 400).column == "1001"


# --- against a real organisation --------------------------------------------------------------------------------------


@pytest.fixture
async def district(db: Database) -> District:
    """A district with bureaus whose names lie in wait: one is the other's beginning, one has SQL's wildcards."""
    district = District(db)
    await district.unit("区政府", kind=UnitKind.OFFICE)
    for name, above in (
        ("财政局", "区政府"),
        ("财政局采购中心", "财政局"),
        ("100%_局", "区政府"),
        ("100分局", "区政府"),
    ):
        await district.unit(name, above)
    await district.unit("云栖街道", "区政府", UnitKind.STREET)
    await district.person("TOP", ("P0", "区政府", 1), roles=[(Role.OFFICE, "区政府")])
    await district.person("A", ("P1", "财政局", 2), ("P2", "云栖街道", 5), roles=[(Role.LEADER, "财政局")])
    await district.person("B", ("P3", "财政局采购中心", 3), joined=False)
    await district.person("C", ("P4", "100%_局", 3), roles=[(Role.DUTY, "100%_局")])
    await district.person("D", ("P5", "100分局", 4))
    await district.person("E", ("P6", "云栖街道", 4), joined=False)
    await district.person("NOPOST", roles=[(Role.LEADER, "财政局")])
    await district.mark("P3", "开标", "评标", risk=True)
    await district.mark("P6", "开标")
    return district


@pytest.mark.parametrize(
    ("expression", "posts"),
    [
        ("all", "P0 P1 P2 P3 P4 P5 P6"),
        ("unit:财政局", "P1 P3"),
        ("unit:财政局采购中心", "P3"),
        ("unit:区政府", "P0 P1 P2 P3 P4 P5 P6"),
        ("unit:100%_局", "P4"),
        ("unit:100分局", "P5"),
        ("kind:street", "P2 P6"),
        ("level:1-3", "P0 P1 P3 P4"),
        ("level:4", "P5 P6"),
        ("role:leader", "P1 P2"),
        ("role:leader unit:财政局", "P1"),
        ("role:duty", "P4"),
        ("risk:high", "P3"),
        ("node:开标", "P3 P6"),
        ("node:开标 -risk:high", "P6"),
        ("-node:评标 kind:street", "P2 P6"),
        ("node:nowhere", ""),
        ("post:P3", "P3"),
        ("person:A", "P1 P2"),
        ("-all", ""),
        ("all -kind:street", "P0 P1 P3 P4 P5"),
        ("-unit:财政局", "P0 P2 P4 P5 P6"),
        ("level:1, kind:street", "P0 P2 P6"),
        ("person:A level:5, person:D", "P2 P5"),
        ("unit:nowhere", ""),
        ("-unit:nowhere", "P0 P1 P2 P3 P4 P5 P6"),
    ],
)
async def test_an_audience_reaches_these_posts(district: District, expression: str, posts: str) -> None:
    async with district.db.reading() as conn:
        found = reached(expression).subquery()
        ids = [row.post_id for row in await conn.execute(found.select())]
    assert sorted(f"P{post - 1}" for post in ids) == posts.split()


async def test_people_are_counted_once_and_without_account_apart(district: District) -> None:
    async with district.db.reading() as conn:
        assert await count_people(conn, "all") == 6
        assert await count_people(conn, "person:A") == 1
        assert (await reach.count(conn, "all")).unreachable == 2
        assert (await reach.count(conn, "unit:财政局")).unreachable == 1


@pytest.mark.parametrize(
    "expression", ["unit:财政", "node:标", "all -unit:财政", "post:P9, all", "all person:Z", "unit:%"]
)
async def test_a_name_that_is_not_in_the_roster_is_refused(district: District, expression: str) -> None:
    async with district.db.reading() as conn:
        with pytest.raises(Refused):
            await check(conn, expression)


@pytest.mark.parametrize("expression", ["unit:财政局", "unit:100%_局 post:P4", "all, -person:A", "kind:street level:1"])
async def test_names_of_the_roster_are_taken(district: District, expression: str) -> None:
    async with district.db.reading() as conn:
        await check(conn, expression)


async def test_for_a_unit_that_is_not_there_the_nearest_names_are_suggested(district: District) -> None:
    """The help's example named a bureau that the office had not, and its refusal helped nobody on."""
    async with district.db.reading() as conn:
        for written in ("unit:财政", "unit:区财政局", "unit:财"):
            with pytest.raises(Refused) as refusal:
                await check(conn, written)
            near = "财政局" if written == "unit:区财政局" else "财政局 / 财政局采购中心"
            assert english(refusal.value.faults[0].message) == f"Did you mean {near}?"
        with pytest.raises(Refused) as refusal:
            await check(conn, "unit:没有")
        assert english(refusal.value.faults[0].message) == "The name of a unit of the roster is accepted."
