"""How people are told of warnings: a few singly, many together, red ones at once; and what a message of one says."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import update

from messages.deliveries import DeliveryState
from messages.notices import Grade
from messages.store import passing, releases, tables, untold
from messages.store.database import Database
from messages.text.markup import LONGEST_TEXT, visible_length
from messages.text.rendering import Frame, Renderer
from tests.district import ZONE
from tests.posts_warned import MONDAY, Warned

DIGEST = MONDAY.replace(hour=16, minute=20)


async def test_a_superior_of_sixty_two_warned_posts_is_told_of_them_together_and_of_a_red_one_at_once(
    db: Database, database_url: str, renderer: Renderer
) -> None:
    warned = await Warned.found(db, database_url)
    codes = [f"Q{number}" for number in range(62)]
    for code in codes:
        await warned.district.person(f"H{code}", (code, "科室", 4))
        await warned.reports(code, "PS")
    blue = await warned.warn(Grade.BLUE, *codes)
    await warned.sweep(MONDAY)
    assert not [key for key, code in (await warned.said()).items() if code == "S"]
    [red] = await warned.warn(Grade.RED, "P", at=MONDAY + timedelta(hours=1))
    await warned.sweep(MONDAY + timedelta(hours=1))
    assert await warned.run(MONDAY + timedelta(hours=2), DIGEST) == [MONDAY + timedelta(hours=2), DIGEST]
    said = await warned.said()
    digest = f"warnings:digest:{MONDAY.date()}:S"
    assert [key for key, code in said.items() if code == "S"] == [f"warning:{red}:1:issued:S", digest]
    assert Counter(key.partition(":")[0] for key in said)["warning"] == len(blue) + 4
    notice = await warned.notice(digest)
    text = renderer.notice(notice.template, "zh_CN", notice.params, Frame(title=None))
    assert "62 项预警" in text
    assert "🔵 蓝色 62" in text
    assert visible_length(text) < LONGEST_TEXT


async def test_who_issued_a_warning_is_told_of_its_release_and_not_that_it_was_issued(
    db: Database, database_url: str
) -> None:
    """Who had just approved a reminder was told that it was out, as the leader."""
    warned = await Warned.found(db, database_url)
    [red] = await warned.warn(Grade.RED, "P")
    await warned.sweep(MONDAY)
    assert {*(await warned.said()).values()} == {*"HSIO"}
    async with db.reading() as conn:
        assert {one.code for one in await releases.told_before(conn, red)} == {*"HSLIO"}


async def test_what_comes_after_the_digest_waits_for_the_next_working_day(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    friday_evening = datetime(2026, 9, 11, 17, 0, tzinfo=ZONE)
    for _ in range(3):
        await warned.warn(Grade.BLUE, "P", at=friday_evening)
        await warned.sweep(friday_evening)
    assert [*(await warned.said()).values()].count("S") == 3
    await warned.warn(Grade.BLUE, "P", at=friday_evening)
    monday = datetime(2026, 9, 14, 16, 20, tzinfo=ZONE)
    assert monday in await warned.run(friday_evening, monday)
    said = await warned.said()
    assert [key for key, code in said.items() if code == "S"][3:] == ["warnings:digest:2026-09-14:S"]


async def test_a_warning_is_no_notice_to_pass_on(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    await warned.district.person("C", ("PC", "科室", 4))
    [one] = await warned.warn(Grade.BLUE, "P")
    await warned.sweep(MONDAY)
    notice = await warned.notice(f"warning:{one}:1:issued")
    async with db.reading() as conn:
        assert await passing.charges(conn, person_id=warned.district.people["H"], notice_id=notice.id) == ()
        assert await passing.transferable(conn, range(1, 100)) == frozenset()


async def test_who_stands_above_is_not_told_what_the_collector_wrote(db: Database, database_url: str) -> None:
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.RED, "P")
    await warned.run(MONDAY, MONDAY + timedelta(days=40))
    notices = [await warned.notice(key) for key in await warned.said()]
    assert [notice.key for notice in notices if "请说明情况" in str(notice.params)] == [f"warning:{one}:1:issued"]
    assert {notice.grade for notice in notices} == {"red"}  # so none can be forwarded


async def many(warned: Warned, at: datetime, count: int = 4) -> list[int]:
    """So many warnings about P that those above it are told of them together."""
    found = [one for _ in range(count) for one in await warned.warn(Grade.BLUE, "P", at=at)]
    await warned.sweep(at)
    return found


async def test_a_digest_that_was_missed_is_made_up_for_and_shifts_none_that_follows(
    db: Database, database_url: str
) -> None:
    """One missed 16:20 once moved a person's digests to midnight, a day late, from then on."""
    warned = await Warned.found(db, database_url)
    friday = datetime(2026, 9, 11, 10, 0, tzinfo=ZONE)
    await many(warned, friday)
    saturday, monday = friday + timedelta(days=1), friday + timedelta(days=3)
    await warned.sweep(saturday)
    assert "S" not in (await warned.said()).values()
    await warned.sweep(monday)
    missed = f"warnings:digest:{friday.date()}:S"
    assert [key for key, code in (await warned.said()).items() if code == "S"] == [missed]
    assert (await warned.notice(missed)).send_at == monday
    await many(warned, monday)
    assert monday.replace(hour=16, minute=20) in await warned.run(monday, monday.replace(hour=23))
    assert [key for key, code in (await warned.said()).items() if code == "S"][1:] == [
        f"warnings:digest:{monday.date()}:S"
    ]


