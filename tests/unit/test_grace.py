"""Nothing follows from what a holder has not done while that may only wait at Telegram to be taken."""

from datetime import timedelta

from bot.grace import Grace
from messages.notices import Grade
from messages.store.database import Database
from schedules.warnings.ladders import Ladders
from tests.district import ZONE
from tests.posts_warned import MONDAY, Warned


async def test_a_press_that_waits_after_an_outage_is_taken_before_its_day_is_judged(
    db: Database, database_url: str
) -> None:
    """The service was away over the end of the day; the holder had pressed in time."""
    warned, seconds = await Warned.found(db, database_url), 100.0
    grace = Grace(lambda: seconds)
    ladders = Ladders(
        db=db,
        policy=warned.policy,
        calendars=warned.calendars,
        zone=ZONE,
        apart=warned.apart,
        catching_up=grace.runs,
    )
    [pressed] = await warned.warn(Grade.RED, "P")
    [silent] = await warned.warn(Grade.RED, "PS")
    await ladders.sweep(MONDAY)
    await warned.sweep(MONDAY)
    late = MONDAY + timedelta(hours=10)
    grace.begin()
    await ladders.sweep(late)
    assert await warned.events(pressed) == await warned.events(silent) == ["issued"]
    await warned.acknowledge(f"warning:{pressed}:1:issued", "H", late)
    await ladders.sweep(late)
    assert await warned.events(pressed) == ["issued", "acknowledged"]
    seconds += 5
    await ladders.sweep(late)
    assert await warned.events(pressed) == ["issued", "acknowledged"]
    assert await warned.events(silent) == ["issued", "overdue"]
