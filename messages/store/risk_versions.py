"""Queries of the versions of risk points: added, rewritten while they are drafts, decided, and read as reviewed."""

from typing import Any

from sqlalchemy import and_, func, insert, select, update

from messages.register.records import Content, Progress
from messages.register.reviews import ReviewedPoint
from messages.store.database import Connection
from messages.store.tables import risk_versions

_before = risk_versions.alias("before")
_earlier = risk_versions.alias("earlier")


async def add(conn: Connection, point_id: int, number: int, **values: Any) -> None:  # noqa: ANN401 -- columns
    """Add a version."""
    await conn.execute(insert(risk_versions).values(point_id=point_id, number=number, **values))


async def change(conn: Connection, point_id: int, number: int, **values: Any) -> None:  # noqa: ANN401 -- columns
    """Change a version; its content while it is a draft that was never submitted."""
    mine = risk_versions.c.point_id == point_id, risk_versions.c.number == number
    await conn.execute(update(risk_versions).where(*mine).values(**values))


async def waiting(conn: Connection, review_id: int) -> list[int]:
    """The points of a review that were not decided yet, by id."""
    mine = risk_versions.c.review_id == review_id, risk_versions.c.progress == Progress.SUBMITTED.value
    query = select(risk_versions.c.point_id).where(*mine).order_by(risk_versions.c.point_id)
    return list(await conn.scalars(query))


async def returned(conn: Connection, review_id: int) -> int:
    """How many points of a review were returned, and not dropped since."""
    mine = risk_versions.c.review_id == review_id, risk_versions.c.progress == Progress.RETURNED.value
    return int(await conn.scalar(select(func.count()).select_from(risk_versions).where(*mine)) or 0)


async def of_review(conn: Connection, review_id: int) -> tuple[ReviewedPoint, ...]:
    """The points that a review was submitted with, each as it was submitted; the oldest first.

    Beside each is what stood before it: of its earlier versions the one that was accepted last.
    """
    stood = _earlier.c.point_id == risk_versions.c.point_id, _earlier.c.number < risk_versions.c.number
    number = select(func.max(_earlier.c.number)).where(*stood, _earlier.c.progress == Progress.ACCEPTED.value)
    last = number.correlate(risk_versions).scalar_subquery()
    same = _before.c.point_id == risk_versions.c.point_id, _before.c.number == last
    query = (
        select(risk_versions, _before.c.content.label("content_before"))
        .outerjoin_from(risk_versions, _before, and_(*same))
        .where(risk_versions.c.review_id == review_id)
        .order_by(risk_versions.c.point_id)
    )
    return tuple(
        ReviewedPoint(
            point_id=row.point_id,
            number=row.number,
            progress=Progress(row.progress),
            content=Content.of(row.content),
            before=None if row.content_before is None else Content.of(row.content_before),
            ends=row.ends,
            because=row.because,
            why=row.why,
        )
        for row in await conn.execute(query)
    )
