"""What an administrator says becomes a notice with its deadline on the official calendar."""

from datetime import datetime, timedelta

from messages.notices import Category, Lane, NewNotice
from schedules.broadcasts import Broadcast, notice_of
from schedules.policy import load
from schedules.workdays import WorkCalendar
from tests.district import MORNING, ZONE

POLICY = load()


def made(*, within: int | None, send_at: datetime = MORNING) -> NewNotice:
    said = Broadcast(
        text="请<b>查收</b>",
        title="通知",
        audience="level:1-3",
        within=within,
        send_at=send_at,
        lane=Lane.BROADCAST,
        by=1,
        approved_by=2,
    )
    return notice_of(said, WorkCalendar("CN"), POLICY, key="broadcast:x", now=MORNING)


def test_what_was_said_is_kept_as_it_was_said() -> None:
    notice = made(within=None)
    assert (notice.key, notice.category, notice.lane) == ("broadcast:x", Category.BROADCAST, Lane.BROADCAST)
    assert (notice.template, notice.params, notice.title) == ("text", {"text": "请<b>查收</b>"}, "通知")
    assert (notice.audience, notice.send_at, notice.created_at) == ("level:1-3", MORNING, MORNING)
    assert (notice.created_by, notice.approved_by) == (1, 2)


def test_without_acknowledgement_there_is_neither_deadline_nor_reminder() -> None:
    notice = made(within=None)
    assert (notice.acknowledge, notice.acknowledge_by, notice.reminders) == (False, None, ())
    assert notice.expires_at == MORNING + timedelta(days=POLICY.broadcasts.useful_days)


def test_the_deadline_and_the_reminders_are_on_working_days() -> None:
    """Sent on Friday 18 September 2026; Sunday the 20th is worked for the National Day holiday."""
    friday = datetime(2026, 9, 18, 9, 10, tzinfo=ZONE)
    notice = made(within=2, send_at=friday)
    assert notice.acknowledge_by == datetime(2026, 9, 21, 17, 30, tzinfo=ZONE)
    assert notice.reminders == (friday + timedelta(days=2), friday + timedelta(days=3))
    assert notice.expires_at == notice.acknowledge_by + timedelta(days=POLICY.broadcasts.useful_days)


def test_a_deadline_of_the_same_day_is_the_end_of_its_working_hours() -> None:
    assert made(within=0).acknowledge_by == datetime(2026, 9, 21, 17, 30, tzinfo=ZONE)


def test_a_count_into_a_year_whose_days_are_not_known_is_provisional() -> None:
    assert not made(within=2).provisional
    assert made(within=5, send_at=datetime(2026, 12, 30, 9, 10, tzinfo=ZONE)).provisional
    assert not made(within=None, send_at=datetime(2027, 3, 1, 9, 10, tzinfo=ZONE)).provisional
