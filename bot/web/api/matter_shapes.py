"""The shapes of matters: as other systems tell them, and as they stand (also for the command line)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.web.api.shapes import Paging, PostCode, Shape, by_clock
from messages.items.texts import LINE
from messages.tenders.milestones import Milestone
from messages.tenders.records import (
    LONGEST_MATTER,
    LONGEST_PART,
    LONGEST_REF,
    LimitState,
)
from messages.tenders.views import KnownFact, KnownLimit, KnownPrompt, Line, Page, Whole

MOST_FACTS: Final = 500
LONGEST_UNIT: Final = 200
EVERY_STEP: Final = "all"
"""What posts are named by that answer for every step."""
ANY: Final = "any"
STEPS: Final = (EVERY_STEP, *(one.value for one in Milestone))

Cite = Callable[[str | None], str | None]
"""What says an article such as ``B24`` in words."""
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_BREACHES: Final = frozenset({LimitState.BROKEN.value, LimitState.OVERDUE.value})
_TOLD: Final = "told"
_CENTS: Final = -2
_DAY: Final = len("2026-10-12")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)

KindName = Literal["tender", "procurement", "recruitment"]
StateName = Literal["planned", "active", "awarded", "complete", "unsuccessful", "cancelled"]
MethodName = Literal["open", "invited", "negotiation", "consultation", "inquiry", "single_source", "framework", "other"]
Ref = Annotated[str, Field(min_length=1, max_length=LONGEST_REF, pattern=LINE)]
Named = Annotated[str, Field(min_length=1, max_length=LONGEST_MATTER, pattern=LINE)]


def _moment(written: object) -> date | datetime:
    """A day, or an instant that may be without an offset."""
    if isinstance(written, str) and _MOMENT.fullmatch(written):
        try:
            return date.fromisoformat(written) if len(written) == _DAY else datetime.fromisoformat(written.upper())
        except ValueError:
            pass
    kind = "moment_parsing"
    raise PydanticCustomError(kind, "no day and no instant")


def _in_cents(amount: float) -> float:
    exponent = Decimal(repr(amount)).as_tuple().exponent
    if isinstance(exponent, int) and exponent < _CENTS and amount % 1:
        kind = "decimal_max_places"
        raise PydanticCustomError(kind, "more than cents")
    return amount


def _with_ocid(schema: dict[str, Any]) -> None:
    """A matter's number is given by one of its names, not by both."""
    schema["properties"]["ocid"] = schema["properties"]["ref"]
    schema["required"].remove("ref")
    schema["oneOf"] = [{"required": ["ref"]}, {"required": ["ocid"]}]


def _steps(posts: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
    if any(step not in STEPS for step in posts or ()):
        kind = "enum"
        raise PydanticCustomError(kind, "no step", {"expected": ", ".join(f"'{step}'" for step in STEPS)})
    return posts


Moment = Annotated[
    date | datetime,
    PlainValidator(_moment),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]


class DateGiven(Shape):
    """When a step of a matter is to be, or was."""

    kind: Milestone
    at: Moment = Field(
        description="A day, or an instant (RFC 3339); without an offset it is meant by the office's clock."
    )
    part: str = Field(
        default="", max_length=LONGEST_PART, pattern=LINE, description="The award or contract, where there are several."
    )


class MatterGiven(Shape):
    """All that a system tells of a matter; what it does not name stays as it was."""

    model_config = ConfigDict(json_schema_extra=_with_ocid)

    ref: Ref = Field(
        validation_alias=AliasChoices("ref", "ocid"),
        description="The OCID, or the number that the office gave it (项目编号); it may also be called «ocid».",
    )
    kind: KindName
    title: Named
    buyer: Named = Field(description="By the name of its unit, or as it calls itself elsewhere.")
    unit: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_UNIT,
        pattern=LINE,
        description="The buyer's unit, where the buyer is called otherwise.",
    )
    method: MethodName | None = None
    amount: Annotated[float, Field(ge=0, le=10**15, allow_inf_nan=False), AfterValidator(_in_cents)] | None = Field(
        default=None, description="With two decimal places at most."
    )
    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="Of three letters; CNY where nothing is said."
    )
    state: StateName | None = None
    milestones: list[DateGiven] = Field(default=[], max_length=MOST_FACTS)
    whole: bool = Field(default=False, description="The milestones are all there are: dates of others are gone.")
    posts: Annotated[dict[str, list[PostCode]] | None, AfterValidator(_steps)] = Field(
        default=None,
        json_schema_extra={"propertyNames": {"enum": [*STEPS]}},
        description="Codes of the posts that are responsible, by step; «all»: for every step.",
    )


MATTER_GIVEN: Final[TypeAdapter[MatterGiven]] = TypeAdapter(MatterGiven)
"""Reads one."""


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
    state: Literal["waiting", "open", "kept", "broken", "overdue", "unrecorded", "known"]

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
