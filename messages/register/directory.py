"""Which units and posts there are, as a register's sheet names them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from messages.errors import refused
from messages.text.phrase import Phrase, phrase

UNKNOWN_UNIT: Final = phrase("The name of a unit of the roster is accepted.")

_NEAR: Final = 3
_ALIKE: Final = 0.5
_SHORTEST_REST: Final = 2
_EITHER: Final = "、"
_REGION: Final = re.compile(
    r"(?<![城社地园郊牧景矿校厂街小片灾辖])[区县市旗](?=..[^区县市旗]*[局委办处院会所室中心部厅公司政府镇街道乡校]$)"
)
"""What ends the name of a region before a unit's."""
_UNIT_SAID: Final = re.compile(r"^\s*(?:填报|填表|编制|所属)?(?:单位|部门)(?:名称)?(?:\(盖章\))?\s*:\s*")
_TITLE: Final = re.compile(r"(?:表|清单|台账|汇总|目录|库)\s*(?:\([^()]*\))?\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPlace:
    """A unit that stands now; ``path`` are the ids from the root to it, ``/1/5/``."""

    id: int
    name: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostPlace:
    """A post that stands now."""

    id: int
    code: str
    title: str
    unit_id: int


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The units and posts that stand now."""

    units: tuple[UnitPlace, ...]
    posts: tuple[PostPlace, ...]

    def unit(self, name: str) -> UnitPlace | None:
        """The unit of a name, with or without its region before it: ``青澜区财政局``, ``区财政局``, ``财政局``."""
        written = compared(name)
        return self._units.get(written) or self._regional(written)

    def _regional(self, name: str) -> UnitPlace | None:
        """The one unit that differs by a region before its name or before this one."""
        known = (self._units.get(name[region.end() :]) for region in _REGION.finditer(name))
        return next((unit for unit in known if unit is not None), None) or self._without_region.get(name)

    def named(self, name: str | None) -> UnitPlace | None:
        """The unit that a person names, if one is named. Raises ``Refused`` where there is no such unit."""
        unit = self.unit(name) if name is not None else None
        if name is not None and unit is None:
            near = self.near_units(name)
            raise refused(did_you_mean(near) if near else UNKNOWN_UNIT, column="--unit", value=name)
        return unit

    def unit_within(self, text: str) -> UnitPlace | None:
        """The one unit whose name a title holds; None where it holds none, or several apart from each other."""
        inside = compared(text)
        held = [name for name in self._units if name in inside]
        longest = [name for name in held if not any(name != other and name in other for other in held)]
        return self._units[longest[0]] if len(longest) == 1 else None

    def named_alone(self, text: str) -> UnitPlace | None:
        """The unit of a line with nothing else on it: ``财政局``, ``单位:财政局``, ``财政局岗位廉政风险点登记表``."""
        narrow = unicodedata.normalize("NFKC", text)
        said = _UNIT_SAID.sub("", narrow)
        return self.unit(said) or (self.unit_within(said) if said != narrow or _TITLE.search(narrow) else None)

    def unit_and_section(self, text: str) -> tuple[UnitPlace, str] | None:
        """``财政局/采购科`` and ``财政局采购科``: the unit that a text begins with, the longest, and what follows."""
        parts = (text[:at] for at in range(len(text) - _SHORTEST_REST, 0, -1))
        found = next((part for part in parts if compared(part) in self._units), None)
        if found is None:
            return None
        section = text[len(found) :].strip(" \u3000/\\-—–·:：,，、()（）")
        return self._units[compared(found)], section

    def by_id(self, unit_id: int) -> UnitPlace:
        """A unit by its id."""
        return self._by_id[unit_id]

    def standing(self, unit_id: int) -> UnitPlace | None:
        """A unit by its id, if it has not ended."""
        return self._by_id.get(unit_id)

    def post(self, code: str) -> PostPlace | None:
        """The post of a code."""
        return self._codes.get(compared(code))

    def titled(self, title: str, unit: UnitPlace) -> list[PostPlace]:
        """The posts of a unit with a title; where it has none, those of the units below."""
        named = self._titles.get(compared(title), [])
        own = [post for post in named if post.unit_id == unit.id]
        return own or [post for post in named if self.is_below(post.unit_id, unit)]

    def is_below(self, unit_id: int, unit: UnitPlace) -> bool:
        """Whether a unit is another one, or below it."""
        return self._by_id[unit_id].path.startswith(unit.path)

    def near_units(self, name: str) -> str:
        """A few units whose names are like a name, the most alike first; empty where none is."""
        return _near(name, (unit.name for unit in self.units))

    def near_codes(self, code: str) -> str:
        """A few codes of posts that are like a code."""
        return _near(code, (post.code for post in self.posts))

    def near_titles(self, title: str, unit: UnitPlace) -> str:
        """A few titles of a unit's posts that are like a title."""
        return _near(title, (post.title for post in self.posts if post.unit_id == unit.id))

    @cached_property
    def _units(self) -> Mapping[str, UnitPlace]:
        return {compared(unit.name): unit for unit in self.units}

    @cached_property
    def _without_region(self) -> Mapping[str, UnitPlace | None]:
        """The units whose names begin with a region, by the rest; None where several have the same."""
        found: dict[str, UnitPlace | None] = {}
        for name, unit in self._units.items():
            for region in _REGION.finditer(name):
                rest = name[region.end() :]
                found[rest] = None if rest in found else unit
        return found

    @cached_property
    def _by_id(self) -> Mapping[int, UnitPlace]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _codes(self) -> Mapping[str, PostPlace]:
        return {compared(post.code): post for post in self.posts}

    @cached_property
    def _titles(self) -> Mapping[str, list[PostPlace]]:
        titles: dict[str, list[PostPlace]] = {}
        for post in self.posts:
            titles.setdefault(compared(post.title), []).append(post)
        return titles


def did_you_mean(names: str) -> Phrase:
    """What is said of a name that is not known, where others are like it."""
    return phrase("Did you mean {names}?", names=names)


def compared(name: str) -> str:
    """A name without differences of width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _near(name: str, names: Iterable[str]) -> str:
    known = list(dict.fromkeys(names))
    holding = sorted((one for one in known if name and (name in one or one in name)), key=lambda one: (len(one), one))
    alike = get_close_matches(name, known, n=_NEAR, cutoff=_ALIKE)
    return _EITHER.join(list(dict.fromkeys([*holding, *alike]))[:_NEAR])
