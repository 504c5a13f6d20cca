"""How far a notice is, as its speaker's board tells it, and when the board has nothing more to tell."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from messages.figures import Figures
from messages.notices import Category, Counts, Lane, Notice
from messages.store.recalls import Recalled
from schedules.boards import Phase, is_final, phase_of
from tests.district import MORNING

LATER = MORNING + timedelta(hours=1)
SENT = Counts(recipients=3, delivered=2, unreachable=1, obligations=3)


def notice(**marks: Any) -> Notice:  # noqa: ANN401 -- a notice's fields
    given: dict[str, Any] = {
        "id": 1, "key": "broadcast:1", "category": Category.BROADCAST, "lane": Lane.BROADCAST, "template": "text",
        "params": {"text": "x"}, "title": None, "audience": "all", "acknowledge": True,
        "acknowledge_by": MORNING + timedelta(days=2), "send_at": MORNING, "expires_at": MORNING + timedelta(days=30),
        "provisional": False, "created_at": MORNING, "created_by": 1, "approved_by": None, "cancelled_at": None,
        "paused_at": None, "recalled_at": None, "anytime": False, "attachments": (),
    }  # fmt: skip
    return Notice(**given | marks)


def figures(counts: Counts) -> Figures:
    return Figures(notice_id=1, at=LATER, seconds=0, counts=counts)


@pytest.mark.parametrize(
    ("marks", "counts", "recalled", "phase", "final"),
    [
        ({"send_at": LATER + timedelta(hours=1)}, Counts(), Recalled(), Phase.AHEAD, False),
        ({}, Counts(), Recalled(), Phase.RUNNING, False),
        ({}, Counts(recipients=3, planned=1, delivered=2), Recalled(), Phase.RUNNING, False),
        ({"paused_at": LATER}, Counts(recipients=3, planned=1, delivered=2), Recalled(), Phase.PAUSED, False),
        ({}, SENT, Recalled(), Phase.SENT, False),
        ({"acknowledge": False}, SENT, Recalled(), Phase.SENT, True),
        ({"acknowledge_by": LATER}, SENT, Recalled(), Phase.SENT, True),
        ({"cancelled_at": LATER}, Counts(recipients=3, planned=3), Recalled(), Phase.CANCELLED, False),
        ({"cancelled_at": LATER}, Counts(recipients=3, cancelled=3), Recalled(), Phase.CANCELLED, True),
        ({"cancelled_at": LATER, "recalled_at": LATER}, SENT, Recalled(wanted=2), Phase.RECALLING, False),
        ({"cancelled_at": LATER, "recalled_at": LATER}, SENT, Recalled(done=2), Phase.RECALLED, True),
    ],
)
def test_how_far_a_notice_is(
    marks: dict[str, datetime], counts: Counts, recalled: Recalled, phase: Phase, final: object
) -> None:
    found = phase_of(notice(**marks), figures(counts), recalled, LATER)
    assert (found, is_final(notice(**marks), figures(counts), found, LATER)) == (phase, final)


def test_with_every_acknowledgement_in_there_is_nothing_more_to_tell() -> None:
    all_in = figures(Counts(recipients=3, delivered=3, obligations=3, acknowledged=3))
    assert is_final(notice(), all_in, Phase.SENT, LATER)
    assert not is_final(notice(acknowledge_by=None), figures(SENT), Phase.SENT, LATER)
    assert is_final(notice(acknowledge_by=None), figures(SENT), Phase.SENT, LATER + timedelta(days=3))
