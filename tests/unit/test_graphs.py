"""Charts are numbers that say what is in them, without colour: points in their columns, and a year's days by levels."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.graphs import LEVELS, line_of, year_map

_COUNTS = st.dictionaries(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(min_value=0, max_value=100_000), max_size=60
)


def test_a_line_has_a_point_in_the_middle_of_each_column_and_is_broken_where_nothing_is_known() -> None:
    line = line_of("签收率", [1.0, 0.5, None, 0.0])
    assert line.strokes == (((0.125, 0.0), (0.375, 0.5)), ((0.875, 1.0),))
    assert line.marks == ((0.125, 0.0), (0.375, 0.5), (0.875, 1.0))
    assert line_of("签收率", [None, None]).strokes == ()
    assert line_of("签收率", [1.5, -1.0]).marks == ((0.25, 0.0), (0.75, 1.0))  # a share is from 0 to 1


def test_a_year_is_laid_out_by_weeks() -> None:
    drawn = year_map(2026, {date(2026, 1, 1): 3, date(2025, 12, 31): 9})
    assert [(one.day.isoformat(), one.column, one.row) for one in drawn.squares[:5]] == [
        ("2026-01-01", 0, 3),  # a Thursday
        ("2026-01-02", 0, 4),
        ("2026-01-03", 0, 5),
        ("2026-01-04", 0, 6),
        ("2026-01-05", 1, 0),
    ]
    assert drawn.total == 3
    assert drawn.columns == 53
    assert [len(days) for days in drawn.by_month()] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_levels_are_as_full_as_each_other() -> None:
    days = {date(2026, 3, 1) + timedelta(days=number): number + 1 for number in range(8)}
    drawn = year_map(2026, days)
    assert drawn.steps == (2, 4, 6, 8)
    assert [one.level for one in drawn.squares if one.count] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert drawn.most is not None
    assert drawn.most.day == date(2026, 3, 8)


def test_of_nothing_no_day_is_the_busiest() -> None:
    drawn = year_map(2026, {})
    assert (drawn.most, drawn.steps, drawn.busy) == (None, (), 0)


@given(counts=_COUNTS, year=st.integers(2024, 2026))
def test_more_is_never_drawn_as_less(counts: dict[date, int], year: int) -> None:
    drawn = year_map(year, counts)
    rising = sorted(drawn.squares, key=lambda one: one.count)
    assert [one.level for one in rising] == sorted(one.level for one in rising)
    assert all((one.level == 0) == (one.count == 0) and one.level <= LEVELS for one in drawn.squares)
    assert all(one.count <= drawn.steps[one.level - 1] for one in drawn.squares if one.level)
    assert len({(one.column, one.row) for one in drawn.squares}) == len(drawn.squares)
    assert drawn.total == sum(count for day, count in counts.items() if day.year == year)
