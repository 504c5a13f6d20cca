"""What the shapes of requests and answers have in common, and the shapes of pages and problems.

They check requests, write answers, and describe both (OpenAPI). Whatever is not named there is refused.
"""

from datetime import datetime
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from messages.items.texts import LINE

MOST_A_PAGE: Final = 200
LONGEST_CODE: Final = 64
_MOST_PAGES: Final = 1_000_000

PostCode = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CODE, pattern=LINE)]


def by_clock(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    """An instant as it is shown: by the clock of a zone."""
    return instant.astimezone(zone) if instant else None


class Shape(BaseModel):
    """A part of a request or of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Paging(Shape):
    """Which page, and how long it is; a page beyond the last is the last."""

    page: int = Field(default=1, ge=1, le=_MOST_PAGES, strict=False)
    size: int = Field(default=50, ge=1, le=MOST_A_PAGE, strict=False)


class FaultAnswer(Shape):
    """What is wrong with a field, and what is accepted."""

    field: str | None
    value: str | None
    message: str


class Problem(Shape):
    """What was refused (RFC 9457)."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    faults: list[FaultAnswer] | SkipJsonSchema[None] = None
