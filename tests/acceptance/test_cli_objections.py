"""``lianxun scores objections`` as people meet it at the command line."""

from functools import partial
from pathlib import Path

import pytest

from messages.store.database import Database
from tests import shell
from tests.district import MORNING
from tests.shell import settle
from tests.stated import LATE, PERIOD, WHY, Stated

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are under the desk
call, document = partial(shell.call, "scores", "objections"), partial(shell.document, "scores", "objections")


@pytest.fixture
async def place(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Stated:
    """A closed period with the statements of ``tests.stated``."""
    db = Database(database_url)
    place = await Stated.found(db)
    await db.close()
    settle(monkeypatch, tmp_path, database_url, MORNING)
    return place


def test_one_is_made_listed_and_corrected_once(place: Stated) -> None:
    made = document("make", place.statement, "--as", "H", "--entry", LATE, "--why", WHY)
    assert (made["person"], made["period"], made["event"], made["state"]) == ("H", PERIOD, LATE, "made")
    assert made["due"] == "2026-10-12T17:30:00+08:00"
    assert [one["id"] for one in document("list", "--as", "A")["objections"]] == [made["id"]]

    fault = document("correct", made["id"], "--points", "0", "--why", "属实", "--as", "A", code=1)["faults"][0]
    assert fault["column"] == "--points"
    done = document("correct", made["id"], "--points", "-0.5", "--why", "属实", "--as", "A")
    assert (done["state"], done["points"], done["why"], done["version"]) == ("corrected", "-0.5", "属实", 2)
    assert "has corrected this already" in call("refuse", made["id"], "--why", "晚了", "--as", "B", code=1).output
    assert document("list", "--as", "A")["objections"] == []
    assert "corrected · −0.5 · 属实" in call("list", "--as", "A", "--period", PERIOD).stdout


def test_only_administrators_of_the_whole_office_answer(place: Stated) -> None:
    made = document("make", place.statement, "--as", "H", "--why", WHY)
    assert made["event"] is None
    for code in "LDH":
        call("refuse", made["id"], "--why", "不", "--as", code, code=1)
    call("list", "--as", "L", code=1)
    assert document("refuse", made["id"], "--why", "记录无误", "--as", "B")["state"] == "refused"
