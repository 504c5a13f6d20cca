"""What has not reached its holder, or only late, does not count against them: their days begin with its arrival."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from messages.deliveries import DeliveryState
from messages.notices import Grade
from messages.store import tables
from messages.store import warnings as stored
from messages.store.accounts import reopen_unreachable
from messages.store.database import Database
from messages.warnings.awaited import happened_said
from messages.warnings.records import WarningEvent, WarningState
from tests.district import ZONE
from tests.judged import CHECKED, Bench
from tests.posts_warned import MONDAY, Warned


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """An instant of September 2026."""
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


async def returns(warned: Warned, code: str, now: datetime) -> None:
    """A person has come back and got what was missed; no sweep has come by since."""
    mine = tables.accounts.c.person_id == warned.district.people[code]
    async with warned.db.writing() as conn:
        await conn.execute(update(tables.accounts).where(mine).values(unreachable_since=None))
        await reopen_unreachable(conn, warned.district.people[code], now)
    await arrives(warned, now)


async def arrives(warned: Warned, now: datetime, state: DeliveryState = DeliveryState.DELIVERED) -> None:
    await warned.district.plan(now)
    await warned.district.settle(await warned.district.claim(now, limit=500), state, at=now)


async def timely(db: Database) -> list[bool | None]:
    async with db.reading() as conn:
        return list(await conn.scalars(select(tables.answers.c.timely).order_by(tables.answers.c.id)))


async def test_what_was_raised_and_never_arrived_does_not_count(db: Database, database_url: str) -> None:
    """The blue one had arrived; the holder blocked the bot before it was raised to orange, and was never told."""
    bench = await Bench.open(db, database_url)
    one = await bench.warn()
    await bench.warned.sweep(MONDAY)
    rise = await bench.proposed(one, Grade.ORANGE)
    await bench.warned.gone("H")
    await bench.judging.raise_(rise, bench.id("L"), "", at(8, 10, 0))
    await bench.warned.run(at(8, 10, 0), at(30))
    assert await bench.warned.events(one) == ["issued", "raised"]
    assert (await bench.warned.steps(one))[-3:] == [
        ("2:unacknowledged", "unreached"),
        ("2:answer_soon", "unreached"),
        ("2:unanswered", "unreached"),
    ]
    assert await bench.warned.proposals() == {}


async def test_what_was_handed_over_and_back_counts_only_once_it_arrives_again(db: Database, database_url: str) -> None:
    """What arrived at the holder before somebody else had the post says nothing about the days after that."""
    warned = await Warned.found(db, database_url)
    await warned.district.person("N")
    [one] = await warned.warn(Grade.ORANGE, "P")
    await warned.sweep(MONDAY)
    await warned.takes("N", "P", at(7, 12, 0))
    await warned.sweep(at(7, 12, 0))
    await warned.gone("H")
    await warned.takes("H", "P", at(7, 13, 0))
    await warned.run(at(7, 13, 0), at(30))
    assert "overdue" not in await warned.events(one)
    assert ("3:unanswered", "unreached") in await warned.steps(one)


async def test_of_a_new_day_that_was_not_told_nothing_follows_until_it_is(db: Database, database_url: str) -> None:
    """The answer was returned to somebody who could not be written to any more."""
    bench = await Bench.open(db, database_url)
    one = await bench.warn()
    await bench.warned.sweep(MONDAY)
    await bench.warned.acknowledge(f"warning:{one}:1:issued", "H", MONDAY)
    bench.later(hours=1)
    await bench.answer(one)
    await bench.warned.gone("H")
    await bench.give_back(one, workdays=3)
    await bench.warned.run(bench.now, at(18))
    assert (await bench.warned.steps(one))[-1] == ("2:unanswered", "unreached")
    await bench.warned.back("H", at(21, 10, 0))
    await bench.warned.sweep(at(21, 10, 1))
    stands = await bench.stands(one)
    assert (stands.state, stands.turn, stands.answer_by) == (WarningState.RETURNED, 3, at(24))
    assert stands.acknowledged_at == MONDAY
    await bench.warned.run(at(21, 10, 1), at(30))
    assert (await bench.warned.steps(one))[-1] == ("3:unanswered", "done")


async def test_a_late_arrival_that_is_acknowledged_at_once_has_its_days_anew(db: Database, database_url: str) -> None:
    """It was acknowledged three seconds after it came, before any sweep: the answer is in time all the same."""
    bench = await Bench.open(db, database_url)
    await bench.warned.gone("H")
    one = await bench.warn()
    await bench.warned.run(MONDAY, at(18))
    await returns(bench.warned, "H", at(21, 10, 0))
    pressed = at(21, 10, 0) + timedelta(seconds=3)
    await bench.warned.acknowledge(f"warning:{one}:1:issued", "H", pressed)
    await bench.warned.sweep(pressed + timedelta(seconds=2))
    stands = await bench.stands(one)
    assert (stands.state, stands.acknowledged_at) == (WarningState.ACKNOWLEDGED, pressed)
    assert stands.answer_by == at(29)  # the 25th is a holiday
    assert (await bench.warned.notice(f"warning:{one}:2:dates")).params["acknowledge_day"] is None
    async with db.reading() as conn:
        [late] = [one for one in await stored.history(conn, one) if one.event is WarningEvent.REDATED]
    assert happened_said(late.event, late.body).message == "arrived late: its days begin then"
    bench.now = at(21, 11, 0)
    await bench.answer(one)
    assert await timely(db) == [True]


async def test_an_answer_to_what_never_arrived_is_not_late(db: Database, database_url: str) -> None:
    """The holder, who could not be written to, found the warning on the dashboard after its days were over."""
    bench = await Bench.open(db, database_url)
    await bench.warned.gone("H")
    one = await bench.warn()
    await bench.warned.run(MONDAY, at(18))
    bench.now = at(18, 18, 0)
    await bench.answer(one)
    assert await timely(db) == [None]


async def test_what_arrives_a_minute_before_its_day_ends_is_not_overdue_a_minute_later(
    db: Database, database_url: str
) -> None:
    """All days count from the arrival on; who gets it within the hour has the days that it names."""
    warned = await Warned.found(db, database_url)
    await warned.gone("H")
    [one] = await warned.warn(Grade.BLUE, "P")
    [other] = await warned.warn(Grade.BLUE, "PS")
    await warned.sweep(MONDAY)
    await returns(warned, "H", at(9, 17, 29))
    await warned.run(at(9), at(9))
    stands = await warned.stands(one)
    assert (stands.turn, stands.acknowledge_by, stands.answer_by) == (2, at(11), at(16))
    assert await warned.events(one) == ["issued", "redated"]
    assert await warned.events(other) == ["issued", "overdue"]


async def test_what_arrives_later_on_the_same_day_tells_nobody_of_the_same_days_again(
    db: Database, database_url: str
) -> None:
    """The days are those that the message names: only that it came late is noted, once."""
    warned = await Warned.found(db, database_url)
    await warned.gone("H")
    [one] = await warned.warn(Grade.BLUE, "P")
    await warned.sweep(MONDAY)
    await returns(warned, "H", at(7, 15, 0))
    await warned.run(at(7, 15, 0), at(7, 15, 0))
    assert (await warned.stands(one)).turn == 1
    assert await warned.events(one) == ["issued", "redated"]
    assert not [key for key in await warned.said() if "dates" in key]


async def test_what_may_have_been_lost_on_the_way_has_not_arrived_before_it_is_acknowledged(
    db: Database, database_url: str
) -> None:
    """Nobody knows whether a message that was sent without any confirmation has arrived."""
    warned = await Warned.found(db, database_url)
    [one] = await warned.warn(Grade.BLUE, "P")
    await warned.plan(MONDAY)
    await arrives(warned, MONDAY, DeliveryState.UNCONFIRMED)
    await warned.run(at(9), at(9))
    assert await warned.events(one) == ["issued"]
    await warned.acknowledge(f"warning:{one}:1:issued", "H", at(10, 9, 0))
    await warned.sweep(at(10, 9, 0))
    stands = await warned.stands(one)
    assert (stands.state, stands.answer_by) == (WarningState.ACKNOWLEDGED, at(17))


async def test_a_new_holder_who_answers_before_any_sweep_has_days_of_the_own(db: Database, database_url: str) -> None:
    """The day of who held the post before was over; the new holder answers two seconds after having taken it."""
    bench = await Bench.open(db, database_url)
    await bench.warned.district.person("N")
    one = await bench.warn()
    await bench.warned.run(MONDAY, at(14))
    await bench.warned.takes("N", "P", at(14, 17, 40))
    bench.now = at(14, 17, 40) + timedelta(seconds=2)
    answered = await bench.answer(one, CHECKED, by="N")
    assert (answered.holder, answered.turn) == ("姓名N", 2)
    assert await timely(db) == [True]
    assert (await bench.warned.events(one))[-2:] == ["handed_over", "answered"]


async def test_what_was_acknowledged_is_noted_before_anything_begins_anew(db: Database, database_url: str) -> None:
    """It was raised a second after the holder had acknowledged it: the history says both."""
    bench = await Bench.open(db, database_url)
    one = await bench.warn()
    await bench.warned.sweep(MONDAY)
    await bench.warned.acknowledge(f"warning:{one}:1:issued", "H", at(7, 10, 0))
    rise = await bench.proposed(one, Grade.ORANGE)
    await bench.judging.raise_(rise, bench.id("L"), "", at(7, 10, 1))
    assert await bench.warned.events(one) == ["issued", "acknowledged", "raised"]
    stands = await bench.stands(one)
    assert (stands.state, stands.acknowledged_at) == (WarningState.ISSUED, None)
