"""``lianxun scores`` as people meet it at the command line, and its figures computed anew by somebody else."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from messages.ledger import Kind
from messages.notices import Json
from messages.store.database import Database
from tests import shell
from tests.district import District
from tests.scoring import (
    CLOSED_AT,
    IN_OCTOBER,
    Scoring,
    absence,
    acknowledged,
    answered,
    charged,
    corrected,
    entered,
    missed,
)
from tests.shell import call, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are under the desk
document = partial(shell.document, "scores")

DOCUMENT = Path(__file__).parents[2] / "docs" / "scores.md"
OTHER_RULES = """
[scores.rules.2026-2]
from = "2026"
decimals = 0
rules = [
    { event = "acknowledged", when = "in_time", points = 2.5, cap = 8, cap_period = "quarter" },
    { event = "acknowledged", when = "late", points = 1 },
    { event = "acknowledgement_missed", when = "missed", points = -0.5 },
    { event = "warning_answered", when = "late", points = -1 },
    { event = "warning_charged", when = "issued", by_grade = { blue = -1, orange = -2, red = -4 } },
]
"""


@pytest.fixture
async def folder(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office after October, of which everything can be said that counts or does not."""
    db = Database(database_url)
    office = await Scoring.found(db)
    await _happen(office)
    await db.close()
    settle(monkeypatch, tmp_path, database_url, CLOSED_AT)
    return tmp_path


async def _happen(office: Scoring) -> None:
    """Something of each kind, counted and not, for B, C and D, over October and the day after it."""
    late, long_ago = IN_OCTOBER + timedelta(days=5), "2026-10-15T01:00:00.000001+00:00"
    lost: dict[str, Any] = {"delivered": None, "undelivered": "unreachable/never_joined"}
    happened: list[tuple[str, Kind, dict[str, Json], datetime]] = [
        ("B", Kind.ACKNOWLEDGED, acknowledged(1), IN_OCTOBER),
        ("B", Kind.ACKNOWLEDGED, acknowledged(1, first=False), late),
        ("B", Kind.ACKNOWLEDGED, acknowledged(2), late),
        ("B", Kind.ACKNOWLEDGED, acknowledged(3, provisional=True), IN_OCTOBER),
        ("B", Kind.ACKNOWLEDGED, acknowledged(4, since=long_ago), IN_OCTOBER),
        ("B", Kind.ACKNOWLEDGED, acknowledged(5), IN_OCTOBER + timedelta(hours=1)),
        ("B", Kind.ACKNOWLEDGED, acknowledged(6), IN_OCTOBER + timedelta(hours=2)),
        ("B", Kind.ACKNOWLEDGED, acknowledged(7), IN_OCTOBER + timedelta(hours=3)),
        ("B", Kind.WARNING, answered(1), IN_OCTOBER),
        ("B", Kind.ITEM_SUBMITTED, entered(1), IN_OCTOBER),
        ("B", Kind.ITEM_SUBMITTED, entered(2, timely=False), late),
        ("C", Kind.ACKNOWLEDGEMENT_MISSED, missed(1), IN_OCTOBER),
        ("C", Kind.ACKNOWLEDGED, acknowledged(1), late),
        ("C", Kind.ACKNOWLEDGEMENT_MISSED, missed(2, **lost), IN_OCTOBER),
        ("C", Kind.ACKNOWLEDGEMENT_MISSED, missed(3, why="handed_over"), IN_OCTOBER),
        ("C", Kind.ACKNOWLEDGEMENT_MISSED, missed(4, provisional=True), IN_OCTOBER),
        ("C", Kind.ACKNOWLEDGEMENT_MISSED, missed(4), IN_OCTOBER),
        ("C", Kind.WARNING_CHARGED, charged(1, "orange"), IN_OCTOBER),
        ("C", Kind.WARNING_CHARGED, charged(1, "red", before="orange"), late),
        ("C", Kind.WARNING, answered(1, timely=False), late),
        ("D", Kind.ABSENCE, absence("2026-10-14", "2026-10-16"), late),
        ("D", Kind.ACKNOWLEDGEMENT_MISSED, missed(1), IN_OCTOBER),
        ("D", Kind.WARNING_CHARGED, charged(2, "red"), IN_OCTOBER),
        ("D", Kind.WARNING_CHARGED, charged(3, "blue", **lost), IN_OCTOBER),
        ("D", Kind.ACKNOWLEDGED, {"notice": 9, "posts": [1]}, IN_OCTOBER),
        ("D", Kind.ACKNOWLEDGED, acknowledged(8), CLOSED_AT - timedelta(hours=1)),
    ]
    for number, (code, kind, body, at) in enumerate(happened):
        await office.say(kind, code, body, at=at + timedelta(seconds=number))


