"""The shapes in which other systems tell of a matter."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, PlainValidator, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.web.api.matter_shapes import EVERY_STEP, KindName, MethodName, StateName
from bot.web.api.shapes import PostCode, Shape
from messages.items.texts import LINE
from messages.tenders.milestones import Milestone
from messages.tenders.records import LONGEST_MATTER, LONGEST_PART, LONGEST_REF

MOST_FACTS: Final = 500
LONGEST_UNIT: Final = 200
STEPS: Final = (EVERY_STEP, *(one.value for one in Milestone))
_CENTS: Final = -2
_DAY: Final = len("2026-10-12")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)

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
