"""A district with its register at the command line: audiences by node and level, as counted from the rows by hand."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from messages.organisation.roster.importing import import_roster
from messages.organisation.sample import sample_roster
from messages.register.founding import found_register
from messages.store.database import Database
from messages.store.schema import prepare
from tests.district import MORNING

POSTS = 240


@dataclass(frozen=True)
class Holding:
    """Who holds a post, and what the register and the roster say of the post; read from the tables row by row."""

    person: int
    unit: str
    level: int
    risk: bool
    nodes: frozenset[str]
    levels: frozenset[str]


class District:
    """The district at its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {
            "LIANXUN_DATA_DIR": str(folder),
            "LIANXUN_LOCALE": "en",
            "LIANXUN_CLOCK": MORNING.isoformat(),
            "LIANXUN_TELEGRAM_TOKEN": "",
        }

    def call(self, *words: object, code: int = 0) -> Result:
        said = CliRunner().invoke(cli, [str(word) for word in words], env=self.settings)
        assert said.exit_code == code, said.output
        return said

    def json(self, *words: object, code: int = 0) -> Any:  # noqa: ANN401 -- any document
        return json.loads(self.call(*words, "--json", code=code).stdout)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "lianxun.db") as db:
            return db.execute(query).fetchall()

    def holdings(self) -> list[Holding]:
        names = dict(self.rows("SELECT id, name FROM nodes"))
        units = dict(self.rows("SELECT id, name FROM units"))
        nodes: dict[int, set[str]] = {}
        levels: dict[int, set[str]] = {}
        for post, node in self.rows("SELECT post_id, node_id FROM post_nodes"):
            nodes.setdefault(post, set()).add(names[node])
        for post, node, level, standing, ended in self.rows(
            "SELECT post_id, node_id, level, standing, ended_at FROM risk_points"
        ):
            if standing is not None and ended is None:
                nodes.setdefault(post, set()).add(names[node])
                levels.setdefault(post, set()).add(level)
        posts = {post: rest for post, *rest in self.rows("SELECT id, unit_id, level, risk FROM posts")}
        held = self.rows("SELECT post_id, person_id FROM assignments WHERE ended_at IS NULL")
        return [
            Holding(
                person=person,
                unit=units[posts[post][0]],
                level=posts[post][1],
                risk=bool(posts[post][2]),
                nodes=frozenset(nodes.get(post, ())),
                levels=frozenset(levels.get(post, ())),
            )
            for post, person in held
        ]

    def people(self, meant: Callable[[Holding], bool]) -> int:
        return len({one.person for one in self.holdings() if meant(one)})


async def _found(folder: Path) -> None:
    db = Database(f"sqlite:///{folder / 'lianxun.db'}")
    await prepare(db)
    roster = sample_roster(units=10, posts=POSTS, people=230)
    await import_roster(db, roster, MORNING)
    await found_register(db, roster, MORNING)
    await db.close()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    asyncio.run(_found(folder))
    return folder


@pytest.fixture
def district(founded: Path, tmp_path: Path) -> District:
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    return District(tmp_path)


AUDIENCES: Mapping[str, Callable[[Holding], bool]] = {
    "node:开标": lambda one: "开标" in one.nodes,
    "node:工程结算审核": lambda one: "工程结算审核" in one.nodes,  # of the register alone: no roster names it
    "node:开标 -node:招标公告": lambda one: "开标" in one.nodes and "招标公告" not in one.nodes,
    "node:付款 level:4-5, node:验收 unit:区委组织部": lambda one: (
        ("付款" in one.nodes and one.level >= 4) or ("验收" in one.nodes and one.unit == "区委组织部")
    ),
    "risk:high": lambda one: one.risk or "high" in one.levels,
    "risk:middle node:澄清": lambda one: "middle" in one.levels and "澄清" in one.nodes,
    "all -risk:high": lambda one: not one.risk and "high" not in one.levels,
}


def test_an_audience_by_node_and_level_is_as_many_people_as_the_registers_rows_say(district: District) -> None:
    """Counted from the tables in plain Python; a broadcast reaches them, each once."""
    administrator = sample_roster(units=10, posts=POSTS, people=230)[0].person_code
    found = {}
    for expression in AUDIENCES:
        given = ("broadcast", "--audience", expression, "--as", administrator, "--text", "请对照检查。")
        found[expression] = district.json(*given)["recipients"]
    assert found == {expression: district.people(meant) for expression, meant in AUDIENCES.items()}
    assert 0 < found["node:工程结算审核"] < found["node:开标"] < 230


def test_a_forecast_counts_an_audience_by_node(district: District) -> None:
    policy = district.folder / "policy.toml"
    policy.write_text('[holidays.formal]\naudience = "node:开标 risk:middle"\n', encoding="utf-8")
    district.settings["LIANXUN_POLICY"] = str(policy)
    occasions = district.json("forecast", "--from", "2026-09-21", "--to", "2026-10-01")["occasions"]
    (formal,) = [one for one in occasions if one["key"].endswith(":formal") and one["wave"] == "first"]
    assert formal["recipients"] == district.people(lambda one: "开标" in one.nodes and "middle" in one.levels)


def test_a_node_that_nobody_answers_for_is_refused_by_its_name(district: District) -> None:
    document = district.json(
        "broadcast", "--audience", "node:开标会", "--as", "Q00001", "--text", "请对照检查。", code=1
    )
    assert [fault["value"] for fault in document["faults"]] == ["开标会"]


def test_a_roster_that_is_written_and_read_again_leaves_the_register_as_it_was(district: District) -> None:
    """The roster's nodes are its own: what only a point names is not written into it."""
    before = district.holdings(), district.rows("SELECT * FROM risk_points"), district.rows("SELECT * FROM post_nodes")
    file = district.folder / "roster.csv"
    assert district.json("roster", "export", file)["lines"] == POSTS
    assert "工程结算审核" not in file.read_text(encoding="utf-8")
    document = district.json("roster", "import", file)
    assert (document["created"], document["updated"], document["ended"], document["faults"]) == (0, 0, 0, [])
    assert before == (
        district.holdings(), district.rows("SELECT * FROM risk_points"), district.rows("SELECT * FROM post_nodes")
    )  # fmt: skip
