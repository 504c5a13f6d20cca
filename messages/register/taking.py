"""Writes what an import of the register changes, with its ledger: an event of each point, and one of the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from messages.ledger import Kind
from messages.notices import Json
from messages.register.directory import Directory
from messages.register.life import PointEvent
from messages.register.plans import Changed, Created, Plan
from messages.register.standing import KeptPoint
from messages.sheets.progress import Progress, Step, counted
from messages.store import ledger, register_bulk, register_import
from messages.store.database import Connection
from messages.store.ledger import Event
from messages.store.register_bulk import NewPoint, Revision

_BY: Final = "operator"
_FIRST: Final = 1
_AT_ONCE: Final = 1000
_T = TypeVar("_T")


async def take(
    conn: Connection, plan: Plan, directory: Directory, now: datetime, body: Mapping[str, Json], progress: Progress
) -> None:
    """Write a plan, whose points are held; ``body`` is what else the ledger says of the file."""
    totals: dict[str, Json] = {
        "created": len(plan.created),
        "updated": len(plan.updated),
        "ended": len(plan.ended),
    }
    places = [one.post_id for one in (*plan.put, *plan.ended) if one.post_id is not None]
    holders = await register_import.holders(conn, set(places))
    taking = _Taking(conn=conn, now=now, codes={post.id: post.code for post in directory.posts}, holders=holders)
    written = counted(progress, Step.WRITING, len(plan.put) + len(plan.ended))
    await register_bulk.add_nodes(conn, plan.nodes, now)
    await register_bulk.release_refs(conn, [one.kept.id for one in plan.updated if _renamed(one)], _names(plan))
    for gone in _batches(plan.ended):
        await taking.end(gone)
        written(len(gone))
    for changed in _batches(plan.updated):
        await taking.change(changed)
        written(len(changed))
    for created in _batches(plan.created):
        await taking.add(created)
        written(len(created))
    await ledger.append(conn, at=now, kind=Kind.REGISTER_IMPORTED, person_id=None, body={"by": _BY, **body, **totals})


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """One import's writing: its transaction, its instant, posts' codes, and who holds them."""

    conn: Connection
    now: datetime
    codes: Mapping[int, str]
    holders: Mapping[int, int]

    async def end(self, gone: Sequence[KeptPoint]) -> None:
        await register_bulk.end_points(self.conn, [_revision(one, one.id, one.version) for one in gone], self.now)
        await self._record(self._event(PointEvent.ENDED, one, one.id, one.version + 1) for one in gone)

    async def change(self, changed: Sequence[Changed]) -> None:
        revisions = [_revision(one, one.kept.id, one.kept.version) for one in changed]
        await register_bulk.revise_points(self.conn, revisions, self.now)
        await self._record(self._event(PointEvent.ACCEPTED, one, one.kept.id, one.kept.version + 1) for one in changed)

    async def add(self, created: Sequence[Created]) -> None:
        ids = await register_bulk.add_points(self.conn, [_new(one) for one in created], self.now)
        pairs = zip(created, ids, strict=True)
        await self._record(self._event(PointEvent.ACCEPTED, one, point, _FIRST) for one, point in pairs)

    async def _record(self, events: Iterable[Event]) -> None:
        await ledger.append_all(self.conn, [*events])

    def _event(self, event: PointEvent, one: Created | Changed | KeptPoint, point: int, version: int) -> Event:
        post = one.post_id
        body: dict[str, Json] = {
            "event": event.value,
            "point": point,
            "post": self.codes.get(post) if post is not None else None,
            "version": version,
            "level": one.content.level.value,
            "by": _BY,
        }
        holder = self.holders.get(post) if post is not None else None
        return Event(at=self.now, kind=Kind.RISK_POINT, person_id=holder, body=body)


def _renamed(one: Changed) -> bool:
    return one.kept.ref is not None and (one.unit_id, one.ref) != (one.kept.unit_id, one.kept.ref)


def _names(plan: Plan) -> list[tuple[int, str]]:
    return [(one.unit_id, one.ref) for one in plan.put if one.ref]


def _batches(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _new(one: Created | Changed | KeptPoint) -> NewPoint:
    return NewPoint(unit_id=one.unit_id, post_id=one.post_id, content=one.content, ref=one.ref)


def _revision(one: Changed | KeptPoint, point_id: int, version: int) -> Revision:
    return Revision(point_id=point_id, version=version, point=_new(one))
