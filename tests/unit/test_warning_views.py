"""What may be seen of warnings: of one post, one alone, the open ones of the own units, and the counts of a unit."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from messages import looks, lookup
from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.notices import Grade, Json
from messages.organisation.records import Role
from messages.searches import LOOKUPS
from messages.store import ledger, tables
from messages.store.database import Database
from messages.store.warning_lists import Filters
from messages.text.phrase import english
from messages.visibility import Why
from messages.warnings import views
from messages.warnings.awaited import days_of, happened_said, step_said
from messages.warnings.records import WarningEvent, WarningState
from tests.posts_warned import MONDAY, Warned
from tests.unit.test_visibility import looks as recorded


async def three(db: Database) -> tuple[Warned, list[int]]:
    """H's post has a blue and a released red one, S's an orange one."""
    warned = await Warned.found(db)
    [blue] = await warned.warn(Grade.BLUE, "P")
    [red] = await warned.warn(Grade.RED, "P")
    [orange] = await warned.warn(Grade.ORANGE, "PS")
    gone = tables.warnings.c.id == red
    async with db.writing() as conn:
        await conn.execute(update(tables.warnings).where(gone).values(state="released", released_at=MONDAY))
    return warned, [blue, red, orange]


async def test_a_post_shows_its_warnings_with_their_history_to_who_may_see_them(db: Database) -> None:
    warned, [blue, red, _] = await three(db)
    people = warned.district.people
    for who, by in (("H", Why.OWN), ("S", Why.LEVEL), ("L", Why.LEVEL), ("I", Why.LEVEL), ("O", Why.LEVEL)):
        record = await views.of_post(db, people[who], "P", 1, MONDAY, size=5)
        assert record.why is by
        assert record.standing == {Grade.BLUE: {WarningState.ISSUED: 1}}
        assert [told.warning.id for told in record.page.rows] == [blue, red]
        told = record.page.rows[0]
        assert [one.event for one in told.history] == [WarningEvent.ISSUED]
        assert [one.by for one in told.history] == ["姓名L"]
        assert [one.step.name for one in told.to_come] == ["unacknowledged", "answer_soon", "unanswered"]
        assert record.page.rows[1].to_come == ()
    looked = [(about, body["by"]) for about, body in await recorded(db)]
    assert looked == [(people["H"], who) for who in ("S", "L", "I", "O")]
    with pytest.raises(NotEntitled):
        await views.of_post(db, people["H"], "PS", 1, MONDAY, size=5)


async def test_who_sees_by_the_level_alone_does_not_read_why_it_was_decided_so(db: Database) -> None:
    """Reasons are what people wrote of a case: they are for its holder and those who look after the unit."""
    warned, [blue, *_] = await three(db)
    people = warned.district.people
    async with db.writing() as conn:
        await conn.execute(update(tables.warning_events).values(why="家中有事。"))
    for who, read in (("H", True), ("S", False), ("T", False), ("L", True), ("I", True), ("O", True)):
        one = await views.of_warning(db, people[who], blue, MONDAY)
        page = (await views.of_post(db, people[who], "P", 1, MONDAY, size=5)).page
        assert {event.why for told in (one, *page.rows) for event in told.history} == {"家中有事。" if read else None}


async def test_a_posts_warnings_are_paged_and_each_page_is_one_look(db: Database) -> None:
    warned, _ = await three(db)
    viewer = warned.district.people["S"]
    pages = [await views.of_post(db, viewer, "P", number, MONDAY, size=1) for number in (1, 2, 99)]
    assert [(one.page.number, one.page.pages, len(one.page.rows)) for one in pages] == [(1, 2, 1), (2, 2, 1), (2, 2, 1)]
    assert len(await recorded(db)) == 3


async def test_a_warning_that_is_not_open_to_somebody_looks_like_none(db: Database) -> None:
    warned, [blue, _, orange] = await three(db)
    people = warned.district.people
    assert (await views.of_warning(db, people["S"], blue, MONDAY)).warning.post.code == "P"
    said = []
    for warning in (orange, 999_999):
        with pytest.raises(NotFound) as refused:
            await views.of_warning(db, people["H"], warning, MONDAY)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert [body["post"] for _, body in await recorded(db, Kind.ACT_REFUSED)] == ["PS"]
    assert [about for about, _ in await recorded(db)] == [people["H"]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), ["PS", "P"]),
        (Filters(unit="财政"), ["PS", "P"]),  # and all below it
        (Filters(unit="科室"), ["P"]),
        (Filters(unit="%"), []),
        (Filters(grade=Grade.ORANGE), ["PS"]),
        (Filters(grade=Grade.RED), []),
        (Filters(state=WarningState.ISSUED), ["PS", "P"]),
        (Filters(state=WarningState.ACCEPTED), []),
    ],
)
async def test_who_looks_after_units_sees_their_open_warnings(
    db: Database, filters: Filters, found: Sequence[str]
) -> None:
    warned, _ = await three(db)
    for who in ("O", "L", "I"):
        page = await views.open_of(db, warned.district.people[who], filters, 1, MONDAY, size=10)
        assert [told.warning.post.code for told in page.rows] == found
        assert page.total == len(found)
    assert len(await recorded(db)) == 3 * len(found)


async def test_the_list_ends_at_the_scope_and_is_not_open_without_one(db: Database) -> None:
    warned, _ = await three(db)
    [above] = await warned.warn(Grade.BLUE, "PO")
    people = warned.district.people
    mine = await views.open_of(db, people["L"], Filters(), 1, MONDAY, size=10)
    assert above not in {told.warning.id for told in mine.rows}
    everything = await views.open_of(db, people["O"], Filters(), 2, MONDAY, size=2)
    assert (everything.total, everything.number, len(everything.rows)) == (3, 2, 1)
    for who in ("H", "S", "T"):  # a level sees every post alone, and no list
        with pytest.raises(NotEntitled):
            await views.open_of(db, people[who], Filters(), 1, MONDAY, size=10)


async def test_a_unit_counts_what_is_open_of_posts_that_the_viewer_may_see(db: Database) -> None:
    warned, _ = await three(db)
    async with db.reading() as conn:
        bureau = await conn.scalar(select(tables.units.c.id).where(tables.units.c.name == "财政局"))
    assert bureau
    seen = {}
    for who in ("H", "S", "L"):
        card = await lookup.unit(db, warned.district.people[who], bureau, 1, MONDAY, size=10)
        seen[who] = dict(card.open)
        assert [row.post.code for row in card.page.rows] == ["PT", "PS"]
    assert seen == {"H": {Grade.BLUE: 1}, "S": {Grade.BLUE: 1, Grade.ORANGE: 1}, "L": {Grade.BLUE: 1, Grade.ORANGE: 1}}
    card = await lookup.unit(db, warned.district.people["H"], bureau, 1, MONDAY, size=10)
    assert {row.post.holder for row in card.page.rows} == {None}


async def test_what_is_looked_up_is_paged_over_units_and_posts(db: Database) -> None:
    warned = await Warned.found(db)
    viewer = warned.district.people["O"]
    search = await LOOKUPS.begin(db, viewer, "  财政局\0\n ", MONDAY)
    looked = await lookup.again(db, viewer, search, 1, size=5)
    assert (looked.words, looked.page.total) == ("财政局", 1)
    search = await LOOKUPS.begin(db, viewer, "P", MONDAY)
    pages = [await lookup.again(db, viewer, search, number, size=4) for number in (1, 2, 9)]
    assert [len(one.page.rows) for one in pages] == [4, 2, 2]
    first = pages[0].page.rows[0]
    assert isinstance(first, lookup.FoundPost)
    assert first.post.code == "P"  # just this code
    with pytest.raises(NotFound):
        await lookup.again(db, warned.district.people["H"], search, 1, size=4)


async def test_a_person_sees_who_looked_by_what_and_at_lists_too(db: Database) -> None:
    warned, [blue, *_] = await three(db)
    people = warned.district.people
    await views.of_post(db, people["L"], "P", 1, MONDAY, size=5)
    await views.open_of(db, people["I"], Filters(unit="科室"), 1, MONDAY, size=5)
    async with db.reading() as conn:
        office = await conn.scalar(select(tables.posts.c.unit_id).where(tables.posts.c.code == "P"))
    assert office
    await lookup.unit(db, people["O"], office, 1, MONDAY, size=5)
    await views.of_warning(db, people["H"], blue, MONDAY)  # the own one
    page = await looks.of_person(db, people["H"], 1, MONDAY, size=5)
    seen = [(one.by, one.level, one.roles, *map(english, one.at_what)) for one in page.items]
    assert seen == [
        ("姓名O", None, (), "a list of people of 科室 on which you stand"),
        ("姓名I", 2, (Role.INSPECTOR,), "a list of warnings on which your post “岗位P” stands"),
        ("姓名L", 1, (Role.LEADER,), "the record of your post “岗位P”"),
    ]
    assert not page.further
    older = await looks.of_person(db, people["H"], 2, MONDAY, size=2)
    assert [one.by for one in older.items] == ["姓名L"]
    assert (await looks.of_person(db, people["H"], 1, MONDAY, size=2)).further
    assert (await looks.of_person(db, people["L"], 1, MONDAY, size=5)).items == ()
    for minute in (1, 2):
        await views.of_post(db, people["L"], "P", 1, MONDAY + timedelta(minutes=minute), size=5)
    await views.of_post(db, people["L"], "P", 1, MONDAY + timedelta(days=1), size=5)
    again = await looks.of_person(db, people["H"], 1, MONDAY + timedelta(days=1), size=5)
    assert [(one.by, one.count) for one in again.items] == [("姓名L", 1), ("姓名L", 3), ("姓名O", 1), ("姓名I", 1)]
    assert again.items[1].first < again.items[1].at


async def test_a_list_names_people_by_codes_in_any_writing(db: Database) -> None:
    """The ledger keeps texts as they are; a code was looked for in it as JSON with escapes writes it."""
    async with db.writing() as conn:
        code = '人员"1'
        person_id = await conn.scalar(
            insert(tables.people)
            .values(code=code, name="某人", language="zh_CN", created_at=MONDAY)
            .returning(tables.people.c.id)
        )
        assert person_id
        body: dict[str, Json] = {"what": "absences", "people": [code]}
        await ledger.append(conn, at=MONDAY, kind=Kind.RECORDS_VIEWED, person_id=None, body=body)
    [seen] = (await looks.of_person(db, person_id, 1, MONDAY, size=5)).items
    assert (seen.by, seen.count) == (None, 1)


async def test_what_is_overdue_stands_first_and_what_was_done_is_not_announced_to_follow(db: Database) -> None:
    """Each step was announced as certain, and who had not answered stood somewhere in the list."""
    warned, [blue, _, orange] = await three(db)
    people, later = warned.district.people, MONDAY + timedelta(days=60)
    set_to = update(tables.warnings).values(answer_by=MONDAY + timedelta(days=7))
    async with db.writing() as conn:
        await conn.execute(set_to.where(tables.warnings.c.id == blue).values(state="acknowledged"))
        await conn.execute(set_to.where(tables.warnings.c.id == orange).values(state="answered"))
    for now, first in ((MONDAY, orange), (later, blue)):
        page = await views.open_of(db, people["L"], Filters(), 1, now, size=1)
        assert [told.warning.id for told in page.rows] == [first]
    [one] = await views.mine(db, people["H"], later)
    assert (days_of(one, later).acknowledge_by, days_of(one, later).unanswered) == (None, True)
    told = await views.of_warning(db, people["H"], blue, later)
    assert [one.step.name for one in told.to_come] == ["answer_soon", "unanswered"]
    assert english(step_said(told.to_come[-1].step)) == (
        "if it is still not answered then, to be told: holder of the post, direct superior; to be proposed: orange"
    )
    assert (await views.of_warning(db, people["L"], orange, later)).to_come == ()


def test_a_post_that_nobody_took_over_is_not_called_handed_over() -> None:
    assert "vacant" in english(happened_said(WarningEvent.HANDED_OVER, {"holder": None}))
    assert "vacant" not in english(happened_said(WarningEvent.HANDED_OVER, {"holder": "姓名N"}))
