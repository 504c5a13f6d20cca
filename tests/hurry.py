"""A service in a test looks after its work more often than in an office, so that a test waits for what it shows.

How often it looks, and how long a chat is left alone, is shown where that is what a test is about: of the boards in
``unit/test_boards.py``, of the pace in ``unit/test_pacer.py`` and wherever the sandbox itself keeps the limits.
"""

from functools import partial
from typing import Final

import pytest

from schedules.pacer import Limits

_SECONDS: Final = {
    "bot.boards._LOOK_SECONDS": 0.1,
    "bot.boards._EDIT_EVERY": 0.2,
    "bot.boards._QUIET_EVERY": 0.2,
    "bot.grace._SECONDS": 0.0,
    "bot.lines._LOOK_SECONDS": 0.1,
    "bot.receiving._LOOK_SECONDS": 0.1,
    "bot.service._PLANNER_LOOKS": 0.1,
    "bot.service._STEERING_LOOKS": 0.1,
    "schedules.recaller._LOOK_SECONDS": 0.1,
    "schedules.senders._LOOK_SECONDS": 0.1,
}


def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services of this test, in this process."""
    for name, seconds in _SECONDS.items():
        monkeypatch.setattr(name, seconds)


def leave_no_chat_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages for one chat follow each other as those for many do."""
    monkeypatch.setattr("bot.lines.Limits", partial(Limits, chat_seconds=0.0))
