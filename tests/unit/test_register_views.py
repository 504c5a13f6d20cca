"""The register as it is looked through: filters, counts and the map equal a count by hand of what was put in."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from sqlalchemy import select

from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.register import risk_map, views
from messages.register.bases import Cited
from messages.register.founding import found_register
from messages.register.records import RiskLevel, Workflow
from messages.register.sample import SamplePoint, sample_nodes, sample_points
from messages.store import tables
from messages.store.database import Database
from messages.store.register_lists import Filters, Sort
from schedules.policy import load
from tests.district import MORNING

ROSTER = sample_roster(units=9, posts=60, people=57)
BASES = load().legal_bases
ROWS = {row.post_code: row for row in ROSTER}
OUTDATED = BASES.superseded(MORNING.date())


@cache
def given() -> list[SamplePoint]:
    return sample_points(ROSTER)


def text_of(point: SamplePoint) -> str:
    row, content = ROWS[point.post], point.content
    return f"{content.name} {content.description} {content.controls} {row.post} {row.unit}"


def of_workflow(point: SamplePoint, workflow: Workflow) -> bool:
    return sample_nodes()[point.content.node] is workflow


LAW = "ZWCF2020"
ARTICLE = next(one for point in given() for one in point.content.bases if one.law == LAW and one.article)
UNIT = next(row.unit for row in ROSTER if row.parent_unit)

CASES: list[tuple[Filters, Callable[[SamplePoint], bool]]] = [
    (Filters(), lambda _: True),
    (Filters(words="审批"), lambda point: "审批" in text_of(point)),
    (Filters(words=f"{UNIT} 资金"), lambda point: UNIT in text_of(point) and "资金" in text_of(point)),
    (Filters(words="%"), lambda point: "%" in text_of(point)),
    (Filters(unit=UNIT), lambda point: ROWS[point.post].unit == UNIT),
    (Filters(node="评标"), lambda point: point.content.node == "评标"),  # just this one, not 评标委员会组建 as well
    (Filters(node="标委"), lambda point: "标委" in point.content.node),
    (Filters(workflow=Workflow.FUNDS), lambda point: of_workflow(point, Workflow.FUNDS)),
    (Filters(level=RiskLevel.HIGH), lambda point: point.content.level is RiskLevel.HIGH),
    (Filters(category="管理"), lambda point: "管理" in point.content.category),
    (Filters(no_node=True, node="评标"), lambda point: not point.content.node),
    (Filters(cites=(Cited(law=LAW),)), lambda point: any(one.law == LAW for one in point.content.bases)),
    (Filters(cites=(ARTICLE,)), lambda point: ARTICLE in point.content.bases),
    (
        Filters(cites=views.outdated_of(BASES, MORNING)),
        lambda point: any(one.law in OUTDATED for one in point.content.bases),
    ),
    (
        Filters(level=RiskLevel.LOW, workflow=Workflow.FUNDS, words="资金"),
        lambda point: (
            point.content.level is RiskLevel.LOW and of_workflow(point, Workflow.FUNDS) and "资金" in text_of(point)
        ),
    ),
]


@pytest.fixture
async def administrator(db: Database) -> int:
    """The sample's register of nine units; gives a person who sees all of it."""
    await import_roster(db, ROSTER, MORNING)
    await found_register(db, ROSTER, MORNING)
    async with db.reading() as conn:
        found = await conn.scalar(select(tables.roles.c.person_id).where(tables.roles.c.role == "office"))
    assert found is not None
    return int(found)


async def test_every_filter_finds_what_a_count_by_hand_finds(db: Database, administrator: int) -> None:
    for filters, meant in CASES:
        expected = [one for one in given() if meant(one)]
        found = await views.points_of(db, administrator, filters, Sort.UNIT, 1, MORNING, bases=BASES, size=1000)
        listed = [(one.line.post.code if one.line.post else "", one.line.name) for one in found.page.rows]
        assert Counter(listed) == Counter((one.post, one.content.name) for one in expected), filters
        assert found.by_level == {level: sum(one.content.level is level for one in expected) for level in RiskLevel}, (
            filters
        )
        assert found.page.total == len(expected)
    everything, narrow = len(given()), sum(meant(one) for _, meant in CASES[-2:] for one in given())
    assert 0 < narrow < everything


async def test_pages_are_whole_in_every_order_and_flags_name_what_is_out_of_date(
    db: Database, administrator: int
) -> None:
    gravity = [*RiskLevel]
    for sort in Sort:
        pages = [
            await views.points_of(db, administrator, Filters(), sort, number, MORNING, bases=BASES, size=200)
            for number in range(1, -(-len(given()) // 200) + 1)
        ]
        points = [one for page in pages for one in page.page.rows]
        assert len({one.line.id for one in points}) == len(points) == len(given())
        if sort is Sort.LEVEL:
            levels = [gravity.index(one.line.level) for one in points]
            assert levels == sorted(levels)
        for one in points:
            assert {flag.basis.code for flag in one.outdated} == {cited.law for cited in one.line.cited} & {*OUTDATED}
    outdated = sum(any(one.law in OUTDATED for one in point.content.bases) for point in given())
    assert await views.count_outdated(db, administrator, MORNING, bases=BASES) == outdated > 0


@pytest.mark.parametrize(
    ("filters", "meant"),
    [
        (Filters(), lambda _: True),
        (Filters(workflow=Workflow.APPROVAL), lambda point: of_workflow(point, Workflow.APPROVAL)),
        (
            Filters(unit=UNIT, level=RiskLevel.LOW),
            lambda point: ROWS[point.post].unit == UNIT and point.content.level is RiskLevel.LOW,
        ),
    ],
    ids=["whole", "workflow", "unit and level"],
)
async def test_the_map_counts_what_a_count_by_hand_counts(
    db: Database, administrator: int, filters: Filters, meant: Callable[[SamplePoint], bool]
) -> None:
    points = [one for one in given() if meant(one)]
    by_cell = Counter((ROWS[one.post].unit, one.content.node, one.content.level) for one in points)
    drawn: Counter[tuple[str, str, RiskLevel]] = Counter()
    rows: dict[str, int] = {}
    columns: list[tuple[str, int]] = []
    across = -(-len({one.content.node for one in points}) // 20)
    for column in range(1, across + 1):
        found = await risk_map.map_of(db, administrator, filters, row=1, column=column, rows=50, columns=20)
        columns += [(one.node.name, one.total.count) for one in found.columns.rows]
        for row in found.rows.rows:
            rows[row.unit.name] = row.total.count
            for at, cell in zip(found.columns.rows, row.cells, strict=True):
                drawn.update({(row.unit.name, at.node.name, level): count for level, count in cell.present.items()})
        assert found.total.count == len(points) > 0
    assert drawn == by_cell
    assert rows == Counter(ROWS[one.post].unit for one in points)
    assert dict(columns) == Counter(one.content.node for one in points)
    counts = [count for _, count in columns]
    assert counts == sorted(counts, reverse=True)
