"""The shapes of matters as they stand (also for the command line)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.web.api.shapes import Paging, Shape, by_clock
from messages.tenders.milestones import Milestone
from messages.tenders.records import LimitState
from messages.tenders.views import KnownFact, KnownLimit, KnownPrompt, Line, Page, Whole

EVERY_STEP: Final = "all"
"""What posts are named by that answer for every step."""
ANY: Final = "any"

Cite = Callable[[str | None], str | None]
"""What says an article such as ``B24`` in words."""
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_BREACHES: Final = frozenset({LimitState.BROKEN.value, LimitState.OVERDUE.value})
_TOLD: Final = "told"

KindName = Literal["tender", "procurement", "recruitment"]
StateName = Literal["planned", "active", "awarded", "complete", "unsuccessful", "cancelled"]
MethodName = Literal["open", "invited", "negotiation", "consultation", "inquiry", "single_source", "framework", "other"]


class MilestoneAnswer(Shape):
    """A limit of a matter, or a date that no limit is about (``state``: known; ``rule``: null)."""

    kind: Milestone
    part: str = Field(description="The award or contract, where there are several.")
    at: datetime | None = Field(description="When it is to be, or was.")
    whole_day: bool = Field(description="Only the day is known.")
    due: date | None = Field(description="The last day; of an «earliest» limit the first one.")
    earliest: bool
    article: str | None = Field(description="The source of the limit, such as B24.")
    basis: str | None = Field(description="The source in words.")
    rule: str | None = Field(description="The name of the limit's rule in the policy.")
    provisional: bool = Field(description="The count needs a year without its official days: nothing follows from it.")
    prompt_at: datetime | None = Field(description="When people are prompted of it next, or were last.")
    state: Literal["waiting", "open", "kept", "broken", "overdue", "passed", "unrecorded", "known"] = Field(
        description="«passed»: it need not be done, and its last day has gone by without it."
    )

    @classmethod
    def of_limit(cls, known: KnownLimit, zone: ZoneInfo, cite: Cite) -> Self:
        """A limit in words of the interface."""
        limit = known.limit
        return cls(
            kind=limit.milestone,
            part=limit.part,
            at=by_clock(limit.at, zone),
            whole_day=limit.whole_day,
            due=limit.due_on,
            earliest=limit.earliest,
            article=limit.article,
            basis=cite(limit.article),
            rule=limit.rule,
            provisional=limit.provisional,
            prompt_at=by_clock(_prompt_at(known.prompts), zone),
            state=limit.state.value,
        )

    @classmethod
    def of_fact(cls, known: KnownFact, zone: ZoneInfo) -> Self:
        """A date that no limit is about."""
        fact = known.fact
        return cls(
            kind=fact.milestone,
            part=fact.part,
            at=fact.at.astimezone(zone),
            whole_day=fact.whole_day,
            due=None,
            earliest=False,
            article=None,
            basis=None,
            rule=None,
            provisional=False,
            prompt_at=None,
            state="known",
        )


class MatterAnswer(Shape):
    """A matter as it stands, its milestones in the order of time."""

    ocid: str = Field(description="The OCID, or the number that the office gave it.")
    version: int
    title: str
    buyer: str
    unit: str | None = Field(description="The buyer's unit; null where it is not known: nobody is prompted then.")
    kind: KindName
    state: StateName
    method: MethodName
    amount: str | None
    currency: str | None
    posts: dict[str, list[str]] = Field(description="Codes of the posts that are named, by step; «all»: every step.")
    milestones: list[MilestoneAnswer]
    breaches: list[MilestoneAnswer] = Field(description="Those of the milestones that are broken or overdue.")

    @classmethod
    def of(cls, whole: Whole, zone: ZoneInfo, cite: Cite) -> Self:
        """A matter in words of the interface; its instants are shown by the clock of ``zone``."""
        matter, shown = whole.matter, sorted(_milestones(whole, zone, cite), key=_when)
        return cls(
            ocid=matter.ref,
            version=matter.version,
            title=matter.title,
            buyer=matter.buyer,
            unit=matter.unit,
            kind=matter.kind.value,
            state=matter.state.value,
            method=matter.method.value,
            amount=matter.amount,
            currency=matter.currency,
            posts=_posts(whole),
            milestones=shown,
            breaches=[one for one in shown if one.state in _BREACHES],
        )


class MatterLine(Shape):
    """A matter in a list."""

    ocid: str
    title: str
    buyer: str
    unit: str | None
    kind: KindName
    state: StateName
    changed_at: datetime
    next: Milestone | None = Field(description="The step whose limit is to be kept next.")
    due: date | None = Field(description="The last day of that.")
    broken: int = Field(description="How many of its limits are broken or overdue.")

    @classmethod
    def of(cls, line: Line, zone: ZoneInfo) -> Self:
        """A line in words of the interface."""
        matter = line.matter
        return cls(
            ocid=matter.ref,
            title=matter.title,
            buyer=matter.buyer,
            unit=matter.unit,
            kind=matter.kind.value,
            state=matter.state.value,
            changed_at=matter.changed_at.astimezone(zone),
            next=line.next.milestone if line.next else None,
            due=line.next.due_on if line.next else None,
            broken=line.broken,
        )


class MattersWanted(Paging):
    """Which matters: of one state, of one kind, or any."""

    state: Literal["any", "planned", "active", "awarded", "complete", "unsuccessful", "cancelled"] = ANY
    kind: Literal["any", "tender", "procurement", "recruitment"] = ANY


class MatterPage(Shape):
    """Some of the matters that are open to the token's person, those that changed last first."""

    matters: list[MatterLine]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, page: Page, zone: ZoneInfo) -> Self:
        """A page in words of the interface."""
        lines = [MatterLine.of(line, zone) for line in page.lines]
        return cls(matters=lines, page=page.number, pages=page.pages, total=page.total)


def _milestones(whole: Whole, zone: ZoneInfo, cite: Cite) -> Iterator[MilestoneAnswer]:
    """Every limit; and every date that none of them is about."""
    limited = {(one.limit.milestone, one.limit.at) for one in whole.limits if one.limit.at is not None}
    for limit in whole.limits:
        yield MilestoneAnswer.of_limit(limit, zone, cite)
    for known in whole.facts:
        if (known.fact.milestone, known.fact.at) not in limited:
            yield MilestoneAnswer.of_fact(known, zone)


def _when(one: MilestoneAnswer) -> tuple[bool, datetime, date]:
    return one.at is None, one.at or _LATEST, one.due or date.max


def _prompt_at(prompts: tuple[KnownPrompt, ...]) -> datetime | None:
    """When the next prompt is to be told; where none is to be, when the last one was."""
    ahead = [one.at for one in prompts if one.settled_at is None]
    told = [one.at for one in prompts if one.outcome == _TOLD]
    return min(ahead) if ahead else max(told, default=None)


def _posts(whole: Whole) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for post in whole.posts:
        found.setdefault(post.milestone.value if post.milestone else EVERY_STEP, []).append(post.code)
    return found
