"""A file's points against those that stand: what is new, what is changed, what is gone.

A point is known by its number or by what the office calls it; else by its place and what it is about: unit, post,
section, node, duty, category and name, one after the other where several are alike. Of these a sheet without the column
says nothing. What is not accepted yet belongs to its holder, in chat: an import leaves it as it is.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

from messages.errors import Fault
from messages.register import texts, words
from messages.register.columns import Column
from messages.register.placing import Placed
from messages.register.records import Content, PointState, RiskLevel, Workflow
from messages.register.rows import RegisterRow
from messages.register.standing import KeptPoint, Standing
from messages.sheets.cells import Unreadable
from messages.text.phrase import Phrase, phrase

_ABOUT: Final = (Column.NODE, Column.DUTY, Column.CATEGORY)
_TEXTS: Final = (
    Column.NAME,
    Column.CATEGORY,
    Column.DESCRIPTION,
    Column.CONTROLS,
    Column.INDICATORS,
    Column.NODE,
    Column.DUTY,
    Column.SECTION,
    Column.RESPONSIBLE,
    Column.LEADING,
)
_STANDS: Final = frozenset({PointState.ACCEPTED, PointState.REVISED})

_ALIKE_SEEN: Final = 50
"""Points of the same place and name among which one is sought that says the same."""

_Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A point that stands, and what it says from now on, where."""

    kept: KeptPoint
    unit_id: int
    post_id: int | None
    ref: str | None
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """A new point."""

    unit_id: int
    post_id: int | None
    ref: str | None
    content: Content


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import changes; ``in_chat`` counts points that are not accepted yet, ``left`` those the file lacks.

    ``nodes`` are nodes that are new, or of which a workflow is said for the first time.
    """

    created: tuple[Created, ...]
    updated: tuple[Changed, ...]
    ended: tuple[KeptPoint, ...]
    unchanged: int
    in_chat: int
    left: int
    nodes: Mapping[str, Workflow | None]

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.created or self.updated or self.ended or self.nodes)


@dataclass(kw_only=True)
class Matcher:
    """Matches placed rows; in ``faults`` is what cannot be. ``level`` is taken where a sheet has no levels."""

    standing: Standing
    level: RiskLevel
    longest_post: int
    faults: list[Fault] = field(default_factory=list)
    _taken: set[int] = field(default_factory=set)
    _same: set[int] = field(default_factory=set)
    _indexes: dict[frozenset[Column], dict[_Key, deque[KeptPoint]]] = field(default_factory=dict)

    def plan(self, placed: Sequence[Placed], *, replace_all: bool) -> Plan:
        """What the import changes. ``replace_all`` ends the points of the file's units that the file lacks."""
        self._refuse_twice(placed)
        matches = self._match(placed)
        created, updated = [], []
        unchanged = in_chat = 0
        for one, kept in zip(placed, matches, strict=True):
            if kept is None:
                self._refuse_unaccepted(one.row)
                created.append(self._created(one))
            elif kept.state is not PointState.ACCEPTED:
                in_chat += 1
            elif kept.id in self._same:
                unchanged += 1
            elif (change := self._changed(one, kept)) is not None:
                updated.append(change)
            else:
                unchanged += 1
        absent = self._absent({one.unit.id for one in placed})
        ended = [point for point in absent if replace_all and point.state is PointState.ACCEPTED]
        self._refuse_many(placed, matches, ended)
        return Plan(
            created=tuple(created),
            updated=tuple(updated),
            ended=tuple(ended),
            unchanged=unchanged,
            in_chat=in_chat,
            left=len(absent) - len(ended),
            nodes=self._nodes(placed),
        )

    def _match(self, placed: Sequence[Placed]) -> list[KeptPoint | None]:
        """By what a point is called; then those that say the same; then by what they are about."""
        found: list[KeptPoint | None] = [self._called(one.row) for one in placed]
        for same in (True, False):
            for at, one in enumerate(placed):
                if found[at] is None and one.row.own_id is None:
                    found[at] = self._alike(one, same=same)
        return found

    def _called(self, row: RegisterRow) -> KeptPoint | None:
        if row.own_id is not None:
            kept = self._by_id.get(row.own_id)
            if kept is None:
                message = phrase("There is no such point; leave it empty for a new one.")
                self._fault(row, Column.REF, f"#{row.own_id}", message)
        else:
            kept = self._by_ref.get(row.ref) if row.ref else None
        return self._take(kept)

    def _alike(self, one: Placed, *, same: bool) -> KeptPoint | None:
        told = frozenset(column for column in _ABOUT if column in one.row.origin.told)
        queue = self._index(told).get(_key_of(one, told), deque())
        while queue and queue[0].id in self._taken:
            queue.popleft()
        free = (kept for kept in queue if kept.id not in self._taken and not (one.row.ref and kept.ref))
        for kept in islice(free, _ALIKE_SEEN if same else 1):
            if not same:
                return self._take(kept)
            if self._changed(one, kept) is None:
                self._same.add(kept.id)
                return self._take(kept)
        return None

    def _take(self, kept: KeptPoint | None) -> KeptPoint | None:
        if kept is not None:
            self._taken.add(kept.id)
        return kept

    def _index(self, told: frozenset[Column]) -> dict[_Key, deque[KeptPoint]]:
        if told not in self._indexes:
            index: dict[_Key, deque[KeptPoint]] = defaultdict(deque)
            for kept in self.standing.points:
                index[_key(kept, told)].append(kept)
            self._indexes[told] = index
        return self._indexes[told]

    def __post_init__(self) -> None:
        self._by_id = {point.id: point for point in self.standing.points}
        self._by_ref = {point.ref: point for point in self.standing.points if point.ref}

    def _created(self, one: Placed) -> Created:
        post = one.post
        return Created(
            unit_id=one.unit.id,
            post_id=post.id if post else None,
            ref=one.row.ref or None,
            content=self._content(one, None),
        )

    def _changed(self, one: Placed, kept: KeptPoint) -> Changed | None:
        """What of a point changes; None where nothing does."""
        content = self._content(one, kept.content)
        post_id = one.post.id if one.post else None
        ref = one.row.ref or kept.ref
        moved = post_id != kept.post_id or (post_id is None and one.unit.id != kept.unit_id)
        if not moved and ref == kept.ref and _same(content, kept.content):
            return None
        return Changed(kept=kept, unit_id=one.unit.id, post_id=post_id, ref=ref, content=content)

    def _content(self, one: Placed, before: Content | None) -> Content:
        """What a row says; of what its sheet has no column for, what stood before."""
        row, told = one.row, one.row.origin.told
        said = {column.value: getattr(row, column.value) for column in _TEXTS} | {"section": one.section}
        if before is not None:
            unsaid = (column.value for column in _TEXTS if column not in told)
            said |= {name: getattr(before, name) for name in unsaid if not said[name] or name == "name"}
        bases = row.bases if before is None or Column.BASES in told else before.bases
        level = row.level or (before.level if before is not None else self.level)
        return Content(**said, level=level, bases=bases)

    def _absent(self, units: set[int]) -> list[KeptPoint]:
        return [point for point in self.standing.points if point.unit_id in units and point.id not in self._taken]

    def _nodes(self, placed: Iterable[Placed]) -> dict[str, Workflow | None]:
        found: dict[str, Workflow | None] = {}
        for one in placed:
            node, workflow = one.row.node, one.row.workflow
            new = node and node not in self.standing.nodes
            if new or (workflow is not None and node in self.standing.unsaid):
                found[node] = found.get(node) or workflow
        return found

    def _refuse_twice(self, placed: Sequence[Placed]) -> None:
        first: dict[object, RegisterRow] = {}
        for one in placed:
            row = one.row
            called = row.own_id if row.own_id is not None else row.ref
            if called == "":
                continue
            other = first.setdefault(called, row)
            if other is not row:
                message = phrase("This point stands at {where} already: once is accepted.", where=_where(row, other))
                self._fault(row, Column.REF, row.ref or f"#{row.own_id}", message)

    def _refuse_unaccepted(self, row: RegisterRow) -> None:
        if row.own_id is None and row.state is not None and row.state not in _STANDS:
            message = phrase(
                "What is not accepted yet is written in chat, by the post's holder; accepted here: {word}, or nothing.",
                word=words.STATE_WORDS[PointState.ACCEPTED],
            )
            self._fault(row, Column.STATE, words.STATE_WORDS[row.state], message)

    def _refuse_many(
        self, placed: Sequence[Placed], matches: Sequence[KeptPoint | None], ended: Sequence[KeptPoint]
    ) -> None:
        """A post has so many points at most."""
        gone = {point.id for point in ended}
        counts = Counter(point.post_id for point in self.standing.points if point.id not in gone)
        for one, kept in zip(placed, matches, strict=True):
            if one.post is None or (kept is not None and kept.post_id == one.post.id):
                continue
            counts[one.post.id] += 1
            if counts[one.post.id] == self.longest_post + 1:
                message = phrase("A post has at most {most} risk points.", most=self.longest_post)
                column = Column.POST_CODE if one.row.post_code else Column.POST
                self._fault(one.row, column, one.row.post_code or one.row.post, message)

    def _fault(self, row: RegisterRow, column: Column, value: str, message: Phrase) -> None:
        origin = row.origin
        fault = Fault(sheet=origin.sheet, line=row.line, column=origin.names[column], value=value, message=message)
        self.faults.append(fault)


