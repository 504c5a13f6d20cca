"""Who may see what a post has submitted, and decide about it. What is refused is recorded.

It is open to who holds the post, to who submitted it, and to who may decide about it; to anybody else it is not there.
"""

from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import LianxunError
from messages.register.reviews import Review
from messages.rights import Act, scope_of
from messages.store import rights as stored
from messages.store.database import Connection
from messages.text.phrase import Phrase, phrase
from schedules.register.finding import decided_before, found, missing_review, stale
from schedules.tools import Tools

_OWN: Final = phrase("You have submitted this yourself: somebody else decides about it.")
_OWN_POST: Final = phrase("This is about a post that you hold yourself: somebody else decides about it.")
_SECOND: Final = phrase("You have accepted this for the unit: somebody else accepts it for the campaign.")


def act_of(review: Review) -> Act:
    """The right by which a review is decided as it stands."""
    return Act.INSPECT if review.inspecting else Act.REVIEW_RISKS


def concerned(review: Review, person_id: int) -> Phrase | None:
    """Why a person does not decide about a review whatever the person's rights are; None where nothing forbids it."""
    if review.holder_id == person_id:
        return _OWN_POST
    if review.person_id == person_id:
        return _OWN
    return _SECOND if review.inspecting and review.unit_by == person_id else None


async def sees(conn: Connection, review: Review, person_id: int) -> bool:
    """Whether a review is open to this person."""
    if person_id in review.concerned:
        return True
    borne = await stored.borne(conn, person_id)
    if scope_of(borne, Act.REVIEW_RISKS).covers(review.path):
        return True
    return review.came_to_inspector and scope_of(borne, Act.INSPECT).covers(review.path)


async def may(conn: Connection, review: Review, person_id: int) -> bool:
    """Whether a review waits for a decision that this person may make now."""
    if not review.waits or concerned(review, person_id) is not None:
        return False
    return (await rights.reach(conn, person_id, act_of(review))).covers(review.path)


async def entitle(tools: Tools, review_id: int, person_id: int, version: int, now: datetime) -> Review:
    """Let a person decide about a review that was seen in a version; gives it as it stands.

    Raises ``NotFound``, and ``NotEntitled``; to whom it is open, first ``DecidedBefore`` and ``Outdated``.
    """
    async with tools.db.reading() as conn:
        review = await found(conn, review_id)
        open_, mayest = await sees(conn, review, person_id), await may(conn, review, person_id)
    if open_ and review.inspecting and review.version != version and not mayest:
        raise decided_before(review)  # by the unit, where this person would have decided
    if open_ and (error := stale(review, version)):
        raise error
    if not mayest:
        raise await refused(tools, review, person_id, now, concerned(review, person_id))
    return review


async def refused(
    tools: Tools, review: Review, person_id: int, now: datetime, what: Phrase | None = None
) -> LianxunError:
    """Record a refused act, and give the error to raise: why, to whom the review is open, and else ``NotFound``."""
    error = await rights.refuse(tools.db, person_id, act_of(review), now, what, review=review.id)
    async with tools.db.reading() as conn:
        return error if await sees(conn, review, person_id) else missing_review()
