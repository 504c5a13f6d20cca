"""``lianxun scores objections`` as people meet it at the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from messages.store.database import Database
from tests.district import MORNING
from tests.stated import LATE, PERIOD, WHY, Stated

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are under the desk


@pytest.fixture
async def place(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Stated:
    """A closed period with the statements of ``tests.stated``."""
    db = Database(database_url)
    place = await Stated.found(db)
    await db.close()
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "LOCALE": "en",
        "CLOCK": MORNING.isoformat(),
        "TELEGRAM_TOKEN": "",
    }.items():
        monkeypatch.setenv(f"LIANXUN_{name}", value)
    return place


def call(*words: object, code: int = 0) -> Result:
    said = CliRunner().invoke(cli, ["scores", "objections", *map(str, words)])
    assert said.exit_code == code, said.output
    return said


def document(*words: object, code: int = 0) -> Any:  # noqa: ANN401 -- any document
    return json.loads(call(*words, "--json", code=code).stdout)


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
