"""Who may see whose record: every level and role against every level and unit, and what is recorded of each look."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from messages import visibility
from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.store import tables
from messages.store import visibility as stored
from messages.store.database import Database
from messages.visibility import What, Why, see, sight_of, why
from tests.district import MORNING, District

UNITS = ("推进办", "财政局", "预算科", "教育局")
WITHIN = {"推进办": set(UNITS), "财政局": {"财政局", "预算科"}, "预算科": {"预算科"}, "教育局": {"教育局"}}
LEVELS = (1, 2, 3, 4, 5)
BORNE: Sequence[tuple[Role, str] | None] = (
    None,
    (Role.OFFICE, "推进办"),
    (Role.OFFICE, "财政局"),
    (Role.LEADER, "财政局"),
    (Role.LEADER, "预算科"),
    (Role.INSPECTOR, "教育局"),
    (Role.INSPECTOR, "推进办"),
    (Role.COLLECTOR, "财政局"),
    (Role.DUTY, "推进办"),
)


@dataclass(frozen=True)
class Target:
    unit: str
    level: int

    @property
    def code(self) -> str:
        return f"{self.unit}-{self.level}"


TARGETS = [Target(unit, level) for unit, level in product(UNITS, LEVELS)]


def may(level: int | None, borne: tuple[Role, str] | None, target: Target) -> bool:
    """The rule as the office says it: the same or a higher level anywhere, or who looks after the unit."""
    if level is not None and level <= target.level:
        return True
    if borne is None or borne[0] in {Role.COLLECTOR, Role.DUTY}:
        return False
    return borne == (Role.OFFICE, "推进办") or target.unit in WITHIN[borne[1]]


async def founded(db: Database) -> District:
    """Four units, one of them below another; a holder of each level in each."""
    district = District(db)
    await district.unit("推进办", kind=UnitKind.OFFICE)
    await district.unit("财政局", "推进办")
    await district.unit("预算科", "财政局")
    await district.unit("教育局", "推进办", kind=UnitKind.DISPATCHED)
    for target in TARGETS:
        await district.person(target.code, (target.code, target.unit, target.level), joined=False)
    return district


async def looks(db: Database, kind: Kind = Kind.RECORD_SEEN) -> list[tuple[int | None, dict[str, Any]]]:
    """Whom the events of a kind are about, and what they say."""
    query = select(tables.ledger.c.person_id, tables.ledger.c.body).where(tables.ledger.c.kind == kind.value)
    async with db.reading() as conn:
        return [(row.person_id, row.body) for row in await conn.execute(query.order_by(tables.ledger.c.id))]


async def test_every_level_and_role_sees_just_what_the_rule_says(db: Database) -> None:
    district = await founded(db)
    viewers: dict[str, tuple[int | None, tuple[Role, str] | None]] = {}
    for level, borne in product((None, *LEVELS), BORNE):
        code = f"V{len(viewers)}"
        posts = [] if level is None else [(f"{code}-post", "教育局", level)]
        await district.person(code, *posts, roles=[borne] if borne else [], joined=False)
        viewers[code] = level, borne
    among = select(tables.posts.c.code).join(tables.units, tables.units.c.id == tables.posts.c.unit_id)
    async with db.reading() as conn:
        found = {target: await stored.post(conn, target.code) for target in TARGETS}
        for code, (level, borne) in viewers.items():
            sight = await sight_of(conn, district.people[code])
            expected = {target.code for target in TARGETS if may(level, borne, target)}
            assert {one.code for one, post in found.items() if post and why(sight, post)} == expected, (level, borne)
            in_sql = set(await conn.scalars(among.where(stored.sees(sight))))
            assert in_sql & {target.code for target in TARGETS} == expected, (level, borne)
            if level is not None:
                assert f"{code}-post" in in_sql


async def test_the_highest_of_several_posts_counts_and_an_ended_one_does_not(db: Database) -> None:
    district = await founded(db)
    both = await district.person("V", ("V-4", "教育局", 4), ("V-2", "预算科", 2), joined=False)
    assert (await see(db, both, "财政局-2", What.WARNINGS, MORNING)).why is Why.LEVEL
    await end(db, "V-2")
    with pytest.raises(NotEntitled):
        await see(db, both, "财政局-2", What.WARNINGS, MORNING)
    with pytest.raises(NotEntitled):  # what was one's own is somebody else's now
        await see(db, both, "V-2", What.WARNINGS, MORNING)


async def end(db: Database, post: str) -> None:
    mine = select(tables.posts.c.id).where(tables.posts.c.code == post).scalar_subquery()
    async with db.writing() as conn:
        await conn.execute(
            tables.assignments.update().where(tables.assignments.c.post_id == mine).values(ended_at=MORNING)
        )


async def test_each_look_at_another_is_recorded_once_about_whom_it_was(db: Database) -> None:
    district = await founded(db)
    both = await district.person("V", ("V-3", "教育局", 3), roles=[(Role.LEADER, "财政局")], joined=False)
    assert (await see(db, both, "V-3", What.WARNINGS, MORNING)).why is Why.OWN
    assert await looks(db) == []
    assert (await see(db, both, "财政局-1", What.WARNINGS, MORNING)).why is Why.SCOPE
    assert (await see(db, both, "预算科-3", What.WARNINGS, MORNING)).why is Why.LEVEL
    by = {"by": "V", "name": "姓名V", "what": "warnings", "roles": ["leader"]}
    assert await looks(db) == [
        (district.people["财政局-1"], {**by, "level": None, "post": "财政局-1"}),
        (district.people["预算科-3"], {**by, "level": 3, "post": "预算科-3"}),
    ]


async def test_a_list_records_one_look_for_each_holder_and_none_at_oneself(db: Database) -> None:
    district = await founded(db)
    viewer = await district.person("V", ("V-1", "教育局", 1), joined=False)
    busy = await district.person("W", ("W-1", "教育局", 3), ("W-2", "教育局", 4), joined=False)
    async with db.writing() as conn:
        posts = [await stored.post(conn, code) for code in ("W-1", "W-2", "V-1", "财政局-5")]
        sight = await sight_of(conn, viewer)
        await visibility.record(conn, sight, [post for post in posts if post], What.LIST, MORNING)
    assert sorted(about or 0 for about, _ in await looks(db)) == sorted([busy, district.people["财政局-5"]])


async def test_a_refused_look_is_recorded_and_says_nothing_of_the_record(db: Database) -> None:
    district = await founded(db)
    low = await district.person("V", ("V-5", "教育局", 5), joined=False)
    with pytest.raises(NotEntitled) as refused:
        await see(db, low, "财政局-1", What.WARNINGS, MORNING)
    assert "姓名" not in str(refused.value)
    assert await looks(db) == []
    expected = {"act": "see_record", "post": "财政局-1", "what": "warnings"}
    assert await looks(db, Kind.ACT_REFUSED) == [(low, expected)]
    with pytest.raises(NotFound):
        await see(db, low, "no-such-post", What.WARNINGS, MORNING)


async def test_a_holders_name_finds_a_post_only_for_who_may_see_it(db: Database) -> None:
    district = await founded(db)
    low = await district.person("V", ("V-5", "教育局", 5), joined=False)
    high = await district.person("H", ("H-1", "教育局", 1), joined=False)
    async with db.reading() as conn:
        for viewer, by_name in ((low, 5), (high, 22)):
            sight = await sight_of(conn, viewer)
            assert len(await stored.posts_called(conn, sight, "姓名", limit=50, offset=0)) == by_name
            assert await stored.count_posts(conn, sight, "姓名") == by_name
            assert await stored.count_posts(conn, sight, "财政局-") == 5


@pytest.mark.parametrize(
    ("words", "found"),
    [("财政局-2 财政局", 1), ("财政局 岗位 -2", 1), ("财政局-2 教育局", 0), ("财政局 姓名", 1), ("财政局 教育局", 0)],
)
async def test_every_word_has_to_stand_somewhere(db: Database, words: str, found: int) -> None:
    """«资产管理岗 财政局» found nothing: the whole had to stand in one name."""
    district = await founded(db)
    low = await district.person("V", ("V-5", "教育局", 5), joined=False)
    async with db.reading() as conn:
        sight = await sight_of(conn, low)
        posts = await stored.posts_called(conn, sight, words, limit=50, offset=0)
        assert len(posts) == await stored.count_posts(conn, sight, words) == found


@pytest.mark.parametrize("words", ["%", "_", "/", "\\", "' OR 1=1 --", '"', "🙂" * 100, "%%__", "a" * 5000])
async def test_hostile_words_find_what_is_called_so_and_nothing_else(db: Database, words: str) -> None:
    district = await founded(db)
    async with db.reading() as conn:
        sight = await sight_of(conn, district.people["推进办-1"])
        assert await stored.posts_called(conn, sight, words, limit=5, offset=0) == []
        assert await stored.units_called(conn, words, limit=5, offset=0) == []
