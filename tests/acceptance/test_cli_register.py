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

    def laws(self) -> dict[int, set[str]]:
        """The laws that each point cites, by the point's id."""
        cited: dict[int, set[str]] = {}
        for point, law in self.rows("SELECT point_id, law FROM point_bases"):
            cited.setdefault(point, set()).add(law)
        return cited

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


OUTDATED = {"JLCF2003", "JLCF2015", "JLCF2018", "GWYCF2007", "LZCZ2010"}


def test_the_operator_sees_how_many_points_cite_each_law_and_what_is_out_of_date(district: District) -> None:
    document, cited = district.json("register", "bases"), district.laws()
    assert {one["code"]: one["points"] for one in document["bases"]} == {
        one["code"]: sum(one["code"] in laws for laws in cited.values()) for one in document["bases"]
    }
    assert document["superseded_points"] == sum(bool(laws & OUTDATED) for laws in cited.values()) > 0
    assert {one["code"]: one["superseded_by"] for one in document["bases"] if one["superseded"]} == {
        "JLCF2003": "JLCF2023",
        "JLCF2015": "JLCF2023",
        "JLCF2018": "JLCF2023",
        "GWYCF2007": "ZWCF2020",
        "LZCZ2010": "LJZL2016",
    }
    assert "GWYCF2007" in district.call("register", "bases").stdout


def test_points_are_searched_and_their_flags_shown(district: District) -> None:
    found = district.json("register", "search", "礼品", "--node", "开标", "--level", "middle")
    points = district.rows(
        "SELECT p.id FROM risk_points p JOIN nodes n ON n.id = p.node_id WHERE n.name = '开标' AND p.level = 'middle'"
        " AND p.name || p.description || p.controls LIKE '%礼品%'"
    )
    assert found["total"] == len(points) > 0
    assert {one["id"] for one in found["points"]} <= {point for (point,) in points}
    assert found["by_level"] == {"high": 0, "middle": len(points), "low": 0}
    flagged = district.json("register", "search", "--basis", "superseded", "--page", 2)
    assert flagged["total"] == sum(bool(laws & OUTDATED) for laws in district.laws().values())
    seen = {one["id"]: {flag["law"] for flag in one["superseded"]} for one in flagged["points"]}
    assert seen == {point: district.laws()[point] & OUTDATED for point in seen}
    assert district.json("register", "search", "--basis", "ZWCF2020:34")["total"] == district.rows(
        "SELECT count(*) FROM point_bases WHERE law = 'ZWCF2020' AND article = 34"
    )[0][0]  # fmt: skip
    (fault,) = district.json("register", "search", "--basis", "ZWCF2020:69", code=1)["faults"]
    assert (fault["column"], fault["value"]) == ("--basis", "ZWCF2020:69")


def test_a_person_finds_what_is_open_to_the_person_and_who_looked_is_recorded(district: District) -> None:
    """A clerk of the lowest level sees posts of that level; the operator sees all. Holders can find the looks."""
    clerk = next(row.person_code for row in sample_roster(units=10, posts=POSTS, people=230) if row.level == 5)
    mine = district.json("register", "search", "--as", clerk)
    assert mine["total"] == district.rows(
        "SELECT count(*) FROM risk_points p JOIN posts o ON o.id = p.post_id WHERE o.level = 5"
    )[0][0]  # fmt: skip
    assert district.json("register", "search")["total"] == district.rows("SELECT count(*) FROM risk_points")[0][0]
    looks = district.rows("SELECT person_id, body FROM ledger WHERE kind = 'records_viewed'")
    assert [person for person, _body in looks] == [None]
    assert json.loads(looks[0][1])["what"] == "register"
    seen = district.rows("SELECT body FROM ledger WHERE kind = 'record_seen'")
    assert {json.loads(body)["by"] for (body,) in seen} == {clerk}


def test_units_are_shown_with_how_far_they_have_come(district: District) -> None:
    document = district.json("register", "progress")
    assert document["together"]["posts"] == POSTS
    assert document["together"]["points"] == district.rows("SELECT count(*) FROM risk_points")[0][0]
    one = district.json("register", "progress", "--unit", "区委组织部")
    assert [unit["unit"] for unit in one["units"]] == ["区委组织部"]
    levels = district.rows(
        "SELECT level, count(*) FROM risk_points"
        " WHERE unit_id = (SELECT id FROM units WHERE name = '区委组织部') GROUP BY level"
    )
    assert {level: one["together"][level] for level in ("high", "middle", "low")} == dict(levels)
    assert "区委组织部" in district.call("register", "progress").stdout
    refused = district.json("register", "progress", "--as", "Q00230", code=1)
    assert "error" in refused


def test_a_post_is_shown_with_its_points_to_who_may_see_it(district: District) -> None:
    """A clerk of the lowest level is refused a higher post's points, which says nothing of them, and is recorded."""
    roster = sample_roster(units=10, posts=POSTS, people=230)
    clerk = next(row for row in roster if row.level == 5)
    higher = next(row for row in roster if row.level == 4)
    document = district.json("register", "show", higher.post_code)
    points = district.rows(
        f"SELECT p.id FROM risk_points p JOIN posts o ON o.id = p.post_id WHERE o.code = '{higher.post_code}'"  # noqa: S608
    )
    assert {one["id"] for one in document["points"]} == {point for (point,) in points}
    assert document["total"] == len(points) > 0
    assert (document["holder"], document["post"]) == (higher.name, higher.post_code)
    assert document["duties"]
    assert set(higher.nodes or ()) <= set(document["nodes"])
    assert str(higher.name) in district.call("register", "show", higher.post_code).stdout
    refused = district.json("register", "show", higher.post_code, "--as", clerk.person_code, code=1)
    assert "points" not in refused
    assert len(district.rows("SELECT 1 FROM ledger WHERE kind = 'act_refused'")) == 1
    assert district.json("register", "show", clerk.post_code, "--as", clerk.person_code)["total"] > 0
    district.call("register", "show", "nowhere", code=1)