def _where(row: RegisterRow, other: RegisterRow) -> Phrase:
    """Where the other row is: its line, and its sheet where that is another one."""
    if other.origin.sheet is not None and other.origin.sheet != row.origin.sheet:
        return phrase("sheet {sheet}, line {line}", sheet=other.origin.sheet, line=other.line)
    return phrase("line {line}", line=other.line)


def _key_of(one: Placed, told: frozenset[Column]) -> _Key:
    about = (getattr(one.row, column.value) for column in _ABOUT if column in told)
    return _place(one.unit.id, one.post.id if one.post else None), one.section, one.row.name, *about


def _key(kept: KeptPoint, told: frozenset[Column]) -> _Key:
    content = kept.content
    about = (getattr(content, column.value) for column in _ABOUT if column in told)
    return _place(kept.unit_id, kept.post_id), content.section, content.name, *about


def _place(unit_id: int, post_id: int | None) -> _Key:
    """Of a post the unit says nothing: it may have moved since."""
    return (unit_id, None) if post_id is None else (None, post_id)


def _same(said: Content, kept: Content) -> bool:
    """Whether a file says what stands; a text in a sheet is without the spaces around it."""
    if said == kept:
        return True
    if set(said.bases) != set(kept.bases) or said.level is not kept.level:
        return False
    return all(_reads(column, getattr(said, column.value), getattr(kept, column.value)) for column in _TEXTS)


def _reads(column: Column, said: str, kept: str) -> bool:
    try:
        return said == kept or said == texts.compared(column, kept)
    except Unreadable:
        return False
