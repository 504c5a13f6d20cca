"""Who has looked at a person: when, by which level or role, at which post; and at lists that name the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages.ledger import Kind
from messages.organisation.records import Role, role_said
from messages.store import looks, rights
from messages.store.database import Database
from messages.store.looks import Look
from messages.text.phrase import Phrase, phrase
from messages.visibility import What

LISTS_SINCE: Final = timedelta(days=92)
"""Looks at lists are looked for so far back; those at the record itself without an end."""
_LAST_PAGE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A look: ``by`` whom (None: the operator), as what (``roles`` and ``level``), and ``at_what``."""

    at: datetime
    by: str | None
    level: int | None
    roles: tuple[Role, ...]
    at_what: Phrase


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """Some looks, the newest first: page ``number``, from 1; ``further`` says whether older ones follow."""

    items: tuple[Seen, ...]
    number: int
    further: bool


async def of_person(db: Database, person_id: int, number: int, now: datetime, *, size: int) -> SeenPage:
    """A page of the looks at a person."""
    number = min(max(1, number), _LAST_PAGE)
    part = {"limit": size + 1, "offset": (number - 1) * size}
    async with db.reading() as conn:
        code = await rights.person_code(conn, person_id)
        found = await looks.at_person(conn, person_id, code, now - LISTS_SINCE, **part)
    further = len(found) > size and number < _LAST_PAGE
    return SeenPage(items=tuple(map(_seen, found[:size])), number=number, further=further)


def _seen(look: Look) -> Seen:
    level, roles = look.body.get("level"), look.body.get("roles")
    return Seen(
        at=look.at,
        by=look.by,
        level=level if isinstance(level, int) else None,
        roles=tuple(Role(role) for role in roles if role in set(Role)) if isinstance(roles, list) else (),
        at_what=_at_what(look),
    )


def _at_what(look: Look) -> Phrase:
    post, unit = look.post or str(look.body.get("post")), look.body.get("unit")
    match look.body.get("what") if look.kind is Kind.RECORD_SEEN else None:
        case What.WARNINGS:
            return phrase("the record of your post “{post}”", post=post)
        case What.LIST:
            return phrase("a list of warnings on which your post “{post}” stands", post=post)
        case What.ITEM:
            return phrase("your item “{title}”", title=look.item or "")
        case What.ITEMS:
            return phrase("a list of items on which yours stand")
    if isinstance(unit, str):
        return phrase("a list of people of {unit} on which you stand", unit=unit)
    return phrase("a list of people on which you stand")


def as_said(seen: Seen) -> tuple[Phrase, ...]:
    """As what somebody looked: by which roles, and by which level; nothing where only a list was looked at."""
    level = (phrase("post of level {level}", level=seen.level),) if seen.level is not None else ()
    return (*map(role_said, seen.roles), *level)
