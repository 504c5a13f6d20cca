"""The life of a risk point: every change goes through ``begin`` and ``record``, which keep its rows and the ledger.

A change is one transaction: whoever makes one holds the point first (``messages.store.risk_points.lock``), so that what
is decided is decided on how it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from messages.ledger import Kind
from messages.notices import Json
from messages.register.own import OwnPoint
from messages.register.records import Content, Point, Progress
from messages.store import duties, ledger, rights, risk_points, risk_versions, visibility
from messages.store.database import Connection
from messages.store.visibility import PostFound


class PointEvent(StrEnum):
    """What happens to a point."""

    DRAFTED = "drafted"
    ADOPTED = "adopted"  # drafted from a template
    CHANGED = "changed"  # another version is written, or a draft anew
    TO_END = "to_end"  # a version is written that is to end it
    DROPPED = "dropped"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"  # what was submitted is a draft again
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ENDED = "ended"  # a version that ends it was accepted


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who changes points of a post: the person, by id and code, and who holds the post, None while it is vacant.

    Nobody by id and code: it comes about by itself.
    """

    id: int | None
    code: str | None
    holder_id: int | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of a point, whose latest version then has come so far.

    ``content`` is written in place of a draft, or else as the next version, which ``ends`` the point or not (and
    ``because`` of what); what was submitted stays as it was, whatever is written since. ``review`` is with which a
    version is submitted, ``why`` for what reason it is returned.
    """

    event: PointEvent
    progress: Progress
    content: Content | None = None
    ends: bool = False
    because: str | None = None
    review: int | None = None
    why: str | None = None


async def actor(conn: Connection, person_id: int, post_id: int) -> Actor:
    """Who changes points of a post now."""
    (post,) = await visibility.posts_ever(conn, [post_id])
    return Actor(id=person_id, code=await rights.person_code(conn, person_id), holder_id=post.holder_id)


async def begin(
    conn: Connection, post: PostFound, content: Content, by: Actor, at: datetime, *, template_id: int | None = None
) -> OwnPoint:
    """Write a new point of a post down, as a draft."""
    place = {"unit_id": post.unit_id, "post_id": post.id, "template_id": template_id}
    draft = {"progress": Progress.DRAFT.value, "created_at": at}
    columns = await _columns(conn, content, post.id)
    point_id = await risk_points.add(conn, **place, **draft, **columns, version=1, changed_at=at)
    await risk_versions.add(conn, point_id, 1, **draft, content=content.as_json(), person_id=by.id)
    made = await _found(conn, point_id)
    event = PointEvent.DRAFTED if template_id is None else PointEvent.ADOPTED
    await _tell(conn, made, event, by, at, {} if template_id is None else {"template": template_id})
    return made


async def record(conn: Connection, before: OwnPoint, change: Change, by: Actor, at: datetime) -> OwnPoint:
    """Make a change of a held point; gives it as it stands then."""
    point = before.point
    number = await _write(conn, before, change, by, at)
    values: dict[str, Any] = {"progress": change.progress.value, "version": number}
    if point.standing is None or change.progress is Progress.ACCEPTED:  # else when drafts are written is nobody's
        values["changed_at"] = at
    values |= await _says(conn, before, change, at)
    match change.progress:
        case Progress.RETURNED:
            values["why"] = change.why
        case Progress.SUBMITTED:
            values["why"] = None
        case Progress.ACCEPTED:
            values |= {"standing": number, "ended_at": at if before.ends else None}
        case Progress.DROPPED if point.standing is None:
            values["ended_at"] = at
        case _:
            pass
    await risk_points.change(conn, point.id, values)
    stands = await _found(conn, point.id)
    review = before.review_id if change.event is PointEvent.WITHDRAWN else stands.review_id
    about: dict[str, Json] = {} if review is None else {"review": review}
    await _tell(conn, stands, change.event, by, at, about | {"why": change.why or change.because})
    return stands


async def _write(conn: Connection, before: OwnPoint, change: Change, by: Actor, at: datetime) -> int:
    """Keep the version; gives the number of the latest one."""
    point, progress = before.point, change.progress.value
    if change.event is PointEvent.WITHDRAWN:
        return await _give_back(conn, before, by, at)
    if change.content is None:
        values: dict[str, Any] = {"progress": progress}
        if change.review is not None:
            values["review_id"] = change.review
        if change.progress in {Progress.ACCEPTED, Progress.RETURNED}:
            values |= {"decided_at": at, "decided_by": by.id, "why": change.why}
        await risk_versions.change(conn, point.id, point.version, **values)
        return point.version
    says = {"content": change.content.as_json(), "ends": change.ends, "because": change.because, "person_id": by.id}
    if point.progress is Progress.DRAFT:
        await risk_versions.change(conn, point.id, point.version, progress=progress, **says)
        return point.version
    await risk_versions.add(conn, point.id, point.version + 1, progress=progress, created_at=at, **says)
    return point.version + 1


async def _give_back(conn: Connection, before: OwnPoint, by: Actor, at: datetime) -> int:
    """What was submitted stays as it was, for who has read it; what its holder goes on with is the next version."""
    point = before.point
    await risk_versions.change(conn, point.id, point.version, progress=Progress.BACK.value)
    says = {"content": before.latest.as_json(), "ends": before.ends, "because": before.because, "person_id": by.id}
    number = point.version + 1
    await risk_versions.add(conn, point.id, number, progress=Progress.DRAFT.value, created_at=at, **says)
    return number


async def _says(conn: Connection, before: OwnPoint, change: Change, at: datetime) -> dict[str, Any]:
    """The columns of what the point says from now on: what stands or, where nothing does, what was written last."""
    accepted, point = change.progress is Progress.ACCEPTED, before.point
    content = before.latest if accepted else change.content
    if content is None:
        return {}
    if accepted:
        await risk_points.put_bases(conn, point.id, content.bases)
        await _make_known(conn, content, point, at)
    elif point.standing is not None:
        return {}
    return await _columns(conn, content, point.post_id)


async def _make_known(conn: Connection, content: Content, point: Point, at: datetime) -> None:
    """Make the node and the duty that a point names, where they are new: only now do they stand for all to see."""
    if content.node:
        await duties.made_node(conn, content.node, at)
    if content.duty and point.post_id is not None:
        await duties.duty(conn, unit_id=point.unit_id, post_id=point.post_id, text=content.duty, at=at)


async def _columns(conn: Connection, content: Content, post_id: int | None) -> dict[str, Any]:
    """What a point says, as its own row keeps it; a node or a duty that a draft names anew is in its content only."""
    node_id = await duties.node_id(conn, content.node) if content.node else None
    duty_id = await duties.duty_id(conn, post_id, content.duty) if content.duty and post_id is not None else None
    return risk_points.columns_of(content, node_id, duty_id)


async def _found(conn: Connection, point_id: int) -> OwnPoint:
    found = await risk_points.find(conn, point_id)
    assert found is not None  # noqa: S101 -- it is held
    return found


async def _tell(
    conn: Connection, stands: OwnPoint, event: PointEvent, by: Actor, at: datetime, about: Mapping[str, Json]
) -> None:
    point = stands.point
    body: dict[str, Json] = {
        "event": event.value,
        "point": point.id,
        "post": point.post_code,
        "version": point.version,
        "level": stands.latest.level.value,
        "by": by.code,
        **about,
    }
    await ledger.append(conn, at=at, kind=Kind.RISK_POINT, person_id=by.holder_id, body=body)
