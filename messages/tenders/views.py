"""What is told of matters to who looks at them, and what came of what was told of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from messages.errors import LianxunError
from messages.notices import Json
from messages.tenders.milestones import MatterKind, Milestone, is_act
from messages.tenders.records import Fact, Limit, Matter, MatterState, PromptKind


class Outcome(StrEnum):
    """What came of what a source told of a matter."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A matter after what was told of it, and what came of that."""

    outcome: Outcome
    matter: Matter


@dataclass(frozen=True, kw_only=True)
class TakenAll:
    """How many matters were created, changed and left as they were; ``refused`` says which were not taken, and why.

    ``unplaced`` counts those of the former whose buyer is no unit that is known.
    """

    created: int
    changed: int
    unchanged: int
    unplaced: int
    refused: tuple[tuple[str, LianxunError], ...] = ()


@dataclass(frozen=True, kw_only=True)
class KnownFact:
    """A fact as it stands: since when, and who entered it (code and name; None: a source told it)."""

    fact: Fact
    changed_at: datetime
    person: str | None
    name: str | None

    def awaits_word(self, now: datetime) -> bool:
        """Whether it was only planned, and its time has passed since: nobody has said yet that it was done."""
        return self.changed_at < self.fact.at <= now and is_act(self.fact.milestone)


@dataclass(frozen=True, kw_only=True)
class KnownPrompt:
    """A prompt: when it is to be told, or (``settled_at``) what became of it, and by which ``notices``.

    ``matter_kind`` and ``unit_id`` are those of its matter when it was settled.
    ``rule`` is empty of a prompt of the matter itself. ``tells`` are the dates that it tells. ``people`` counts those
    to whom its notices went, ``delivered`` whom they reached; ``obligations`` counts the posts that were to acknowledge
    it, ``acknowledged`` those that have.
    """

    id: int
    rule: str
    part: str
    kind: PromptKind
    turn: int
    at: datetime
    tells: Mapping[str, Json]
    settled_at: datetime | None = None
    outcome: str | None = None
    matter_kind: MatterKind | None = None
    unit_id: int | None = None
    notices: tuple[int, ...] = ()
    notice_key: str | None = None
    people: int = 0
    delivered: int = 0
    obligations: int = 0
    acknowledged: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """Of which limit it is: by rule and part."""
        return self.rule, self.part


@dataclass(frozen=True, kw_only=True)
class KnownLimit:
    """A limit as it stands in the store, with its prompts in the order of time. Its id stays while its rule applies."""

    id: int
    limit: Limit
    prompts: tuple[KnownPrompt, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NamedPost:
    """A post that is named as responsible for a step (None: for every step), and who holds it now."""

    milestone: Milestone | None
    id: int
    code: str
    title: str
    holder: str | None


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What happened to a matter, and by whom (code and name; None: by a source, or by itself)."""

    at: datetime
    kind: str
    person: str | None
    name: str | None
    body: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A matter with all that is known of it: facts by milestone, limits in the order of time, events as they came.

    ``prompts`` are those of the matter itself. ``declared`` counts the people who declared, as far as the viewer may
    know of it, ``interests`` those of them who have one. ``may_enter``: the viewer may change all of it; ``may_move``:
    at least its dates.
    """

    matter: Matter
    facts: tuple[KnownFact, ...]
    limits: tuple[KnownLimit, ...]
    prompts: tuple[KnownPrompt, ...]
    posts: tuple[NamedPost, ...]
    events: tuple[Happened, ...]
    declared: int
    interests: int
    may_enter: bool
    may_move: bool


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which matters: any where nothing is said. ``words`` are looked for in title, number and buyer.

    What is broken or overdue is looked for among the matters that run, where no ``states`` are said.

    ``unit`` is a unit's name, which stands for all below it too; ``unplaced``: those of no unit. ``broken``: only those
    of which a limit is broken or overdue. ``mine``: only those for a step of which the viewer answers. ``urgent`` is no
    filter: those come first that run and of which something is broken or overdue, or due first, not the latest changed.
    """

    states: tuple[MatterState, ...] = ()
    kinds: tuple[MatterKind, ...] = ()
    unit: str | None = None
    unplaced: bool = False
    words: str | None = None
    broken: bool = False
    mine: bool = False
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A matter in a list: its ``next`` limit that is still to be kept, and how many are broken or overdue."""

    matter: Matter
    next: Limit | None
    broken: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the matters: page ``number`` of ``pages``, both from 1; ``total`` counts them on all pages.

    ``by_state`` counts those that meet the filter but for its states, by state.
    """

    lines: tuple[Line, ...]
    number: int
    pages: int
    total: int
    by_state: Mapping[MatterState, int]


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A limit of a matter that is broken or overdue; ``limit_id`` is its row's."""

    matter: Matter
    limit_id: int
    limit: Limit


@dataclass(frozen=True, kw_only=True)
class BreachPage:
    """Some of the breaches, those of the latest dates first: page ``number`` of ``pages``, both from 1.

    ``by_unit`` are the units that have most on all pages, each with how many.
    """

    breaches: tuple[Breach, ...]
    number: int
    pages: int
    total: int
    by_unit: tuple[tuple[str, int], ...] = ()
