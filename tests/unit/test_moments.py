"""Days and times that people write, read as they are meant; what is none is refused in words."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.chat.moments import moment_written
from messages.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("10月12日 9:30", "2026-10-12", "09:30"),
        ("10月12日9:30", "2026-10-12", "09:30"),
        ("2026-10-12 09:30", "2026-10-12", "09:30"),
        ("2026年10月12日下午3点", "2026-10-12", "15:00"),
        ("明天9点半", "2026-10-09", "09:30"),
        ("后天 14时05分", "2026-10-10", "14:05"),
        ("１０－１２　９：３０", "2026-10-12", "09:30"),
        ("10-12, 9:30", "2026-10-12", "09:30"),
        ("10-12", "2026-10-12", None),
        ("2026/10/12", "2026-10-12", None),
        ("tomorrow 3pm", "2026-10-09", "15:00"),
        ("9:30", None, "09:30"),
        ("下午2点半", None, "14:30"),
        ("2026-10-12T01:30:00Z", "2026-10-12", "09:30"),
        ("2026-10-12T09:30", "2026-10-12", "09:30"),
        ("中午1点", None, "13:00"),
        ("中午11点半", None, "11:30"),
        ("中午12点", None, "12:00"),
        ("凌晨12点", None, "00:00"),
        ("12am", None, "00:00"),
        ("12pm", None, "12:00"),
        ("上午9点", None, "09:00"),
        ("1-5", "2027-01-05", None),
        ("9-28", "2026-09-28", None),
        ("2-29", "2028-02-29", None),
    ],
)
def test_a_day_and_a_time_are_read_as_they_are_meant(written: str, day: str | None, clock: str | None) -> None:
    """Without its year a day is the nearest: what is entered may be planned or done."""
    today = datetime(2028, 2, 1, tzinfo=SHANGHAI).date() if written == "2-29" else TODAY
    found = moment_written(written, today, SHANGHAI)
    assert found.day == (date.fromisoformat(day) if day else None)
    assert found.clock == (time.fromisoformat(clock) if clock else None)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "10-12 25:00",
        "13-40",
        "9999-01-01",
        "10-12 9:3",
        "<b>10-12</b>",
        "\0",
        "9" * 4096,
        "T",
        "2-30",
        "晚上12点",
    ],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        moment_written(written, TODAY, SHANGHAI)
