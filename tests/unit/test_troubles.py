"""A storm of failures is told in few lines that say what it means."""

from collections.abc import Sequence

from structlog.testing import capture_logs

from messages.deliveries import Delivered, Outcome, PermanentFailure, Reason, TemporaryFailure, Unconfirmed
from schedules.troubles import Troubles

ARRIVED = Delivered(1)
BAD_GATEWAY = TemporaryFailure(Reason.SERVER)


def told(*outcomes: tuple[float, Outcome]) -> Sequence[tuple[object, ...]]:
    """The lines about outcomes that came at those seconds: event, tried again, unanswered."""
    steady = [0.0]
    troubles = Troubles("main", lambda: steady[0])
    with capture_logs() as lines:
        for at, outcome in outcomes:
            steady[0] = at
            troubles.note(outcome)
    return [(line["event"], line.get("tried_again"), line.get("unanswered")) for line in lines]


FAIL = "sends fail for the moment; nothing is lost"
AGAIN = "sends arrive again"


def test_the_first_failure_is_told_at_once_and_the_next_together_after_a_while() -> None:
    storm: list[tuple[float, Outcome]] = [(second / 10, BAD_GATEWAY) for second in range(101)]
    assert told(*storm) == [(FAIL, 1, 0), (FAIL, 100, 0)]


def test_what_was_not_answered_is_counted_apart() -> None:
    assert told((0, BAD_GATEWAY), (1, Unconfirmed()), (11, BAD_GATEWAY)) == [(FAIL, 1, 0), (FAIL, 1, 1)]


def test_the_end_of_a_storm_is_told_once_after_a_while_without_a_failure() -> None:
    storm = ((0, BAD_GATEWAY), (1, BAD_GATEWAY))
    assert told(*storm, (2, ARRIVED), (11.5, ARRIVED), (12, ARRIVED)) == [
        (FAIL, 1, 0),
        (FAIL, 1, 0),
        (AGAIN, None, None),
    ]


def test_a_person_who_blocked_the_bot_is_no_trouble_of_the_wire() -> None:
    assert told((0, PermanentFailure(Reason.BLOCKED)), (1, ARRIVED)) == []
