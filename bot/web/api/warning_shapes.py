"""The shapes of warnings, as the interface shows them."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.web.api.shapes import Shape, by_clock
from messages.notices import Grade
from messages.store.warning_lists import WarningLine
from messages.warnings.records import WarningState
from messages.warnings.views import PostRecord


class WarningAnswer(Shape):
    """A graded warning of a post. Its dates are null while nobody holds the post."""

    id: int
    grade: Grade
    state: WarningState
    title: str
    issued_at: datetime
    acknowledge_by: datetime | None
    answer_by: datetime | None
    provisional: bool = Field(description="These dates are provisional: nothing follows from them.")
    acknowledged_at: datetime | None
    answered_at: datetime | None
    released_at: datetime | None

    @classmethod
    def of(cls, line: WarningLine, zone: ZoneInfo) -> Self:
        """A warning in words of the interface; its instants are shown by the clock of ``zone``."""
        return cls(
            id=line.id,
            grade=line.grade,
            state=line.state,
            title=line.title,
            issued_at=line.issued_at.astimezone(zone),
            acknowledge_by=by_clock(line.acknowledge_by, zone),
            answer_by=by_clock(line.answer_by, zone),
            provisional=line.provisional,
            acknowledged_at=by_clock(line.acknowledged_at, zone),
            answered_at=by_clock(line.answered_at, zone),
            released_at=by_clock(line.released_at, zone),
        )


class PostWarnings(Shape):
    """A post's warnings, the open ones first. That they were looked at is recorded, and shown to who holds the post."""

    post: str
    title: str
    unit: str
    holder: str | None = Field(description="Who holds the post now; null while it is vacant.")
    warnings: list[WarningAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, seen: PostRecord, zone: ZoneInfo) -> Self:
        """A post's record in words of the interface."""
        return cls(
            post=seen.post.code,
            title=seen.post.title,
            unit=seen.post.unit,
            holder=seen.post.holder,
            warnings=[WarningAnswer.of(told.warning, zone) for told in seen.page.rows],
            page=seen.page.number,
            pages=seen.page.pages,
            total=seen.page.total,
        )
