"""A risk register to try things with, for the fictional district of ``messages.organisation.sample``.

Its texts are composed of the parts in ``sample.toml``. The same roster always gives the same points.
"""

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from messages.organisation.roster.rows import RosterRow
from messages.register.bases import Cited
from messages.register.records import Content, RiskLevel, Workflow

_SEED_POINTS, _SEED_POSTS = 26_638, 2_448
_LEAST: Final = 4  # points of a post
_SHARE_OF_RISK_POSTS: Final = 2.5  # they have so many times as many
_SPREAD: Final = (0.75, 1.25)
_LEVELS: Final = {False: (0.045, 0.26), True: (0.25, 0.46)}  # how many of a post's points are high and middle
_POINTS_A_NODE: Final = 3
_FEWEST_NODES: Final = 3
_OUT_OF_DATE: Final = 0.015
_WITH_INDICATORS: Final = 0.25
_LEADING: Final = 2  # the level of who leads a unit's work


@dataclass(frozen=True, kw_only=True)
class SamplePoint:
    """A point of the post with this code."""

    post: str
    content: Content


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """One workflow's: what its points are made of. ``matters`` are nodes that only units with such names have."""

    category: str
    nodes: tuple[str, ...]
    matters: tuple[tuple[str, tuple[str, ...]], ...]
    risks: tuple[Mapping[str, Any], ...]
    controls: tuple[str, ...]


def sample_nodes() -> dict[str, Workflow]:
    """The district's 466 risk nodes, each with its workflow."""
    return {
        node: workflow
        for workflow, parts in _workflows().items()
        for node in (*parts.nodes, *(node for node, _units in parts.matters))
    }


def sample_points(roster: Sequence[RosterRow], seed: int = 1) -> list[SamplePoint]:
    """The points of every post of a sample roster, as many for a post as the seed's district has: 26,638 of 2,448.

    Risk posts have more and graver ones; no two of a post are the same. Most cite what is in force, some what it took
    the place of.
    """
    chance = random.Random(seed)  # noqa: S311 -- invented texts need no secrecy
    posts = [row for row in roster if row.post_code]
    sizes = _sizes(posts, chance)
    leading = {row.unit: row.name or "" for row in reversed(posts) if row.level == _LEADING}
    used: Counter[str] = Counter()
    points: list[SamplePoint] = []
    for row, size in zip(posts, sizes, strict=True):
        post = _Post(row, leading.get(row.unit, ""), chance)
        points += [SamplePoint(post=row.post_code or "", content=one) for one in post.points(size, used)]
    return points


def _sizes(posts: Sequence[RosterRow], chance: random.Random) -> list[int]:
    """How many points each post has; together as many as there should be."""
    wanted = len(posts) * _SEED_POINTS // _SEED_POSTS
    weights = [chance.uniform(*_SPREAD) * (_SHARE_OF_RISK_POSTS if row.risk_post else 1) for row in posts]
    share = (wanted - _LEAST * len(posts)) / sum(weights)
    sizes = [_LEAST + int(weight * share) for weight in weights]
    for at in range(wanted - sum(sizes)):
        sizes[at] += 1
    return sizes


