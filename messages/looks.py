"""Who has looked at a person: when, by which level or role, at which post; and at lists that name the person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.ledger import Kind
from messages.organisation.records import Role, role_said
from messages.store import looks, rights
from messages.store.database import Connection, Database
from messages.store.looks import Look
from messages.text.phrase import Phrase, english, nphrase, phrase
from messages.visibility import What

LISTS_SINCE: Final = timedelta(days=92)
"""Looks at lists are looked for so far back; those at the record itself without an end."""
MOST_SAID: Final = 4
"""Of so many things that somebody looked at in a day it is told which."""
_AT_ONCE: Final = 500
_MOST: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One person's looks of one day by one right: ``count`` of them, from ``first`` to ``at``.

    ``by`` whom (None: the operator), as what (``roles`` and ``level``), and ``at_what``; ``further`` is how many more
    things that were.
    """

    first: datetime
    at: datetime
    count: int
    by: str | None
    level: int | None
    roles: tuple[Role, ...]
    at_what: tuple[Phrase, ...]
    further: int


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """Some looks, the newest first: page ``number``, from 1; ``further`` says whether older ones follow."""

    items: tuple[Seen, ...]
    number: int
    further: bool


async def of_person(db: Database, person_id: int, number: int, now: datetime, *, size: int) -> SeenPage:
    """A page of the looks at a person, day by day as the zone of ``now`` has them."""
    number = max(1, number)
    async with db.reading() as conn:
        days = await _days(conn, person_id, now, enough=number * size)
    part = [*days.values()][(number - 1) * size : number * size]
    return SeenPage(items=tuple(map(_seen, part)), number=number, further=len(days) > number * size)


async def _days(conn: Connection, person_id: int, now: datetime, *, enough: int) -> dict[object, list[Look]]:
    """The newest looks, by day, who, and by what right: more than ``enough`` of these, where there are so many."""
    code = await rights.person_code(conn, person_id)
    found: dict[object, list[Look]] = {}
    before, day, whole, read = None, None, 0, 0
    while whole <= enough and read < _MOST:
        some = await looks.at_person(conn, person_id, code, now - LISTS_SINCE, before=before, limit=_AT_ONCE)
        for look in some:
            if (of_day := look.at.astimezone(now.tzinfo).date()) != day:
                day, whole = of_day, len(found)
            right = look.body.get("level"), str(look.body.get("roles"))
            found.setdefault((of_day, look.code, look.by, *right), []).append(look)
        if len(some) < _AT_ONCE:
            break
        before, read = some[-1].id, read + len(some)
    return found


def _seen(same: Sequence[Look]) -> Seen:
    look = same[0]
    level, roles = look.body.get("level"), look.body.get("roles")
    what = [*{english(said): said for said in map(_at_what, same)}.values()]
    return Seen(
        first=same[-1].at,
        at=look.at,
        count=len(same),
        by=look.by,
        level=level if isinstance(level, int) else None,
        roles=tuple(Role(role) for role in roles if role in set(Role)) if isinstance(roles, list) else (),
        at_what=tuple(what[:MOST_SAID]),
        further=max(0, len(what) - MOST_SAID),
    )


def _at_what(look: Look) -> Phrase:
    unit, what = look.body.get("unit"), str(look.body.get("what"))
    if look.kind is Kind.RECORD_SEEN and what in _SEEN:
        return _SEEN[What(what)](look.post or str(look.body.get("post")), look.item or "")
    if isinstance(unit, str):
        return phrase("a list of people of {unit} on which you stand", unit=unit)
    return phrase("a list of people on which you stand")


_SEEN: Final[Mapping[What, Callable[[str, str], Phrase]]] = {
    What.WARNINGS: lambda post, _: phrase("the record of your post “{post}”", post=post),
    What.LIST: lambda post, _: phrase("a list of warnings on which your post “{post}” stands", post=post),
    What.ITEM: lambda _, title: phrase("your item “{title}”", title=title),
    What.ITEMS: lambda _post, _title: phrase("a list of items on which yours stand"),
    What.POINTS: lambda post, _: phrase("the risk points of your post “{post}”", post=post),
    What.REGISTER: lambda post, _: phrase("a list of risk points on which your post “{post}” stands", post=post),
    What.REVIEW: lambda post, _: phrase("what your post “{post}” has submitted to the register", post=post),
    What.SCORES: lambda _post, _title: phrase("your scores"),
    What.FIGURES: lambda _post, _title: phrase("the figures of the people of your unit"),
    What.DECLARATION: lambda post, _: phrase("your declaration of interests as “{post}”", post=post),
}
"""What was looked at of somebody's record, by the post and the item's title."""


def as_said(seen: Seen) -> tuple[Phrase, ...]:
    """As what somebody looked: by which roles, and by which level; nothing where only a list was looked at."""
    level = (phrase("post of level {level}", level=seen.level),) if seen.level is not None else ()
    return (*map(role_said, seen.roles), *level)


def what_said(seen: Seen) -> tuple[Phrase, ...]:
    """What was looked at; of much, how much else."""
    if not seen.further:
        return seen.at_what
    return (*seen.at_what, nphrase("and {count} more", "and {count} more", seen.further))
