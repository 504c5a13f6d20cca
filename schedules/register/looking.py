"""Looking at what posts have submitted: one review with its points, and a page of what waits for a decision."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.register.reviews import Review, Reviewed, ReviewPage
from messages.rights import Act
from messages.store import reviews, risk_versions
from messages.store import visibility as posts
from messages.store.database import Connection
from messages.visibility import What
from schedules.register import entitling
from schedules.register.finding import found
from schedules.tools import Tools

PAGE: Final = 8
"""How many reviews one page shows: as many buttons as a thumb can tell apart."""


async def review(tools: Tools, review_id: int, viewer_id: int, now: datetime) -> Reviewed:
    """What was submitted, for its holder and who may decide about it, whose look is recorded."""
    async with tools.db.reading() as conn:
        one = await found(conn, review_id)
        open_ = await entitling.sees(conn, one, viewer_id)
    if not open_:
        raise await entitling.refused(tools, one, viewer_id, now)
    async with tools.db.writing() as conn:
        await _record(conn, viewer_id, [one], now)
        points, may = await risk_versions.of_review(conn, review_id), await entitling.may(conn, one, viewer_id)
    return Reviewed(review=one, points=points, may=may)


async def to_decide(tools: Tools, review_id: int, person_id: int, version: int, now: datetime) -> Reviewed:
    """What this person may decide about as it was seen, such as before the reason is asked for. Raises as deciding."""
    await entitling.entitle(tools, review_id, person_id, version, now)
    return await review(tools, review_id, person_id, now)


async def may(tools: Tools, one: Review, person_id: int) -> bool:
    """Whether a review waits for a decision that this person may make now."""
    async with tools.db.reading() as conn:
        return await entitling.may(conn, one, person_id)


async def waiting(tools: Tools, person_id: int, number: int, now: datetime) -> ReviewPage:
    """A page of what waits for this person's decision, what has waited longest first; a look at each post it names."""
    async with tools.db.reading() as conn:
        decides, inspects = [await rights.reach(conn, person_id, act) for act in (Act.REVIEW_RISKS, Act.INSPECT)]
        page = await reviews.waiting_for(conn, person_id, decides, inspects, number=number, size=PAGE)
    if not decides and not inspects:
        raise await rights.refuse(tools.db, person_id, Act.REVIEW_RISKS, now)
    if page.reviews:
        async with tools.db.writing() as conn:
            await _record(conn, person_id, page.reviews, now)
    return page


async def _record(conn: Connection, viewer_id: int, some: Iterable[Review], now: datetime) -> None:
    about = await posts.posts_ever(conn, [one.post_id for one in some if viewer_id not in one.concerned])
    await visibility.record_once(conn, await visibility.sight_of(conn, viewer_id), about, What.REVIEW, now)
