"""A file's points against those that stand (``known``): what is new, what is changed, what is gone.

What is not accepted yet belongs to its holder, in chat, and so does a point that its holder is writing anew: an import
neither changes nor ends these.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from messages.errors import Fault
from messages.register import words
from messages.register.columns import Column
from messages.register.known import Known
from messages.register.placing import Placed
from messages.register.plans import Changed, Created, Plan
from messages.register.records import PointState, RiskLevel, Workflow
from messages.register.rows import RegisterRow
from messages.register.saying import content_of, same
from messages.register.standing import KeptPoint, Standing
from messages.text.phrase import Phrase, phrase

_STANDS: Final = frozenset({PointState.ACCEPTED, PointState.REVISED})
_Pairs: TypeAlias = Sequence[tuple[Placed, KeptPoint | None]]
"""Rows, each with the point that it means; None: a new one."""


@dataclass(kw_only=True)
class Matcher:
    """Matches placed rows; in ``faults`` is what cannot be. ``level`` is taken where a sheet has no levels."""

    standing: Standing
    level: RiskLevel
    longest_post: int
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = Known(points=self.standing.points, says=lambda one, kept: self._changed(one, kept) is None)

    def plan(self, placed: Sequence[Placed], *, replace_all: bool) -> Plan:
        """What the import changes. ``replace_all`` ends the points of the file's units that the file lacks."""
        pairs = [*zip(placed, self._known.match(placed), strict=True)]
        settled = [(one, kept) for one, kept in pairs if kept is not None and kept.state is PointState.ACCEPTED]
        updated = [change for one, kept in settled if (change := self._changed(one, kept)) is not None]
        absent = self._absent({one.unit.id for one in placed})
        ended = [point for point in absent if replace_all and point.state is PointState.ACCEPTED]
        self._refuse(pairs, ended, updated)
        states = Counter(kept.state for _, kept in pairs if kept is not None)
        return Plan(
            created=tuple(self._created(one) for one, kept in pairs if kept is None),
            updated=tuple(updated),
            ended=tuple(ended),
            unchanged=len(settled) - len(updated),
            in_chat=states.total() - states[PointState.ACCEPTED] - states[PointState.REVISED],
            revising=states[PointState.REVISED],
            left=len(absent) - len(ended),
            nodes=self._nodes(placed),
        )

    def _created(self, one: Placed) -> Created:
        return Created(
            unit_id=one.unit.id,
            post_id=one.post.id if one.post else None,
            ref=one.row.ref or None,
            content=content_of(one, None, self.level),
        )

    def _changed(self, one: Placed, kept: KeptPoint) -> Changed | None:
        """What of a point changes; None where nothing does."""
        if kept.id in self._known.same:
            return None
        content = content_of(one, kept.content, self.level)
        post_id = one.post.id if one.post else None
        ref = one.row.ref or kept.ref
        moved = post_id != kept.post_id or (post_id is None and one.unit.id != kept.unit_id)
        if not moved and ref == kept.ref and same(content, kept.content):
            return None
        return Changed(kept=kept, unit_id=one.unit.id, post_id=post_id, ref=ref, content=content)

    def _absent(self, units: set[int]) -> list[KeptPoint]:
        taken = self._known.taken
        return [point for point in self.standing.points if point.unit_id in units and point.id not in taken]

    def _nodes(self, placed: Iterable[Placed]) -> dict[str, Workflow | None]:
        found: dict[str, Workflow | None] = {}
        for one in placed:
            node, workflow = one.row.node, one.row.workflow
            new = node and node not in self.standing.nodes
            if new or (workflow is not None and node in self.standing.unsaid):
                found[node] = found.get(node) or workflow
        return found

    def _refuse(self, pairs: _Pairs, ended: Sequence[KeptPoint], updated: Sequence[Changed]) -> None:
        for one, kept in pairs:
            if kept is None:
                self._refuse_unknown(one.row)
                self._refuse_unaccepted(one.row)
            else:
                self._refuse_another(one, kept)
        self._refuse_twice(pairs)
        renamed = (one.kept for one in updated if (one.unit_id, one.ref) != (one.kept.unit_id, one.kept.ref))
        self._refuse_called(pairs, {point.id for point in (*ended, *renamed)})
        self._refuse_many(pairs, {point.id for point in ended})

    def _refuse_unknown(self, row: RegisterRow) -> None:
        if row.own_id is not None:
            message = phrase("There is no such point; leave it empty for a new one.")
            self._fault(row, Column.REF, f"#{row.own_id}", message)

    def _refuse_another(self, one: Placed, kept: KeptPoint) -> None:
        """A number whose place and name are both another point's was given elsewhere, as in another database."""
        row, here = one.row, (one.unit.id, one.post.id if one.post else None)
        if row.own_id is None or Column.NAME not in row.origin.told:
            return
        if here != (kept.unit_id, kept.post_id) and row.name != kept.content.name:
            message = phrase(
                "This number is that of another point, «{name}»: leave it empty for a new one.", name=kept.content.name
            )
            self._fault(row, Column.REF, f"#{row.own_id}", message)

    def _refuse_unaccepted(self, row: RegisterRow) -> None:
        if row.own_id is None and row.state is not None and row.state not in _STANDS:
            message = phrase(
                "What is not accepted yet is written in chat, by the post's holder; accepted here: {word}, or nothing.",
                word=words.STATE_WORDS[PointState.ACCEPTED],
            )
            self._fault(row, Column.STATE, words.STATE_WORDS[row.state], message)

    def _refuse_twice(self, pairs: _Pairs) -> None:
        first: dict[Hashable, RegisterRow] = {}
        for one, kept in pairs:
            row = one.row
            others = [first.setdefault(called, row) for called in _called(one, kept)]
            other = next((other for other in others if other is not row), None)
            if other is not None:
                message = phrase("This point stands at {where} already: once is accepted.", where=_where(row, other))
                self._fault(row, Column.REF, _ref(row), message)

    def _refuse_called(self, pairs: _Pairs, freed: set[int]) -> None:
        """A unit calls one point so, unless that ends, or is called otherwise from now on: it is ``freed``."""
        for one, kept in pairs:
            if kept is None or one.row.own_id is None or kept.state is not PointState.ACCEPTED:
                continue
            other = self._known.by_ref.get((one.unit.id, one.row.ref or kept.ref or ""))
            if other is not None and other.id != kept.id and other.id not in freed:
                message = phrase("Another point of {unit} is called so.", unit=one.unit.name)
                self._fault(one.row, Column.REF, _ref(one.row), message)

    def _refuse_many(self, pairs: _Pairs, gone: set[int]) -> None:
        """A post has so many points at most."""
        counts = Counter(point.post_id for point in self.standing.points if point.id not in gone)
        for one, kept in pairs:
            if one.post is None or (kept is not None and kept.post_id == one.post.id):
                continue
            counts[one.post.id] += 1
            if counts[one.post.id] == self.longest_post + 1:
                message = phrase("A post has at most {most} risk points.", most=self.longest_post)
                column = Column.POST_CODE if one.row.post_code else Column.POST
                self._fault(one.row, column, one.row.post_code or one.row.post, message)

    def _fault(self, row: RegisterRow, column: Column, value: str, message: Phrase) -> None:
        origin = row.origin
        fault = Fault(sheet=origin.sheet, line=row.line, column=origin.names.get(column), value=value, message=message)
        self.faults.append(fault)


def _called(one: Placed, kept: KeptPoint | None) -> Iterator[Hashable]:
    """What no other row may mean: the point, and what its unit calls it."""
    if kept is not None:
        yield kept.id
    ref = one.row.ref or (kept.ref if kept is not None else None)
    if ref:
        yield one.unit.id, ref


def _ref(row: RegisterRow) -> str:
    return row.ref or (f"#{row.own_id}" if row.own_id is not None else "")


def _where(row: RegisterRow, other: RegisterRow) -> Phrase:
    """Where the other row is: its line, and its sheet where that is another one."""
    if other.origin.sheet is not None and other.origin.sheet != row.origin.sheet:
        return phrase("sheet {sheet}, line {line}", sheet=other.origin.sheet, line=other.line)
    return phrase("line {line}", line=other.line)