async def test_what_comes_to_a_digest_that_was_told_waits_for_the_next(db: Database, database_url: str) -> None:
    """What was recorded a moment before the digest, and came in after it, was tried at each pass for ever."""
    warned = await Warned.found(db, database_url)
    await many(warned, MONDAY)
    await warned.sweep(DIGEST)
    [late] = await warned.warn(Grade.BLUE, "P", at=DIGEST - timedelta(seconds=1))
    assert await warned.run(DIGEST, DIGEST + timedelta(days=1)) == [DIGEST, DIGEST + timedelta(days=1)]
    digest = await warned.notice(f"warnings:digest:{DIGEST.date() + timedelta(days=1)}:S")
    assert digest.params["total"] == 1, late


async def test_a_digest_says_nothing_of_what_was_overtaken(db: Database, database_url: str) -> None:
    """What one holder had left undone in the evening stood in the next day's digest beside the name of another."""
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    await many(warned, MONDAY, 5)
    await warned.sweep(DIGEST)
    evening = MONDAY.replace(day=9, hour=17, minute=30)
    await warned.sweep(evening)
    await warned.acknowledge("warning:1:1:issued", "H", evening + timedelta(minutes=5))
    await warned.sweep(evening + timedelta(minutes=6))
    digest = evening.replace(day=10, hour=16, minute=20)
    name = f"warnings:digest:{digest.date()}:S"
    assert await waits_for(warned, "S", digest) == [2, 3, 4, 5]
    await warned.takes("N", "P", digest - timedelta(hours=3))
    await warned.sweep(digest - timedelta(hours=3))
    assert not await waits_for(warned, "S", digest)
    await warned.sweep(digest)
    assert name not in await warned.said()


async def waits_for(warned: Warned, code: str, until: datetime) -> list[int]:
    """Of which warnings a person is still to be told."""
    async with warned.db.reading() as conn:
        found = await untold.calm(conn, warned.district.people[code], MONDAY, until)
    return [one.warning_id for one in found]


async def test_a_digest_goes_to_nobody_who_stands_there_no_more(db: Database, database_url: str) -> None:
    """A superior who had gone to another post was still told, and read the names and the titles."""
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    await many(warned, MONDAY)
    await warned.takes("N", "PS", DIGEST - timedelta(hours=1))
    await warned.takes("S", "PI", DIGEST - timedelta(hours=1))
    await warned.sweep(DIGEST)
    assert f"warnings:digest:{DIGEST.date()}:S" not in await warned.said()
    assert not await waits_for(warned, "S", DIGEST)


async def test_whoever_is_next_above_hears_of_it_when_the_superior_turns_out_to_be_unreachable(
    db: Database, database_url: str
) -> None:
    """That a superior had blocked the bot was found out when the message was sent, and nobody above was told."""
    warned = await Warned.found(db, database_url)
    [blue] = await warned.warn(Grade.BLUE, "P")
    await warned.plan(MONDAY)
    assert await warned.told(blue) == {"1:issued": ["H", "S"]}
    theirs = tables.deliveries.c.person_id == warned.district.people["S"]
    async with db.writing() as conn:
        lost = {"state": DeliveryState.UNREACHABLE.value, "reason": "blocked", "settled_at": MONDAY}
        await conn.execute(update(tables.deliveries).where(theirs).values(lost))
    await warned.gone("S")
    for minute in (1, 2):
        await warned.sweep(MONDAY + timedelta(minutes=minute))
        assert await warned.told(blue) == {"1:issued": ["H", "S", "T"]}
    assert "T" in (await warned.said()).values()
