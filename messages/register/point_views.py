"""Risk points as somebody may look at them one by one: a post's, and one with its versions. Looks are recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from messages import rights, visibility
from messages.errors import NotFound
from messages.pages import Page, bounded
from messages.register.bases import Bases, Cited, Superseded
from messages.register.records import Content, Progress
from messages.register.views import PointSeen, flags_of, insight_of, record, seen_of
from messages.store import register_lists, register_points
from messages.store import visibility as posts
from messages.store.columns import is_id
from messages.store.database import Database
from messages.store.duties import nodes_of
from messages.store.register_lists import Insight, PointLine
from messages.store.register_points import Accepted, Details, Version
from messages.store.visibility import PostFound
from messages.text.phrase import Phrase, phrase
from messages.visibility import SEE_RECORD, What

NO_POINT: Final = phrase("There is no such risk point, or it is not open to you.")
"""What is told of a point that is not there, and of one that somebody may not see."""

_HISTORY: Final = 30
"""So many acceptances of a post's points are shown."""

FIELDS: Final[dict[str, Phrase]] = {
    "name": phrase("Risk point"),
    "level": phrase("Risk level"),
    "category": phrase("Category"),
    "description": phrase("What it is and how it shows"),
    "controls": phrase("Controls"),
    "indicators": phrase("Indicators"),
    "node": phrase("Risk node"),
    "duty": phrase("Duty"),
    "section": phrase("Section"),
    "bases": phrase("Legal bases"),
    "responsible": phrase("Responsible person"),
    "leading": phrase("Leading person"),
}
"""What a point's fields are called, in the order in which they are read."""


@dataclass(frozen=True, kw_only=True)
class PostRegister:
    """A post in the register: its duties, its risk nodes, a page of its points that stand, and what was accepted.

    In ``history`` are points that ended only for who may see them.
    """

    duties: tuple[str, ...]
    nodes: tuple[str, ...]
    page: Page[PointSeen]
    history: tuple[Accepted, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field of a version that says something else than before."""

    field: str
    before: str | tuple[Cited, ...]
    after: str | tuple[Cited, ...]


@dataclass(frozen=True, kw_only=True)
class VersionSeen:
    """A version with what it changed of the one that stood before it, or else was written before it."""

    version: Version
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class PointRecord:
    """A point with all that it says, the laws out of date that it cites, and its versions, the newest first."""

    line: PointLine
    details: Details
    outdated: tuple[Superseded, ...]
    versions: tuple[VersionSeen, ...]


async def let_see(db: Database, viewer: int | None, code: str, now: datetime) -> PostFound:
    """The post of a code whose points somebody may see (``visibility.see``); None is the operator, who sees all."""
    if viewer is not None:
        return (await visibility.see(db, viewer, code, What.POINTS, now)).post
    async with db.reading() as conn:
        post = await posts.post(conn, code)
    if post is None:
        raise NotFound(phrase("There is no such post."))
    return post


async def of_post(
    db: Database, viewer: int | None, post: PostFound, number: int, now: datetime, *, bases: Bases, size: int
) -> PostRegister:
    """A post in the register, for who was let see its record; points themselves are a look."""
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        seen = visibility.why(who.sight, post) is not None
        total = await register_points.count_of_post(conn, post.id) if seen else 0
        number = bounded(number, total, size)
        ids = await register_points.of_post(conn, post.id, limit=size, offset=(number - 1) * size) if total else []
        lines = await register_lists.lines(conn, ids)
        duties = await register_points.duties_of(conn, post.id) if seen else []
        nodes = await nodes_of(conn, post.id) if seen else ()
        history = await register_points.history_of_post(conn, who, post.id, limit=_HISTORY) if seen else []
    await record(db, who, lines, What.POINTS, now)
    page = Page(rows=seen_of(lines, bases, now), total=total, number=number, size=size)
    return PostRegister(duties=tuple(duties), nodes=tuple(nodes), page=page, history=tuple(history))


async def of_point(db: Database, viewer: int, point_id: int, now: datetime, *, bases: Bases) -> PointRecord:
    """One point. Raises ``NotFound``, the same where there is none and where it is not open to the person.

    Who sees only what stands sees the versions that were accepted.
    """
    async with db.reading() as conn:
        who = await insight_of(conn, viewer)
        found = await register_lists.lines(conn, [point_id]) if is_id(point_id) else []
        seen = [line for line in found if await register_points.is_open(conn, who, line.id, line.state)]
        versions = await register_points.versions_of(conn, point_id) if seen else []
        details = await register_points.details_of(conn, point_id) if seen else None
    if not seen or details is None:
        if found:
            await rights.record_refused(db, viewer, SEE_RECORD, now, point=point_id, what=What.POINTS.value)
        raise NotFound(NO_POINT)
    line = seen[0]
    shown = [one for one in versions if _may_read(who, line, one)]
    what = What.POINTS if all(one.progress is Progress.ACCEPTED for one in shown) else What.REVIEW
    await record(db, who, seen, what, now)
    reasons = who.sight.scope.covers(line.path) or _is_own(who, line)
    return PointRecord(
        line=line,
        details=details,
        outdated=flags_of(line.cited, bases.superseded(now.date())),
        versions=_told(shown, reasons=reasons),
    )


def _is_own(who: Insight, line: PointLine) -> bool:
    return line.post is not None and line.post.id in who.sight.own


def _may_read(who: Insight, line: PointLine, version: Version) -> bool:
    """What was accepted is read by all; drafts by the holder; what was submitted also by who decides about it."""
    if version.progress is Progress.ACCEPTED or _is_own(who, line):
        return True
    if version.progress in {Progress.DRAFT, Progress.DROPPED}:
        return False
    return who.decides.covers(line.path) or (version.came_to_inspector and who.inspects.covers(line.path))


def _told(versions: Sequence[Version], *, reasons: bool) -> tuple[VersionSeen, ...]:
    """The newest first; why something was decided so is left out for who is not to read the ``reasons``."""
    told: list[VersionSeen] = []
    stood: Version | None = None
    for number, one in enumerate(versions):
        before = stood or (versions[number - 1] if number else None)
        changes = changes_between(before.content, one.content) if before is not None else ()
        told.append(VersionSeen(version=one if reasons else one.without_reason(), changes=changes))
        stood = one if one.progress is Progress.ACCEPTED else stood
    return tuple(reversed(told))


def changes_between(before: Content, after: Content) -> tuple[Change, ...]:
    """The fields that differ, in the order in which they are read."""
    pairs: list[tuple[str, Any, Any]] = [(name, getattr(before, name), getattr(after, name)) for name in FIELDS]
    return tuple(Change(field=name, before=old, after=new) for name, old, new in pairs if old != new)
