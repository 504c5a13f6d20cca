"""Whatever is written as an audience is read or refused with a place; and read, it means what its model means."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages.audience import (
    All,
    And,
    Campaign,
    Kind,
    Level,
    Node,
    Not,
    Or,
    Person,
    Post,
    Risk,
    RoleHeld,
    Term,
    Unit,
    parse,
)
from messages.errors import Refused
from messages.organisation.records import Role, UnitKind
from messages.register.campaigns import TaskState
from messages.register.records import Progress, RiskLevel
from messages.store.audience import reached
from messages.store.database import Database
from messages.store.schema import prepare
from tests.district import MORNING, District
from tests.points import put_point, put_task, put_task_state
from tests.postgresql import Server

PIECES = [
    "all",
    "-",
    " ",
    ",",
    "，",
    '"',
    ":",
    "：",
    "unit:",
    "level:",
    "1-3",
    "kind:street",
    "role:duty",
    "risk:high",
    "node:开标",
    "post:P1",
    "财政局",
    "%",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
@settings(max_examples=200)
def test_anything_written_is_read_or_refused_with_its_place(written: str) -> None:
    try:
        term = parse(written)
    except Refused as refusal:
        (fault,) = refusal.faults
        assert fault.line == 1
        assert fault.column is not None
        assert 1 <= int(fault.column) <= len(written) + 1
    else:
        assert isinstance(term, Term)


# --- against a model --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A post as the model knows it."""

    post: str
    units: tuple[str, ...]  # its own and all above it
    kind: str
    level: int
    person: str
    roles: frozenset[str]
    risk: bool = False
    nodes: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()  # that stand: node and level
    tasked: bool = False


UNITS = {"区": None, "局": "区", "局%": "局", "局_": "局%", "街": "区"}
STANDING = (("验收", "middle"), ("开标", "high"))
PLACES = [
    Place("P1", ("区",), "office", 1, "A", frozenset({"office"})),
    Place("P2", ("局", "区"), "department", 2, "B", frozenset({"leader", "duty"}), risk=True, nodes=("开标",)),
    Place(
        "P3",
        ("局%", "局", "区"),
        "department",
        3,
        "C",
        frozenset(),
        points=(("验收", "middle"), ("开标", "high")),
        tasked=True,
    ),
    Place("P4", ("局_", "局%", "局", "区"), "department", 4, "C", frozenset(), nodes=("开标", "验收")),
    Place("P5", ("街", "区"), "street", 5, "D", frozenset({"duty"}), risk=True, points=(("", "low"),), tasked=True),
]


def meant(term: Term, place: Place) -> bool:
    """The model: what a term means for one post."""
    match term:
        case All():
            return True
        case Not(inner):
            return not meant(inner, place)
        case And(terms):
            return all(meant(one, place) for one in terms)
        case Or(terms):
            return any(meant(one, place) for one in terms)
        case _:
            return _leaf(term, place)


def _leaf(term: Unit | Kind | Level | RoleHeld | Risk | Node | Post | Person | Campaign, place: Place) -> bool:
    holds = False
    match term:
        case Unit(name):
            holds = name in place.units
        case Kind(kind):
            holds = kind == place.kind
        case Level(highest, lowest):
            holds = highest <= place.level <= lowest
        case RoleHeld(role):
            holds = role in place.roles
        case Risk(level):
            holds = (place.risk and level == "high") or level in {level for _, level in place.points}
        case Node(name):
            holds = name in place.nodes or name in {node for node, _ in place.points}
        case Post(code):
            holds = code == place.post
        case Person(code):
            holds = code == place.person
        case Campaign(number, to_submit):
            holds = number == 1 and place.tasked and (not to_submit or place.post == "P5")
    return holds


leaves = st.one_of(
    st.just("all"),
    st.sampled_from([*UNITS, "无"]).map("unit:{}".format),
    st.sampled_from(["street", "office", "department"]).map("kind:{}".format),
    st.tuples(st.integers(1, 5), st.integers(1, 5)).map(lambda two: f"level:{min(two)}-{max(two)}"),
    st.sampled_from(["office", "leader", "duty"]).map("role:{}".format),
    st.sampled_from(list(RiskLevel)).map("risk:{}".format),
    st.sampled_from(["1", "1:open", "2"]).map("campaign:{}".format),
    st.sampled_from(["开标", "验收", "无"]).map("node:{}".format),
    st.sampled_from(["P1", "P3", "P9"]).map("post:{}".format),
    st.sampled_from(["A", "C", "Z"]).map('person:"{}"'.format),
)
terms = st.tuples(st.booleans(), leaves).map(lambda one: f"-{one[1]}" if one[0] else one[1])
expressions = st.lists(st.lists(terms, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3).map(", ".join)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


async def _organisation(url: str) -> Database:
    db = Database(url)
    await prepare(db)
    district = District(db)
    kinds = {"区": UnitKind.OFFICE, "街": UnitKind.STREET}
    for name, above in UNITS.items():
        await district.unit(name, above, kinds.get(name, UnitKind.DEPARTMENT))
    for person in "ABCD":
        theirs = [place for place in PLACES if place.person == person]
        await district.person(
            person,
            *((place.post, place.units[0], place.level) for place in theirs),
            roles=[(Role(role), "区") for role in theirs[0].roles],
        )
    for place in PLACES:
        await district.mark(place.post, *place.nodes, risk=place.risk)
        for node, level in place.points:
            await put_point(db, place.post, node=node, level=RiskLevel(level))
    # What does not stand in the register reaches nobody.
    await put_point(db, "P1", node="验收", level=RiskLevel.HIGH, progress=Progress.SUBMITTED)
    await put_point(db, "P1", node="验收", level=RiskLevel.HIGH, ended_at=MORNING)
    await put_task(db, *(place.post for place in PLACES if place.tasked))
    await put_task_state(db, "P3", TaskState.UNIT)
    return db


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def organisation(
    request: pytest.FixtureRequest, runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path_factory.mktemp('organisation')}/lianxun.db"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        url = runner.run(server.fresh())
    db = runner.run(_organisation(url))
    yield db
    runner.run(db.close())


async def _reached(db: Database, expression: str) -> set[str]:
    async with db.reading() as conn:
        rows = await conn.execute(reached(expression).subquery().select())
        return {f"P{row.post_id}" for row in rows}


@given(expression=expressions)
@settings(max_examples=80)
def test_the_query_reaches_whom_the_model_means(
    runner: asyncio.Runner, organisation: Database, expression: str
) -> None:
    expected = {place.post for place in PLACES if meant(parse(expression), place)}
    assert runner.run(_reached(organisation, expression)) == expected
