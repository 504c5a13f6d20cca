"""Answers to warnings are given in full, judged once, returned with a new date, and warnings are released."""

from datetime import datetime

import pytest

from messages.errors import DecidedBefore
from messages.notices import Grade
from messages.store.database import Database
from messages.warnings.records import WarningState
from tests.district import ZONE
from tests.judged import IN_FULL, Bench


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


async def test_an_answer_is_accepted_and_the_warning_is_released_later(db: Database) -> None:
    bench = await Bench.open(db)
    warning = await bench.warn(Grade.ORANGE)
    await bench.were_told(warning)
    answered = await bench.answer(warning, IN_FULL)
    assert (answered.state, answered.answered_at) == (WarningState.ANSWERED, bench.now)
    await bench.sweep()
    assert await bench.to("warning_answered") == ["L"]
    card = await bench.notice("warning_answered")
    assert card.desk == f"answer:{warning}:1"
    assert card.params["timely"] is True
    assert [part["files"] for part in card.params["parts"]] == [0, 0, 1]
    assert card.attachments == [{"file": 1, "kind": "document"}]
    accepted = await bench.accept(warning)
    assert accepted.state is WarningState.ACCEPTED
    assert await bench.to("warning_accepted") == ["P"]
    await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    with pytest.raises(DecidedBefore):
        await bench.judging.ask_release(warning, bench.id("H"), bench.now)
    await bench.sweep()
    assert await bench.to("warning_release_asked") == ["L"]
    assert (await bench.release(warning)).state is WarningState.RELEASED
    assert sorted(await bench.to("warning_released")) == ["H", "I", "L", "S"]
    assert await bench.warned.events(warning) == ["issued", "answered", "accepted", "release_asked", "released"]
