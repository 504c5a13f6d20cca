"""How people are told of warnings: a few singly, many together, red ones at once; and what a message of one says."""

from collections import Counter
from datetime import datetime, timedelta

from messages.notices import Grade
from messages.store import passing
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
    assert Counter(key.partition(":")[0] for key in said)["warning"] == len(blue) + 5
    notice = await warned.notice(digest)
    text = renderer.notice(notice.template, "zh_CN", notice.params, Frame(title=None))
    assert "62 项预警" in text
    assert "🔵 蓝色 62" in text
    assert visible_length(text) < LONGEST_TEXT


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
