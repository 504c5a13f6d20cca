"""`lianxun serve` that stands still at one stage of a send until it is killed: ``python -m tests.held STAGE serve``.

Each thing that stands there is a line on standard output.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import bot.lines
from bot.telegram.notifier import TelegramNotifier
from messages.deliveries import ClaimedDelivery, Outcome
from messages.store import deliveries
from schedules.dispatcher import Dispatcher
from schedules.notifier import Outgoing

GO_BEFORE: Final = 3
"""So many sends come to their end before one is held."""


def _say() -> None:
    sys.stdout.write("held\n")
    sys.stdout.flush()


async def _stand_still() -> None:
    _say()
    await asyncio.Event().wait()


class _Before(TelegramNotifier):
    """The intent is recorded; nothing has been written to the wire."""

    begun = 0

    async def send(self, message: Outgoing) -> Outcome:
        _Before.begun += 1
        if _Before.begun > GO_BEFORE:
            await _stand_still()
        return await super().send(message)


class _After(TelegramNotifier):
    """The answer is there; its outcome has not been recorded."""

    ended = 0

    async def send(self, message: Outgoing) -> Outcome:
        outcome = await super().send(message)
        _After.ended += 1
        if _After.ended > GO_BEFORE:
            await _stand_still()
        return outcome


def _claimed() -> None:
    def hold(_dispatcher: Dispatcher, claimed: Sequence[ClaimedDelivery]) -> None:
        for _ in claimed:
            _say()

    setattr(Dispatcher, "hold", hold)  # noqa: B010 -- a stage is replaced


def _intended() -> None:
    setattr(bot.lines, "TelegramNotifier", _Before)  # noqa: B010


def _answered() -> None:
    setattr(bot.lines, "TelegramNotifier", _After)  # noqa: B010


def _recording() -> None:
    settle = deliveries.settle

    async def settled(*given: Any) -> None:  # noqa: ANN401 -- whatever it takes
        await settle(*given)
        await _stand_still()

    setattr(deliveries, "settle", settled)  # noqa: B010


STAGES: Final[Mapping[str, Callable[[], None]]] = {
    "claimed": _claimed,
    "intended": _intended,
    "answered": _answered,
    "recording": _recording,
}

if __name__ == "__main__":
    from bot.__main__ import main  # here only: it is made for a process of its own

    STAGES[sys.argv.pop(1)]()
    main()
