"""Which point that stands a line of a file means.

A point is known by our number of it, or by what its unit calls it; else by its place and what it is about: unit, post,
section, node, duty, category and name, one after the other where several are alike. Of these a sheet without the column
says nothing. Every unit numbers its own points: only our numbers name one across units.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

from messages.register.columns import Column
from messages.register.placing import Placed
from messages.register.standing import KeptPoint

_ABOUT: Final = (Column.NODE, Column.DUTY, Column.CATEGORY)
_ALIKE_SEEN: Final = 50
"""Points of the same place and name among which one is sought that says the same."""

_Key: TypeAlias = tuple[object, ...]


@dataclass(kw_only=True)
class Known:
    """Points that stand; ``says`` tells whether a row says what a point does.

    In ``taken`` are those that were found, in ``same`` those of which the row says what stands.
    """

    points: Sequence[KeptPoint]
    says: Callable[[Placed, KeptPoint], bool]
    taken: set[int] = field(default_factory=set)
    same: set[int] = field(default_factory=set)
    _indexes: dict[frozenset[Column], dict[_Key, deque[KeptPoint]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {point.id: point for point in self.points}
        self.by_ref = {(point.unit_id, point.ref): point for point in self.points if point.ref}

    def match(self, placed: Sequence[Placed]) -> list[KeptPoint | None]:
        """By what a point is called; then those that say the same; then by what they are about."""
        found = [self._called(one) for one in placed]
        for same in (True, False):
            for at, one in enumerate(placed):
                if found[at] is None and one.row.own_id is None:
                    found[at] = self._alike(one, same=same)
        return found

    def _called(self, one: Placed) -> KeptPoint | None:
        row = one.row
        kept = self._by_id.get(row.own_id) if row.own_id is not None else self.by_ref.get((one.unit.id, row.ref))
        return self._take(kept)

    def _alike(self, one: Placed, *, same: bool) -> KeptPoint | None:
        told = frozenset(column for column in _ABOUT if column in one.row.origin.told)
        queue = self._index(told).get(_key_of(one, told), deque())
        while queue and queue[0].id in self.taken:
            queue.popleft()
        free = (kept for kept in queue if kept.id not in self.taken and not (one.row.ref and kept.ref))
        for kept in islice(free, _ALIKE_SEEN if same else 1):
            if not same:
                return self._take(kept)
            if self.says(one, kept):
                self.same.add(kept.id)
                return self._take(kept)
        return None

    def _take(self, kept: KeptPoint | None) -> KeptPoint | None:
        if kept is not None:
            self.taken.add(kept.id)
        return kept

    def _index(self, told: frozenset[Column]) -> dict[_Key, deque[KeptPoint]]:
        if told not in self._indexes:
            index: dict[_Key, deque[KeptPoint]] = defaultdict(deque)
            for kept in self.points:
                index[_key(kept, told)].append(kept)
            self._indexes[told] = index
        return self._indexes[told]


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
