"""A matter as it is kept, with what tells a source's word from a person's: what is written is decided over these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, MatterState, Method, Source

Place: TypeAlias = tuple[Milestone, str]
"""Of which milestone and part a fact is."""
Named: TypeAlias = tuple[str, int]
"""A named post: for which milestone (empty: for every step), and its id."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a matter is. ``told``: what each source said of these last, by field, as the words that it said."""

    ref: str
    kind: MatterKind
    title: str
    buyer: str
    unit_id: int | None
    amount: str | None
    currency: str | None
    method: Method
    method_said: str | None
    state: MatterState
    source: Source
    why: str | None
    released_at: datetime | None
    told: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class KeptFact:
    """A date as it is kept: none (``at``) where a person took it away; ``told`` is what each source told of it last.

    ``id`` is None of one that is not in the store yet; ``person_id`` is who entered it, None for a source.
    """

    id: int | None
    milestone: Milestone
    part: str
    at: datetime | None
    whole_day: bool
    changed_at: datetime
    person_id: int | None
    told: Mapping[str, str]

    @property
    def place(self) -> Place:
        """Of which milestone and part it is."""
        return self.milestone, self.part

    @property
    def fact(self) -> Fact | None:
        """The fact, where there is one."""
        if self.at is None:
            return None
        return Fact(milestone=self.milestone, part=self.part, at=self.at, whole_day=self.whole_day)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A matter as it is kept, held so that nobody else changes it meanwhile; ``unit`` is its unit's name."""

    id: int
    version: int
    unit: str | None
    unit_path: str | None
    created_at: datetime
    standing: Standing
    facts: Mapping[Place, KeptFact]
    posts: frozenset[Named]
