"""The dashboard's pages of records: what is open to whom, what is recorded of a look, and that nothing leaks."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from messages.ledger import Kind
from messages.notices import Grade
from messages.store import tables
from messages.store.database import Database
from messages.warnings.records import WarningEvent
from schedules.clock import Clock
from tests.acceptance.test_web_pages import MARKUP
from tests.collectors import CAUTION, REMINDER, Collectors
from tests.dashboard import Reader
from tests.pages import Served, serving_pages
from tests.posts_warned import MONDAY, Warned
from tests.unit.test_visibility import looks


class Office:
    """The district of ``Warned`` in browsers: a blue warning of P, whose names are hostile, an orange one of PS."""

    def __init__(self, served: Served, warned: Warned) -> None:
        self.served = served
        self.warned = warned

    async def enter(self, who: str) -> Reader:
        return await self.served.enter(self.warned.district.people[who])


@pytest.fixture
async def office(db: Database, clock: Clock) -> AsyncIterator[Office]:
    warned = await Warned.found(db)
    [blue] = await warned.warn(Grade.BLUE, "P")
    await warned.warn(Grade.ORANGE, "PS")
    async with db.writing() as conn:
        await conn.execute(update(tables.posts).where(tables.posts.c.code == "P").values(title=MARKUP))
        await conn.execute(update(tables.items).where(tables.items.c.title == "事项1").values(title=MARKUP))
        event = {"warning_id": blue, "at": MONDAY, "kind": WarningEvent.RETURNED.value, "turn": 1, "body": {}}
        await conn.execute(insert(tables.warning_events).values(**event, why=MARKUP, person_id=1))
        rise = {"warning_id": blue, "turn": 1, "grade": "orange", "cause": "unanswered", "at": MONDAY}
        await conn.execute(insert(tables.rises).values(rise))
    async with serving_pages(db, clock) as served:
        yield Office(served, warned)


async def test_a_post_is_found_and_its_warnings_are_shown_with_their_history(office: Office, db: Database) -> None:
    leader = await office.enter("L")
    found = await leader.get("/lookup?words=姓名H")
    assert "/web/posts/P" in found.html
    shown = await leader.get("/posts/P")
    assert shown.status == 200
    for part in ("姓名H", "蓝色", "建议升为橙色", "退回", "直接上级", "后续"):
        assert part in shown.text, part
    assert shown.html.count("&lt;script&gt;alert(1)") >= 3
    assert MARKUP not in shown.html
    assert "style=" not in shown.html
    assert [(about, body["post"]) for about, body in await looks(db)] == [(office.warned.district.people["H"], "P")]
    holder = await office.enter("H")
    assert "/web/posts/P" in (await holder.get("/lookup")).html  # the own one
    assert "姓名L" in (await holder.get("/who-saw-me")).text
    assert (await holder.get("/posts/P")).status == 200
    assert len(await looks(db)) == 1


async def test_who_may_not_see_learns_nothing_of_a_post(office: Office, db: Database) -> None:
    reader = await office.enter("H")
    assert "PS" not in (await reader.get("/lookup?words=姓名S")).text
    by_code = await reader.get("/lookup?words=PS")
    assert "岗位PS" in by_code.text
    assert "/web/posts/PS" not in by_code.html
    warned, spared = [await reader.get(f"/posts/{code}") for code in ("PS", "PT")]
    assert warned.status == spared.status == 403
    assert "姓名" not in warned.text.replace("姓名H", "")
    assert warned.text.replace("PS", "PT").replace("3 级", "2 级") == spared.text
    assert [body["post"] for _, body in await looks(db, Kind.ACT_REFUSED)] == ["PS", "PT"]


@pytest.mark.parametrize("code", ["nobody", "%00", "%2F..%2Fx", quote("' OR 1=1 --"), "%", quote("🙂"), "x" * 3000])
async def test_codes_of_no_post_are_kindly_not_found(office: Office, code: str) -> None:
    shown = await (await office.enter("O")).get(f"/posts/{code}")
    assert shown.status == 404
    assert "<h1>" in shown.html


async def test_open_warnings_are_narrowed_by_unit_grade_and_state(office: Office, db: Database) -> None:
    reader = await office.enter("I")
    both = await reader.get("/warnings")
    assert "2 条未解除预警" in both.text
    assert "姓名H" in both.text
    assert len(await looks(db)) == 2
    for query, count in (("unit=科室", 1), ("grade=orange", 1), ("grade=red", 0), ("state=issued&unit=财政", 2)):
        assert f"{count} 条未解除预警" in (await reader.get(f"/warnings?{query}")).text, query
    for hostile in ("grade=pink", "state='", "unit=%00", "page=99999999999", "page=-1", "unit=%25&unit=x"):
        assert (await reader.get(f"/warnings?{hostile}")).status == 200, hostile
    before = await looks(db)
    for who, own in (("H", MARKUP), ("S", "事项2")):  # who holds a post warned found no page of it
        shown = await (await office.enter(who)).get("/warnings")
        assert [one for one in (MARKUP, "事项2") if one in shown.text] == [own]
        assert "请说明情况。" in shown.text
        assert "未解除预警" not in shown.text
    assert await looks(db) == before


async def test_a_unit_shows_its_counts_and_its_posts(office: Office) -> None:
    for who, grades in (("L", ["橙色", "蓝色"]), ("H", ["蓝色"])):
        reader = await office.enter(who)
        found = await reader.get("/lookup?words=财政")
        unit = found.html.partition("/web/lookup/units/")[2].partition('"')[0]
        shown = (await reader.get(f"/lookup/units/{unit}")).text
        assert [grade for grade in ("橙色", "蓝色") if grade in shown] == grades
        assert ("姓名S" in shown) == (who == "L")
        assert (await reader.get("/lookup/units/999")).status == 404


async def test_items_are_listed_for_their_collectors_and_for_who_looks_after_the_unit(
    db: Database, clock: Clock
) -> None:
    place = await Collectors(db).found()
    own, other = await place.submit(CAUTION), await place.submit(REMINDER, by="C")
    async with serving_pages(db, clock) as served:
        readers = {who: await served.enter(place.id(who)) for who in ("C", "D", "L", "I", "A", "H")}
        seen = {who: await reader.get("/items") for who, reader in readers.items()}
        assert {who: shown.status for who, shown in seen.items()} == dict.fromkeys("CDLIA", 200) | {"H": 403}
        listed = {who: f"/web/items/{own.id}" in shown.html for who, shown in seen.items()}
        assert listed == {"C": True, "D": False, "L": True, "I": True, "A": True, "H": False}
        assert {about for about, _ in await looks(db)} == {place.id("C")}
        assert len(await looks(db)) == 3  # of L, I and A
        for query, count in (("category=caution", 1), ("category=study", 0), ("state=submitted", 2), ("timely=no", 1)):
            assert f"{count} 条信息" in (await readers["L"].get(f"/items?{query}")).text, query
        for item in (own, other):
            shown = await readers["I"].get(f"/items/{item.id}")
            assert shown.status == 200
            assert item.given.title in shown.text
        refused = {(await readers[who].get(f"/items/{item}")).text for who in "DH" for item in (own.id, 999)}
        assert len({text.replace("姓名D", "").replace("姓名H", "") for text in refused}) == 1
