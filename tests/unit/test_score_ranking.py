"""The ranking of units: places among all units, whoever looks."""

from decimal import Decimal

from messages.scores.units import UnitScore
from schedules.scores.ranking import placed


def unit(name: str | None, points: str) -> UnitScore:
    rate = Decimal(1)
    figures = {"people": 9, "acknowledged_rate": rate, "in_time_rate": rate}
    return UnitScore(unit_id=1, unit=name, points_per_person=Decimal(points), **figures)  # type: ignore[arg-type]


EVERY = (unit("财政局", "5.92"), unit("教育局", "7"), unit("审计局", "5.92"), unit("档案馆", "-1"), unit(None, "9"))


def test_equal_points_share_a_place_and_smaller_units_have_none() -> None:
    found = [(one.unit, one.place) for one in placed(EVERY, among=EVERY)]
    assert found == [("教育局", 1), ("审计局", 2), ("财政局", 2), ("档案馆", 4), (None, None)]


def test_who_sees_one_unit_sees_its_place_among_all() -> None:
    (seen,) = placed(EVERY[3:4], among=EVERY)
    assert seen.place == 4