def _computed_elsewhere(folder: Path) -> list[str]:
    """What the program in the documentation says of the exported ledger."""
    [program] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "scores.py").write_text(program, encoding="utf-8")
    file = folder / "ledger.jsonl"
    file.unlink(missing_ok=True)
    call("ledger", "export", file)
    words = [sys.executable, str(folder / "scores.py"), str(file), "2026-10"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_closed_period_is_computed_anew_by_the_program_in_the_documentation(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = document("close", "2026-10", "--as", "A")
    assert (closed["statements"], closed["revision"], closed["object_by"]) == (5, 1, "2026-11-16")
    assert _computed_elsewhere(folder) == ["A 0", "B 13", "C -3", "D 0", "L 0", "5 statements agree"]
    asyncio.run(_correct(database_url))
    policy = folder / "policy.toml"
    policy.write_text(OTHER_RULES, encoding="utf-8")
    monkeypatch.setenv("LIANXUN_POLICY", str(policy))
    dry = document("recompute", "2026-10", "--as", "A", "--dry-run")
    assert dry["revision"] is None
    done = document("recompute", "2026-10", "--as", "A", "--why", "规则追溯适用")
    assert done["differences"] == dry["differences"]
    assert {one["person"]: (one["before"], one["after"]) for one in done["differences"]} == {
        "B": (13, 9),
        "C": (-1.5, -3.5),
    }
    assert _computed_elsewhere(folder) == ["A 0", "B 9", "C -3.5", "D 0", "L 0", "5 statements agree"]


async def _correct(url: str) -> None:
    db = Database(url)
    office = Scoring.over(db, District(db))
    office.district.people["C"] = 3
    await office.say(Kind.SCORE_CORRECTED, "C", corrected("1.5"), at=CLOSED_AT)
    await db.close()


def test_a_score_is_shown_with_each_why(folder: Path) -> None:
    del folder
    shown = document("show", "C", "--period", "2026-10", "--as", "L")
    assert {"person": "C", "period": "2026-10", "total": -3, "closed": False}.items() <= shown.items()
    assert [(one["kind"], one["points"], one["why"]) for one in shown["entries"]] == [
        ("acknowledgement_missed", 0, "not acknowledged by its day"),
        ("warning_charged", -2, "orange warning issued"),
        ("acknowledged", 1, "acknowledged late"),
        ("warning_charged", -2, "warning raised from orange to red"),
    ]
    assert [one["reason"] for one in shown["uncounted"]] == ["unreachable", "handed_over"]
    said = call("scores", "show", "C", "--period", "2026-10").stdout
    assert "-2  orange warning issued" in said
    call("scores", "show", "C", "--as", "B", code=1)
    assert document("show", "C", "--period", "October", code=1)["faults"][0]["column"] == "--period"


def test_the_rest_is_said_too(folder: Path) -> None:
    del folder
    assert document("rules", "--period", "2026-10")["version"] == "2026-1"
    rules = call("scores", "rules").stdout
    assert "warning answered in time" in rules
    assert "by the month" in rules
    call("scores", "close", "2026-11", "--as", "A", code=1)
    call("scores", "ranking", code=1)
    call("scores", "close", "2026-10", "--as", "A")
    [closing] = document("statements")["closings"]
    assert (closing["period"], closing["revision"], closing["why"]) == ("2026-10", 1, None)
    assert "2026-10" in call("scores", "statements").stdout
    assert [one["unit"] for one in document("units")["units"]] == [None]
    on = CliRunner().invoke(cli, ["scores", "ranking", "on", "--as", "A", "--json"])
    assert json.loads(on.stdout)["on"]
    assert "国办函〔2026〕12号" in on.stderr
    call("scores", "ranking", "off", code=2)
    assert "smaller" in call("scores", "ranking").stdout
