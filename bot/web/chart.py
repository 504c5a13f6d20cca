"""How a notice went over time, as lines to be drawn: numbers only, the page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from messages.figures import Course, Figures

WIDTH: Final = 1000
HEIGHT: Final = 200


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Two lines as points of an SVG of ``WIDTH`` × ``HEIGHT``, with what stands at the ends of its axes."""

    delivered: str
    acknowledged: str
    since: datetime
    until: datetime
    most: int


def chart_of(figures: Figures) -> Chart | None:
    """The courses from the first event to the count; None where nothing has happened, or within a part of the whole."""
    courses = [course for course in (figures.delivered_over_time, figures.acknowledged_over_time) if course]
    if not courses:
        return None
    since, until = min(course[0][0] for course in courses), max(course[-1][0] for course in courses)
    most = max(figures.counts.recipients, figures.counts.obligations, 1)
    return Chart(
        delivered=_line(figures.delivered_over_time, since, until, most),
        acknowledged=_line(figures.acknowledged_over_time, since, until, most),
        since=since,
        until=until,
        most=most,
    )


def _line(course: Course, since: datetime, until: datetime, most: int) -> str:
    """Steps: what there was stays until there is more."""
    span = max((until - since).total_seconds(), 1)
    points: list[tuple[float, float]] = []
    for at, count in course:
        x, y = (at - since).total_seconds() / span * WIDTH, HEIGHT - min(count / most, 1) * HEIGHT
        points += [(x, points[-1][1] if points else HEIGHT), (x, y)]
    return _written([*points, (WIDTH, points[-1][1])] if points else [])


def _written(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
