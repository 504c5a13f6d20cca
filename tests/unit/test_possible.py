"""What may be done with a notice as it stands, on every face alike."""

from datetime import timedelta
from typing import Any

import pytest

from messages.figures import Figures
from messages.notices import Counts
from messages.rights import Act
from schedules.possible import Doing, possible
from tests.district import MORNING
from tests.unit.test_boards import notice

LATER = MORNING + timedelta(hours=1)
RUNNING, SILENT, ALL_IN = (
    Counts(recipients=3, planned=1, delivered=2, obligations=3),
    Counts(recipients=3, delivered=3, obligations=3, acknowledged=1),
    Counts(recipients=3, delivered=3, obligations=3, acknowledged=3),
)
MARK = {"cancelled_at": LATER}


@pytest.mark.parametrize(
    ("marks", "counts", "may"),
    [
        ({"send_at": LATER + timedelta(days=1)}, Counts(), "cancel pause"),  # scheduled
        ({}, Counts(), "cancel pause"),  # its people are not planned yet
        ({}, RUNNING, "cancel pause recall remind"),
        ({}, SILENT, "cancel pause recall remind"),  # reminders are to come
        ({}, ALL_IN, "recall"),
        ({"acknowledge": False}, Counts(recipients=3, delivered=3), "recall"),
        ({"paused_at": LATER}, SILENT, "cancel recall resume"),
        (MARK, SILENT, "recall"),
        (MARK | {"recalled_at": LATER}, SILENT, "recalled"),
        ({"expires_at": LATER}, RUNNING, "recall"),
    ],
)
def test_what_may_be_done_with_a_notice(marks: dict[str, Any], counts: Counts, may: str) -> None:
    figures = Figures(notice_id=1, at=LATER, seconds=1, counts=counts)
    assert " ".join(sorted(possible(notice(**marks), figures, {Act.STEER, Act.REMIND}, LATER))) == may


def test_only_what_a_person_has_the_right_to_is_offered() -> None:
    figures = Figures(notice_id=1, at=LATER, seconds=1, counts=SILENT)
    assert possible(notice(), figures, {Act.EXPORT}, LATER) == {Doing.EXPORT}
    assert possible(notice(), figures, {Act.REMIND}, LATER) == {Doing.REMIND}
    assert possible(notice(), figures, set(), LATER) == set()


def test_what_is_being_counted_may_be_anything() -> None:
    figures = Figures(notice_id=1, at=LATER, seconds=0, counts=Counts(), counted=False)
    assert {Doing.PAUSE, Doing.CANCEL, Doing.RECALL} <= possible(notice(), figures, {Act.STEER}, LATER)
