"""Queries of reviews: what posts have submitted to the register; added, changed with a new version, and read back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from messages.register.campaigns import CampaignState
from messages.register.records import Progress, ReviewState
from messages.register.reviews import Review, ReviewPage
from messages.scopes import Scope
from messages.store.audience import within
from messages.store.columns import is_id
from messages.store.database import Connection
from messages.store.paging import place_of
from messages.store.register_terms import holds
from messages.store.responsible import role_ended
from messages.store.sets import among
from messages.store.tables import assignments, campaign_tasks, campaigns, people, posts, reviews, risk_versions, units

_IN_UNIT: Final = reviews.c.state == literal_column(f"'{ReviewState.UNIT}'")
_INSPECTED: Final = reviews.c.state == literal_column(f"'{ReviewState.INSPECTOR}'")
_WAITS: Final = or_(_IN_UNIT, _INSPECTED)
"""Conditions as the indexes write them."""
_LIVES: Final = and_(_WAITS, posts.c.ended_at.is_(None))
"""What waits, of posts that have not ended."""
_PLACED: Final = reviews.join(posts, posts.c.id == reviews.c.post_id).join(units, units.c.id == posts.c.unit_id)
"""Reviews with their posts and units."""

_holder = people.alias("holder")
_decider = people.alias("unit_decider")
_inspector = people.alias("inspector")
_earlier = risk_versions.alias("earlier_version")


async def add(conn: Connection, **values: Any) -> int:  # noqa: ANN401 -- columns of the table
    """Add a review, in the first version; gives its id."""
    made = await conn.scalar(insert(reviews).values(version=1, **values).returning(reviews.c.id))
    assert made is not None  # noqa: S101 -- an insert gives its row
    return int(made)


async def change(conn: Connection, review_id: int, **values: Any) -> None:  # noqa: ANN401 -- columns of the table
    """Change a review, which has a new version by that."""
    await conn.execute(update(reviews).where(reviews.c.id == review_id).values(version=reviews.c.version + 1, **values))


async def find(conn: Connection, review_id: int) -> Review | None:
    """One review."""
    mine = _query().where(reviews.c.id == review_id)
    return next(iter(await _read(conn, mine)), None) if is_id(review_id) else None


async def lock(conn: Connection, review_id: int) -> Review | None:
    """One review, which nobody else decides before this transaction has ended."""
    await conn.execute(select(reviews.c.id).where(reviews.c.id == review_id).with_for_update())
    return await find(conn, review_id)


async def open_of_post(conn: Connection, post_id: int) -> tuple[Review, ...]:
    """What a post has submitted that is not decided yet."""
    return await _read(conn, _query().where(reviews.c.post_id == post_id, _WAITS).order_by(reviews.c.id))


async def first_submitted(conn: Connection, post_id: int, task_id: int) -> datetime | None:
    """When a post first submitted for its task what it has not taken back."""
    stays = reviews.c.state != ReviewState.WITHDRAWN.value
    mine = reviews.c.post_id == post_id, reviews.c.task_id == task_id, stays
    first: datetime | None = await conn.scalar(select(func.min(reviews.c.submitted_at)).where(*mine))
    return first


async def refused_of_post(conn: Connection, post_id: int) -> tuple[Review, ...]:
    """What of a post said that nothing is to be added and was returned, where nothing was submitted for it since.

    Of a task's it is given while its campaign is under way.
    """
    later = reviews.alias("later_review")
    since = exists().where(
        later.c.post_id == reviews.c.post_id,
        func.coalesce(later.c.task_id, 0) == func.coalesce(reviews.c.task_id, 0),
        later.c.id > reviews.c.id,
    )
    mine = reviews.c.post_id == post_id, reviews.c.complete, reviews.c.state == ReviewState.RETURNED.value, ~since
    found = await _read(conn, _query().where(*mine).order_by(reviews.c.id))
    return tuple(one for one in found if one.task_id is None or one.running)


async def waiting_for(
    conn: Connection, person_id: int, decides: Scope, inspects: Scope, *, number: int, size: int
) -> ReviewPage:
    """A page of what waits for a decision of this person, whose rights reach so far; what has waited longest first.

    Nobody decides about what is the own, nor as the inspector about what the same person has accepted for the unit.
    """
    held = select(assignments.c.post_id).where(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None))
    own = or_(reviews.c.person_id == person_id, reviews.c.post_id.in_(held))
    second = and_(_INSPECTED, within(inspects), reviews.c.unit_by != person_id)
    which = and_(_LIVES, ~own, or_(and_(_IN_UNIT, within(decides)), second))
    every = select(func.count()).select_from(_PLACED).where(which)
    place = await place_of(conn, every, number, size)
    some = _query().where(which).order_by(reviews.c.handed_at, reviews.c.id).offset(place.skipped).limit(size)
    return ReviewPage(reviews=await _read(conn, some), number=place.number, pages=place.pages, total=place.total)


# Laying before who decides


async def unasked(conn: Connection, *, held: bool) -> list[Review]:
    """What waits and was laid before nobody yet, the oldest first; ``held``: nobody decides about it meanwhile.

    What somebody decides just now is left out, and looked at again with the next pass if it still waits.
    """
    return await _waiting(conn, _LIVES, reviews.c.asked_at.is_(None), held=held)


async def asked_before(conn: Connection, at: datetime, *, held: bool) -> list[Review]:
    """What was laid before somebody until an instant, and before no deputy yet, the oldest first; ``held`` likewise."""
    return await _waiting(conn, _LIVES, reviews.c.asked_at <= at, reviews.c.deputy_at.is_(None), held=held)


async def shaken(conn: Connection, *, held: bool) -> list[Review]:
    """What was laid before somebody, since when a role there has ended or its post was taken; ``held`` likewise."""
    taken = exists().where(assignments.c.post_id == reviews.c.post_id, assignments.c.started_at >= reviews.c.asked_at)
    return await _waiting(conn, _LIVES, or_(role_ended(units.c.path, reviews.c.asked_at), taken), held=held)


async def forlorn(conn: Connection, *, held: bool) -> list[Review]:
    """What was laid before nobody, and of which it was not told yet that nobody may decide it; ``held`` likewise."""
    return await _waiting(conn, _LIVES, reviews.c.asked_at.is_(None), reviews.c.deputy_at.is_(None), held=held)


async def moved(conn: Connection, *, held: bool) -> list[Review]:
    """What was laid before somebody, since when its post belongs to another unit; ``held`` likewise."""
    elsewhere = reviews.c.asked_at.is_not(None), reviews.c.asked_path != units.c.path
    return await _waiting(conn, _LIVES, *elsewhere, held=held)


async def of_ended_posts(conn: Connection, *, held: bool) -> list[Review]:
    """What waits though its post has ended; ``held`` likewise."""
    return await _waiting(conn, _WAITS, posts.c.ended_at.is_not(None), held=held)


async def _waiting(conn: Connection, *which: ColumnElement[bool], held: bool) -> list[Review]:
    ids = select(reviews.c.id).select_from(_PLACED).where(*which)
    if held:
        ids = ids.with_for_update(of=reviews, skip_locked=True)
    found = list(await conn.scalars(ids))
    some = _query().where(among(conn, reviews.c.id, found)).order_by(reviews.c.handed_at, reviews.c.id)
    return list(await _read(conn, some)) if found else []


async def mark(conn: Connection, ids: Sequence[int], column: str, at: datetime) -> None:
    """Note when those who decide were told of held reviews: ``asked_at``, or ``deputy_at``; that is no new version."""
    values: dict[str, Any] = {column: at}
    if column == "asked_at":
        path = select(units.c.path).join(posts, posts.c.unit_id == units.c.id).where(posts.c.id == reviews.c.post_id)
        values |= {"deputy_at": None, "asked_path": path.correlate(reviews).scalar_subquery()}
    await conn.execute(update(reviews).where(among(conn, reviews.c.id, ids)).values(values))


async def hand_anew(conn: Connection, ids: Sequence[int], at: datetime) -> None:
    """Note that held reviews came to others, who were not told yet; that is no new version."""
    values = {"handed_at": at, "asked_at": None, "deputy_at": None}
    await conn.execute(update(reviews).where(among(conn, reviews.c.id, ids)).values(values))


# Reading


def _points(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many of the points of a review are such."""
    mine = risk_versions.c.review_id == reviews.c.id
    return select(func.count()).select_from(risk_versions).where(mine, *which).scalar_subquery()


