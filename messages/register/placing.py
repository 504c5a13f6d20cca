"""Where each point of a file belongs: its unit and its post, and what is wrong with what the file says of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from messages.errors import Fault
from messages.register.columns import Column
from messages.register.directory import UNKNOWN_UNIT, Directory, PostPlace, UnitPlace, did_you_mean
from messages.register.rows import Origin, RegisterRow
from messages.text.phrase import Phrase, phrase

_POSTS_NAMED = 5
_BETWEEN_POSTS = re.compile(r"[、,，;；/\s和及]+")
_ONE_POST = phrase("One post on each line is accepted: please write a line for each of them.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A row with its unit, its post (None: it is the unit's) and its section."""

    row: RegisterRow
    unit: UnitPlace
    post: PostPlace | None
    section: str


@dataclass(kw_only=True)
class Placer:
    """Places rows; ``given`` is the unit of sheets that name none. In ``faults`` is what cannot be placed."""

    directory: Directory
    given: UnitPlace | None
    faults: list[Fault] = field(default_factory=list)
    _of_sheets: dict[int, UnitPlace | None] = field(default_factory=dict)
    _told: set[int] = field(default_factory=set)
    _near: dict[str, str] = field(default_factory=dict)

    def place(self, rows: Iterable[RegisterRow]) -> Iterator[Placed]:
        """Those rows that have a place."""
        for row in rows:
            found = self._placed(row)
            if found is not None:
                yield found

    def _placed(self, row: RegisterRow) -> Placed | None:
        before = len(self.faults)
        unit, section = self._unit(row)
        if len(self.faults) > before:
            return None
        post = self._post(row, unit)
        if len(self.faults) > before:
            return None
        if post is not None and (unit is None or post.unit_id != unit.id):
            unit = self.directory.by_id(post.unit_id)
        if unit is None:
            self._no_unit(row)
            return None
        return Placed(row=row, unit=unit, post=post, section=section)

    def _unit(self, row: RegisterRow) -> tuple[UnitPlace | None, str]:
        """The unit and the section that a row says, or else its sheet."""
        around = self._around(row)
        if not row.unit:
            if not row.below and not row.post_code:
                self._refuse_another(row)
            below = self._section_as_unit(row.section, around)
            return (below, "") if below is not None else (around, row.section)
        known = self.directory.unit(row.unit)
        if known is not None:
            below = self._section_as_unit(row.section, known) if row.own_id is None else None
            return (below, "") if below is not None else (known, row.section)
        both = self.directory.unit_and_section(row.unit)
        if both is not None and not row.section:
            return both
        if row.origin.parts_as_units and around is not None and not row.section and not self._is_like_a_unit(row.unit):
            return around, row.unit
        self._unknown_unit(row)
        return None, ""

    def _around(self, row: RegisterRow) -> UnitPlace | None:
        """The unit of the heading above a row, else of its sheet."""
        if row.below and (unit := self.directory.named_alone(row.below)) is not None:
            return unit
        key = id(row.origin)
        if key not in self._of_sheets:
            self._of_sheets[key] = self._of_sheet(row.origin)
        return self._of_sheets[key]

    def _of_sheet(self, origin: Origin) -> UnitPlace | None:
        """By its name, else by a title above its header, else the one that is given."""
        name = origin.sheet or ""
        found = self.directory.unit(name) or self.directory.unit_within(name)
        return found or self._titled(origin) or self.given

    def _titled(self, origin: Origin) -> UnitPlace | None:
        titled = (self.directory.unit_within(title) for title in origin.titles)
        return next((unit for unit in titled if unit is not None), None)

    def _refuse_another(self, row: RegisterRow) -> None:
        """Where a sheet and the title on it name units apart from each other, it is told once."""
        origin = row.origin
        unit, titled = self._of_sheets[id(origin)], self._titled(origin)
        if unit is None or titled is None or id(origin) in self._told:
            return
        above = self.directory.is_below(unit.id, titled) or self.directory.is_below(titled.id, unit)
        if not above:
            self._told.add(id(origin))
            message = phrase(
                "The sheet is called {sheet}, and its title names {unit}.", sheet=unit.name, unit=titled.name
            )
            self.faults.append(Fault(sheet=origin.sheet, line=origin.line, value=origin.titles[0], message=message))

    def _section_as_unit(self, section: str, unit: UnitPlace | None) -> UnitPlace | None:
        """A section that is a unit of its own below another one."""
        found = self.directory.unit(section) if section else None
        if found is None or unit is None or not self.directory.is_below(found.id, unit):
            return None
        return found

    def _is_like_a_unit(self, name: str) -> bool:
        """Whether a unit of nearly this name ends as it does: as ``财证局`` and 财政局, not ``教育科`` and 教育局."""
        return any(unit.endswith(name[-1]) for unit in self._near_units(name).split("、") if unit)

    def _near_units(self, name: str) -> str:
        if name not in self._near:
            self._near[name] = self.directory.near_units(name)
        return self._near[name]

    def _post(self, row: RegisterRow, unit: UnitPlace | None) -> PostPlace | None:
        if row.post_code:
            return self._of_code(row, unit)
        return self._of_title(row, unit) if row.post and unit is not None else None

    def _of_code(self, row: RegisterRow, unit: UnitPlace | None) -> PostPlace | None:
        post = self.directory.post(row.post_code)
        if post is None:
            near = self.directory.near_codes(row.post_code)
            accepted = phrase("The code of a post of the roster is accepted.")
            message = did_you_mean(near) if near else accepted
            several = all(self.directory.post(one) for one in _several(row.post_code))
            self._fault(row, Column.POST_CODE, row.post_code, _ONE_POST if several else message)
        elif row.unit and unit is not None and not self.directory.is_below(post.unit_id, unit):
            other = self.directory.by_id(post.unit_id).name
            message = phrase("This post belongs to {unit}.", unit=other)
            self._fault(row, Column.POST_CODE, row.post_code, message)
        return post

    def _of_title(self, row: RegisterRow, unit: UnitPlace) -> PostPlace | None:
        posts = self.directory.titled(row.post, unit)
        if len(posts) == 1:
            return posts[0]
        if posts:
            codes = "、".join(post.code for post in posts[:_POSTS_NAMED])
            message = phrase(
                "{unit} has several posts of this title: please write the code in a column 岗位编号, one of {codes}.",
                unit=unit.name,
                codes=codes,
            )
            self._fault(row, Column.POST, row.post, message)
            return None
        near = self.directory.near_titles(row.post, unit)
        unknown = phrase("The title of a post of {unit} is accepted.", unit=unit.name)
        several = all(self.directory.titled(one, unit) for one in _several(row.post))
        self._fault(row, Column.POST, row.post, _ONE_POST if several else did_you_mean(near) if near else unknown)
        return None

    def _unknown_unit(self, row: RegisterRow) -> None:
        near = self._near_units(row.unit)
        self._fault(row, Column.UNIT, row.unit, did_you_mean(near) if near else UNKNOWN_UNIT)

    def _no_unit(self, row: RegisterRow) -> None:
        """Once for each sheet."""
        origin = row.origin
        if id(origin) in self._told:
            return
        self._told.add(id(origin))
        message = phrase(
            "A unit is needed: a column 单位, a sheet or a title called by its name, or --unit on the command line."
        )
        self.faults.append(Fault(sheet=origin.sheet, line=origin.line, value=origin.sheet, message=message))

    def _fault(self, row: RegisterRow, column: Column, value: str, message: Phrase) -> None:
        origin = row.origin
        fault = Fault(sheet=origin.sheet, line=row.line, column=origin.names[column], value=value, message=message)
        self.faults.append(fault)


def _several(text: str) -> list[str]:
    """The parts of a text of several; one that is nobody's where it is of one part only."""
    parts = [part for part in _BETWEEN_POSTS.split(text) if part]
    return parts if len(parts) > 1 else [""]