class _Post:
    """One post, whose points are composed."""

    def __init__(self, row: RosterRow, leading: str, chance: random.Random) -> None:
        self._row = row
        self._leading = leading
        self._chance = chance

    def points(self, count: int, used: Counter[str]) -> Iterator[Content]:
        """So many points, at nodes that are ``used`` least so far."""
        nodes = self._nodes(max(_FEWEST_NODES, -(-count // _POINTS_A_NODE)), used)
        used.update(nodes)
        duties = {node: self._said("duties", node=node) for node in nodes}
        pairs = [(node, risk) for node in nodes for risk in _risks(_workflow_of()[node])]
        chosen = sorted(self._chance.sample(pairs, count), key=lambda pair: nodes.index(pair[0]))
        return (self._point(node, duties[node], risk) for node, risk in chosen)

    def _nodes(self, count: int, used: Counter[str]) -> list[str]:
        """What the roster says, and more that its unit and its work have."""
        given = [node for node in self._row.nodes or () if node in _workflow_of()]
        others = [node for node in self._pool() if node not in given]
        self._chance.shuffle(others)
        return [*given, *sorted(others, key=used.__getitem__)][: max(count, len(given))]

    def _pool(self) -> list[str]:
        title = self._row.post
        work = next(work for begins, work in _data()["posts"].items() if title.startswith(begins))
        parts = [_workflows()[Workflow(one)] for one in work]
        general = [node for one in parts for node in one.nodes]
        return general + [node for one in parts for node, of in one.matters if self._row.unit.endswith(of)]

    def _point(self, node: str, duty: str, risk: Mapping[str, Any]) -> Content:
        chance, parts = self._chance, _workflows()[_workflow_of()[node]]
        scene = self._said("scenes", node=node, cause=self._one("causes"))
        watched = chance.random() < _WITH_INDICATORS
        return Content(
            name=self._said("names", node=node, risk=risk["name"]),
            level=self._level(risk),
            category=parts.category,
            description=f"{scene}，可能出现{chance.choice(risk['how'])}等问题，{self._one('results')}。",
            controls=_numbered([*chance.sample(parts.controls, chance.randint(1, 2)), self._one("controls")]),
            indicators="、".join(chance.sample(_data()["common"]["indicators"], 2)) if watched else "",
            node=node,
            duty=duty,
            bases=self._bases(risk["bases"]),
            responsible=self._row.name or "",
            leading=self._leading,
        )

    def _level(self, risk: Mapping[str, Any]) -> RiskLevel:
        """Grave risks are twice as often high as others."""
        high, middle = _LEVELS[bool(self._row.risk_post)]
        high *= 4 / 3 if risk.get("grave") else 2 / 3
        drawn = self._chance.random()
        if drawn < high:
            return RiskLevel.HIGH
        return RiskLevel.MIDDLE if drawn < high + middle else RiskLevel.LOW

    def _bases(self, codes: Sequence[str]) -> tuple[Cited, ...]:
        """One or two articles, of which the last is out of date now and then."""
        cited = [*codes[: self._chance.randint(1, len(codes))]]
        if self._chance.random() < _OUT_OF_DATE:
            cited[-1] = self._chance.choice(_data()["older"][cited[-1].partition(":")[0]])
        return tuple(_cited(code) for code in cited)

    def _one(self, what: str) -> str:
        said: str = self._chance.choice(_data()["common"][what])
        return said

    def _said(self, what: str, **parts: str) -> str:
        return self._one(what).format(**parts)


def _numbered(controls: Sequence[str]) -> str:
    return "；".join(f"{at}.{one}" for at, one in enumerate(controls, 1)) + "。"


@cache
def _cited(code: str) -> Cited:
    found = Cited.of(code)
    assert found is not None, code  # noqa: S101 -- sample.toml has codes only
    return found


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("messages.register").joinpath("sample.toml").read_text(encoding="utf-8"))


@cache
def _workflows() -> Mapping[Workflow, _Parts]:
    return {Workflow(name): _parts(name, table) for name, table in _data()["workflows"].items()}


def _parts(workflow: str, table: Mapping[str, Any]) -> _Parts:
    steps = _data()["steps"][workflow]
    matters = ((matter + step, tuple(units)) for matter, units in table["matters"].items() for step in steps)
    return _Parts(
        category=table["category"],
        nodes=tuple(table["nodes"]),
        matters=tuple(matters),
        risks=tuple(table["risks"]),
        controls=tuple(table["controls"]),
    )


@cache
def _workflow_of() -> Mapping[str, Workflow]:
    return sample_nodes()


def _risks(workflow: Workflow) -> Sequence[Mapping[str, Any]]:
    return [*_workflows()[workflow].risks, *_data()["common"]["risks"]]