_TOLD: Final = (
    posts.c.code.label("post_code"),
    posts.c.title.label("post"),
    posts.c.ended_at.is_not(None).label("post_ended"),
    units.c.id.label("unit_id"),
    units.c.name.label("unit"),
    units.c.path,
    _holder.c.id.label("holder_id"),
    _holder.c.code.label("holder_code"),
    _holder.c.name.label("holder"),
    people.c.code.label("person_code"),
    people.c.name.label("person"),
    campaigns.c.id.label("campaign_id"),
    campaigns.c.title.label("campaign"),
    campaigns.c.due_on,
    func.coalesce(campaigns.c.provisional, false()).label("provisional"),
    func.coalesce(campaigns.c.state == CampaignState.RUNNING.value, false()).label("running"),
    _decider.c.code.label("unit_code"),
    _decider.c.name.label("unit_name"),
    _inspector.c.name.label("inspector_name"),
)
"""Of whose post, person and campaign a review is, and who has decided about it."""


def _query() -> Select[Any]:
    found = _PLACED.join(people, people.c.id == reviews.c.person_id)
    found = found.outerjoin(assignments, holds(posts.c.id)).outerjoin(_holder, _holder.c.id == assignments.c.person_id)
    found = found.outerjoin(_decider, _decider.c.id == reviews.c.unit_by)
    found = found.outerjoin(_inspector, _inspector.c.id == reviews.c.inspector_by)
    found = found.outerjoin(campaign_tasks, campaign_tasks.c.id == reviews.c.task_id)
    found = found.outerjoin(campaigns, campaigns.c.id == campaign_tasks.c.campaign_id)
    return select(reviews, *_TOLD, *_counts()).select_from(found)


def _counts() -> tuple[ColumnElement[int], ...]:
    """How many of a review's points are new, changed, ended; and returned."""
    stood = exists().where(
        _earlier.c.point_id == risk_versions.c.point_id,
        _earlier.c.number < risk_versions.c.number,
        _earlier.c.progress == Progress.ACCEPTED.value,
    )
    return (
        _points(~risk_versions.c.ends, ~stood).label("new"),
        _points(~risk_versions.c.ends, stood).label("changed"),
        _points(risk_versions.c.ends).label("ended"),
        _points(risk_versions.c.progress == Progress.RETURNED.value).label("returned"),
    )


async def _read(conn: Connection, query: Select[Any]) -> tuple[Review, ...]:
    return tuple(map(_review, (await conn.execute(query)).mappings()))


def _review(row: RowMapping) -> Review:
    due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
    return Review(**{**row, "state": ReviewState(row["state"]), "due_on": due_on})
