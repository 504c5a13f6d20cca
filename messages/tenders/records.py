"""Matters (事项) as types: what is known of a tender, a purchase or a recruitment, and what follows from it.

A *fact* is a date of a milestone: of what is to be, or of what was done. A *limit* is what a rule makes of the facts
(``schedules.tenders.limits``). A *prompt* is what people are told of a step, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.tenders.milestones import MatterKind, Milestone
from messages.text.phrase import Phrase, phrase

LONGEST_REF: Final = 120
"""Characters of an OCID, or of an office's own number (项目编号)."""
LONGEST_MATTER: Final = 300
"""Characters of a title and of a buyer's name."""
LONGEST_PART: Final = 80
"""Characters of the id of an award or a contract, where a matter has several."""
LONGEST_DECLARED: Final = 500
DEFAULT_CURRENCY: Final = "CNY"
"""The currency of an amount that has no other."""
NO_BUYER: Final = "—"
"""The buyer of a matter of which nobody says whose it is; no unit is meant by it."""


class MatterState(StrEnum):
    """How a matter stands."""

    PLANNED = "planned"
    ACTIVE = "active"
    AWARDED = "awarded"
    COMPLETE = "complete"
    UNSUCCESSFUL = "unsuccessful"  # 流标、废标
    CANCELLED = "cancelled"  # 终止


OVER: Final = frozenset({MatterState.COMPLETE, MatterState.UNSUCCESSFUL, MatterState.CANCELLED})
"""The states in which nobody is prompted any more."""


class Method(StrEnum):
    """How suppliers are chosen (采购方式)."""

    OPEN = "open"  # 公开招标
    INVITED = "invited"  # 邀请招标
    NEGOTIATION = "negotiation"  # 竞争性谈判
    CONSULTATION = "consultation"  # 竞争性磋商
    INQUIRY = "inquiry"  # 询价
    SINGLE_SOURCE = "single_source"  # 单一来源
    FRAMEWORK = "framework"  # 框架协议
    OTHER = "other"


METHODS: Final[Mapping[MatterKind, tuple[Method, ...]]] = MappingProxyType(
    {
        MatterKind.TENDER: (Method.OPEN, Method.INVITED, Method.OTHER),
        MatterKind.PROCUREMENT: tuple(Method),
        MatterKind.RECRUITMENT: (),
    }
)
"""The methods that the law knows for each kind: 招标投标法 article 10, 政府采购法 article 26."""


class Source(StrEnum):
    """Where what is known of a matter came from last."""

    OCDS = "ocds"
    SHEET = "sheet"
    INTERFACE = "interface"
    HAND = "hand"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """The date of a milestone; ``part`` names the award or contract where there are several, and is empty otherwise.

    ``whole_day``: only the day is known; ``at`` is then its beginning, or its end for what ends something.
    """

    milestone: Milestone
    at: datetime
    part: str = ""
    whole_day: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that a source tells of a matter; what it does not tell is None and stays as it was.

    ``facts`` are all of them that the source knows: with ``whole`` those of a milestone that it does not name are
    gone. ``posts`` are codes of named posts, by milestone (None: for every step). ``unit`` names the buyer's unit;
    where it is None, the ``buyer`` is looked for among the units and what the office has said of buyers before.
    ``kind_said``: whoever imports has said of what kind it is, which stays until that is said otherwise.
    ``watched`` names the source that a sheet came from: that which is watched, or as whoever imported it called it.
    """

    ref: str
    kind: MatterKind | None
    title: str | None
    buyer: str | None
    source: Source
    unit: str | None = None
    amount: str | None = None
    currency: str | None = None
    method: Method | None = None
    method_said: str | None = None
    state: MatterState | None = None
    facts: tuple[Fact, ...] = ()
    whole: bool = False
    posts: Mapping[Milestone | None, Sequence[str]] | None = None
    released_at: datetime | None = None
    kind_said: bool = False
    watched: str = ""

    @property
    def teller(self) -> str:
        """Whose word it is: what each told last is kept apart from what others told."""
        return f"{self.source.value}:{self.watched}" if self.watched else self.source.value


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter as it stands in the store; ``unit_id`` is None while its buyer is no unit that is known."""

    id: int
    ref: str
    version: int
    kind: MatterKind
    title: str
    buyer: str
    unit_id: int | None
    unit: str | None
    unit_path: str | None
    amount: str | None
    currency: str | None
    method: Method
    method_said: str | None
    state: MatterState
    source: Source
    why: str | None
    created_at: datetime
    changed_at: datetime
    created_by: int | None
    released_at: datetime | None


