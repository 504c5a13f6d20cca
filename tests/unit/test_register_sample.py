"""The sample register: its size, its pyramid, and that it stands in the tables as it was composed."""

from collections import Counter
from datetime import date
from functools import cache

from sqlalchemy import func, select

from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.register.founding import found_register
from messages.register.records import Content, RiskLevel
from messages.register.sample import SamplePoint, sample_nodes, sample_points
from messages.store.database import Database
from messages.store.tables import duties, nodes, point_bases, posts, risk_points, risk_versions
from schedules.policy import load
from tests.district import MORNING


@cache
def district() -> list[SamplePoint]:
    return sample_points(sample_roster())


def test_the_district_has_as_many_points_and_nodes_as_the_seed_says() -> None:
    points, roster = district(), sample_roster()
    assert len(points) == 26_638
    assert {one.content.node for one in points} == set(sample_nodes())
    assert len(sample_nodes()) == 466
    assert {node for row in roster for node in row.nodes or ()} < set(sample_nodes())
    assert len({(one.post, one.content.name) for one in points}) == len(points)


def test_risk_posts_have_more_points_and_graver_ones() -> None:
    risky = {row.post_code for row in sample_roster() if row.risk_post}
    levels = Counter((one.post in risky, one.content.level) for one in district())
    every = Counter(one.content.level for one in district())
    assert 0.06 < every[RiskLevel.HIGH] / 26_638 < 0.1
    assert 0.25 < every[RiskLevel.MIDDLE] / 26_638 < 0.35
    of_risk_posts = sum(count for (risk, _level), count in levels.items() if risk)
    assert of_risk_posts / len(risky) > 1.8 * (26_638 - of_risk_posts) / (2_448 - len(risky))
    assert levels[True, RiskLevel.HIGH] > levels[False, RiskLevel.HIGH]


def test_every_article_that_is_cited_is_there_and_a_few_hundred_points_cite_what_is_out_of_date() -> None:
    bases = load(None).legal_bases
    assert all(bases.holds(one) for point in district() for one in point.content.bases)
    outdated = bases.superseded(date(2026, 9, 1))
    assert 200 < sum(any(one.law in outdated for one in point.content.bases) for point in district()) < 600


async def test_what_was_composed_stands_in_the_register(db: Database) -> None:
    roster = sample_roster(units=2, posts=40, people=38)
    await import_roster(db, roster, MORNING)
    given = sample_points(roster)
    assert await found_register(db, roster, MORNING) == len(given)
    query = (
        select(posts.c.code, risk_points.c.name, nodes.c.workflow, duties.c.text, risk_versions.c.content)
        .join_from(risk_points, posts, posts.c.id == risk_points.c.post_id)
        .join(nodes, nodes.c.id == risk_points.c.node_id)
        .join(duties, duties.c.id == risk_points.c.duty_id)
        .join(risk_versions, risk_versions.c.point_id == risk_points.c.id)
        .where(risk_points.c.standing == risk_versions.c.number, risk_points.c.unit_id == posts.c.unit_id)
        .order_by(risk_points.c.id)
    )
    async with db.reading() as conn:
        rows = (await conn.execute(query)).all()
        cited = await conn.scalar(select(func.count()).select_from(point_bases))
    assert [(row.code, Content.of(row.content)) for row in rows] == [(one.post, one.content) for one in given]
    assert all(
        (row.name, row.text) == (one.content.name, one.content.duty) for row, one in zip(rows, given, strict=True)
    )
    assert {row.content["node"]: row.workflow for row in rows}.items() <= sample_nodes().items()
    assert cited == sum(len(one.content.bases) for one in given)
