"""What becomes of a warning that was answered, returned or raised when its post goes to somebody else."""

from datetime import datetime, timedelta

from messages.notices import Grade
from messages.store import rises
from messages.store.database import Database
from messages.store.organisation import move_open_obligations
from messages.text.phrase import english, phrase_of
from messages.text.rendering import Frame, Renderer
from messages.warnings.records import WarningState
from tests.district import ZONE
from tests.judged import IN_FULL, Bench
from tests.posts_warned import MONDAY


async def bench_of(db: Database, url: str) -> Bench:
    bench = await Bench.open(db)
    bench.warned.url = url
    await bench.warned.district.person("N")
    return bench


async def test_a_new_holder_reads_what_was_answered_and_why_it_was_returned(
    db: Database, database_url: str, renderer: Renderer
) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.sweep(bench.now)
    bench.later(hours=1)
    await bench.answer(one, IN_FULL)
    await bench.give_back(one, why="请附会议记录。")
    bench.later(days=1)
    await bench.warned.takes("N", "P", bench.now)
    await bench.warned.sweep(bench.now)
    warning = await bench.stands(one)
    assert (warning.state, warning.turn, warning.answered_at) == (WarningState.ISSUED, 3, None)
    assert warning.answer_by == datetime(2026, 9, 15, 17, 30, tzinfo=ZONE)
    notice = await bench.warned.notice(f"warning:{one}:3:issued")
    text = renderer.notice(notice.template, "zh_CN", notice.params, Frame(title=None))
    assert "9月7日 10:12 已提交回执 · 姓名H · 情况说明如下。 已制定整改措施。" in text
    assert "9月7日 10:12 回执已退回 · 姓名L · 请附会议记录。" in text


async def test_of_what_was_answered_a_new_holder_is_told_without_any_days(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.sweep(bench.now)
    await bench.answer(one, IN_FULL)
    await bench.warned.takes("N", "P", bench.now)
    await bench.warned.run(bench.now, MONDAY + timedelta(days=40))
    warning = await bench.stands(one)
    assert (warning.state, warning.holder, warning.answer_by) == (WarningState.ANSWERED, "姓名N", None)
    notice = await bench.warned.notice(f"warning:{one}:2:issued")
    assert (bool(notice.acknowledge), notice.desk, notice.params["checklist"]) == (False, None, [])
    bench.later(days=1)
    await bench.give_back(one)
    await bench.warned.run(bench.now, MONDAY + timedelta(days=40))
    assert (await bench.warned.steps(one))[-2:] == [("3:answer_soon", "done"), ("3:unanswered", "done")]


async def test_what_was_raised_climbs_the_ladder_of_its_new_grade(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn()
    await bench.warned.run(bench.now, datetime(2026, 9, 14, 17, 30, tzinfo=ZONE))
    async with db.reading() as conn:
        rise = await rises.open_of(conn, one)
    assert rise is not None
    bench.now = datetime(2026, 9, 15, 10, 0, tzinfo=ZONE)
    await bench.judging.raise_(rise.id, bench.id("L"), "", bench.now)
    await bench.warned.run(bench.now, MONDAY + timedelta(days=60))
    steps = ("issued", "unacknowledged", "answer_soon", "unanswered")
    assert await bench.warned.steps(one) == [(f"{turn}:{step}", "done") for turn in (1, 2) for step in steps]
    assert await bench.warned.proposals() == {one: ("red", "unanswered")}
    told = await bench.warned.notice(f"warning:{one}:2:issued:S")
    assert english(phrase_of(told.params["about"])) == "raised from blue to orange"  # not as if it was a new one
    withdrawn = await bench.warned.notice(f"warning:{one}:1:issued")
    assert withdrawn.cancelled_at is not None  # there is a graver one to acknowledge


async def test_a_blue_one_raised_to_orange_is_the_second_of_its_post(db: Database) -> None:
    bench = await Bench.open(db)
    await bench.warn(Grade.ORANGE)
    blue = await bench.warn()
    rise = await bench.proposed(blue, Grade.ORANGE)
    await bench.judging.raise_(rise, bench.id("L"), "", bench.now)
    assert await bench.warned.proposals() == {blue: ("red", "two_orange")}


async def test_a_roster_hands_over_other_notices_by_itself_and_leaves_warnings_to_their_ladder(
    db: Database, database_url: str
) -> None:
    bench = await bench_of(db, database_url)
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.sweep(bench.now)
    await bench.warned.takes("N", "P", bench.now)
    async with db.writing() as conn:
        assert await move_open_obligations(conn, bench.now) == 0
    await bench.warned.sweep(bench.now)
    said = await bench.warned.said()
    assert (said[f"warning:{one}:1:issued"], said[f"warning:{one}:2:issued"]) == ("H", "N")


async def test_who_was_never_told_hears_nothing_of_a_handover(db: Database, database_url: str) -> None:
    bench = await bench_of(db, database_url)
    await bench.warned.gone("H")
    one = await bench.warn(Grade.ORANGE)
    await bench.warned.sweep(bench.now)
    await bench.warned.takes("N", "P", bench.now)
    await bench.warned.sweep(bench.now)
    assert not [key for key in await bench.warned.said() if "moved" in key]
    assert (await bench.stands(one)).holder == "姓名N"