class LimitState(StrEnum):
    """How a limit stands."""

    WAITING = "waiting"  # what it counts from is not known yet
    OPEN = "open"  # it is to be kept still
    KEPT = "kept"
    BROKEN = "broken"  # a date breaks it
    OVERDUE = "overdue"  # it passed, and nothing was done
    PASSED = "passed"  # it need not be done, and its last day has gone by without it; kept as open, and shown so
    UNRECORDED = "unrecorded"  # the matter is over, and no date was entered; that breaks nothing


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What a rule comes to: by ``due_on`` at the latest, or (``earliest``) not before it; None: nothing is counted.

    ``from_at`` is when what it counts from happens, ``at`` the date of its own milestone, ``begins_at`` when its step
    becomes current; ``part`` as of facts. ``provisional``: the count touches a year without its official days.
    ``required``: what passes without its fact is overdue. ``article`` is the source, such as ``B24``.
    """

    rule: str
    milestone: Milestone
    part: str
    from_at: datetime | None
    begins_at: datetime | None
    at: datetime | None
    whole_day: bool
    due_on: date | None
    due_at: datetime | None
    earliest: bool
    provisional: bool
    required: bool
    state: LimitState
    article: str | None
    node: str


class PromptKind(StrEnum):
    """What people are told of a step."""

    CURRENT = "current"  # the step is theirs now
    SOON = "soon"  # its limit is near
    DAY = "day"  # it is today
    MOVED = "moved"  # of another date than they were told
    BROKEN = "broken"  # a date breaks its limit
    OVERDUE = "overdue"  # its limit has passed
    STOPPED = "stopped"  # the matter was cancelled, or came to nothing
    RESUMED = "resumed"  # and goes on after all
    PLACED = "placed"  # it is another unit's now


_STATES_SAID: Final[Mapping[MatterState, Phrase]] = MappingProxyType(
    {
        MatterState.PLANNED: phrase("in preparation"),
        MatterState.ACTIVE: phrase("under way"),
        MatterState.AWARDED: phrase("awarded"),
        MatterState.COMPLETE: phrase("completed"),
        MatterState.UNSUCCESSFUL: phrase("unsuccessful"),
        MatterState.CANCELLED: phrase("called off"),
    }
)
_METHODS_SAID: Final[Mapping[Method, Phrase]] = MappingProxyType(
    {
        Method.OPEN: phrase("open tender"),
        Method.INVITED: phrase("invited tender"),
        Method.NEGOTIATION: phrase("competitive negotiation"),
        Method.CONSULTATION: phrase("competitive consultation"),
        Method.INQUIRY: phrase("price inquiry"),
        Method.SINGLE_SOURCE: phrase("single source"),
        Method.FRAMEWORK: phrase("framework agreement"),
        Method.OTHER: phrase("another method"),
    }
)
_LIMITS_SAID: Final[Mapping[LimitState, Phrase]] = MappingProxyType(
    {
        LimitState.WAITING: phrase("not counted yet"),
        LimitState.OPEN: phrase("to be kept"),
        LimitState.KEPT: phrase("kept"),
        LimitState.BROKEN: phrase("broken"),
        LimitState.OVERDUE: phrase("overdue"),
        LimitState.PASSED: phrase("passed without it"),
        LimitState.UNRECORDED: phrase("not recorded"),
    }
)


def matter_state_said(state: MatterState) -> Phrase:
    """How a matter stands, to be said to people."""
    return _STATES_SAID[state]


def method_said(method: Method) -> Phrase:
    """How suppliers are chosen, to be said to people."""
    return _METHODS_SAID[method]


def limit_state_said(state: LimitState) -> Phrase:
    """How a limit stands, to be said to people."""
    return _LIMITS_SAID[state]


def is_passed_by(limit: Limit, now: datetime) -> bool:
    """Whether the day of what need not be done has gone by, without it: nothing is to be said of that any more."""
    optional = limit.state is LimitState.OPEN and not limit.required
    gone = optional and not limit.earliest and limit.due_at is not None and limit.due_at <= now
    return gone or limit.state is LimitState.PASSED


def at_moment(limit: Limit, now: datetime) -> Limit:
    """A limit as it stands at a moment: what need not be done is not open any more after its last day."""
    return replace(limit, state=LimitState.PASSED) if is_passed_by(limit, now) else limit


def limit_said(state: LimitState, at: datetime | None, now: datetime) -> Phrase:
    """How a limit stands by the date of its step: one that is still ahead is within the limit, and has not kept it."""
    if state is LimitState.KEPT and at is not None and at > now:
        return phrase("within the limit")
    if state is LimitState.WAITING and at is not None and at <= now:
        return phrase("its start is not known")
    return limit_state_said(state)


def amount_said(amount: str, currency: str | None) -> Phrase:
    """An amount with its currency, its digits in groups."""
    whole, point, parts = amount.partition(".")
    said = f"{int(whole):,}{point}{parts}"
    if currency == DEFAULT_CURRENCY:
        return phrase("{amount} yuan", amount=said)
    return (
        phrase("{amount} {currency}", amount=said, currency=currency) if currency else phrase("{amount}", amount=said)
    )
