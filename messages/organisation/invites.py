"""Invites handed out: a new single-use code for everyone who has no chat account yet, as a file for the office.

The codes stand in that file alone; the store keeps their hashes. The file takes its place before the new codes are
committed: if it cannot be written, the codes handed out before stay good.
"""

import re
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from messages.errors import refused
from messages.joining import hash_code
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.spreadsheets import csv_of, write_private, xlsx_of
from messages.store import bots, ledger
from messages.store import invites as stored
from messages.store.bots import Bot, nearest
from messages.store.database import Connection, Database
from messages.store.invites import Invitee
from messages.store.organisation import find_unit
from messages.text.phrase import phrase

DAYS: Final = 30
COLUMNS: Final = ("code", "person_code", "name", "unit", "post", "link")

_CODE_BYTES: Final = 16  # 128 bits, 22 characters
_BOT_NAME: Final = re.compile(r"@?([A-Za-z0-9_]{3,64})")


@dataclass(frozen=True, kw_only=True)
class Invite:
    """A code for one person, readable only now. ``posts`` are the titles of the posts held."""

    code: str
    person_id: int
    person_code: str
    name: str
    language: str
    unit: str
    posts: tuple[str, ...]
    link: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Who gets a code: everyone without an account, in ``unit`` (and all below it) where one is named.

    ``moving``: also who joined through another bot than the one that serves the person's unit now. ``people``: only
    these, by their codes, whether they have joined or not.
    """

    unit: str | None = None
    moving: bool = False
    people: tuple[str, ...] = ()


EVERYONE: Final = Whom()


@dataclass(frozen=True, kw_only=True)
class Exported:
    """How many people got a code, and how many unused earlier codes that made void.

    ``bots`` counts the links by the user name of the bot to which they lead.
    """

    people: int
    replaced: int
    bots: Mapping[str, int]


AskName = Callable[[], Awaitable[str]]
"""Finds out the user name of the bot whose token stands in the settings."""

Content = Callable[[Sequence[Invite]], bytes]
"""Makes a file's content of invites."""


def new_code() -> str:
    """A code that Telegram's start parameter takes (``[A-Za-z0-9_-]``) and no spreadsheet takes for a formula."""
    while (code := secrets.token_urlsafe(_CODE_BYTES)).startswith("-"):
        pass
    return code


def bot_name(text: str) -> str:
    """A bot's user name without its ``@``; raises ``Refused`` for what is none."""
    found = _BOT_NAME.fullmatch(text.strip())
    if found is None:
        raise refused(phrase("A bot's user name is accepted, such as lianxun_bot."), column="--bot", value=text)
    return found.group(1)


def link(bot: str, code: str) -> str:
    """The address that opens the chat with the bot and hands it the code."""
    return f"https://t.me/{bot}?start={code}"


async def export_invites(
    db: Database,
    path: Path,
    *,
    now: datetime,
    main_bot: AskName,
    content: Content,
    days: int = DAYS,
    whom: Whom = EVERYONE,
) -> Exported:
    """Hand out a code to each present holder and role bearer without an account, or to those that ``whom`` names.

    Each link leads to the bot that serves the person's unit; ``main_bot`` is asked where that is the settings' own.
    Codes handed out to these people before and not used are replaced. Raises ``Refused`` for an unknown unit or person,
    and where the file cannot be written.
    """
    async with db.reading() as conn:
        chosen = await _choose(conn, whom)
    names = {bot.id: bot.username or await main_bot() for bot in {bot for _, bot in chosen}}
    expires_at = now + timedelta(days=days)
    made = [_invite(invitee, names[bot.id], expires_at) for invitee, bot in chosen]
    file = content(made)  # before the transaction: drawing thousands of cards takes a while, and others wait to write
    async with db.writing() as conn:
        codes = {invite.person_id: hash_code(invite.code) for invite in made}
        replaced = await stored.replace(conn, codes=codes, created_at=now, expires_at=expires_at)
        body: dict[str, Json] = {"people": len(made), "unit": whom.unit, "expires_at": expires_at.isoformat()}
        await ledger.append(conn, at=now, kind=Kind.INVITES_EXPORTED, person_id=None, body=body)
        write_private(path, file)
    return Exported(people=len(made), replaced=replaced, bots=Counter(names[bot.id] for _, bot in chosen))


async def _choose(conn: Connection, whom: Whom) -> list[tuple[Invitee, Bot]]:
    """Who gets a code, each with the bot that serves the person's unit."""
    within = "" if whom.unit is None else await _path_of(conn, whom.unit)
    territories = await bots.territories(conn)
    found = await stored.invitees(conn, within=within, joined=whom.moving or bool(whom.people))
    served = [(invitee, nearest(territories, invitee.path)) for invitee in found]
    if whom.people:
        unknown = set(whom.people) - {invitee.person_code for invitee in found}
        if unknown:
            message = phrase("The code of a person who holds a post or bears a role is accepted.")
            raise refused(message, column="--person", value=min(unknown))
        return [one for one in served if one[0].person_code in whom.people]
    return [(invitee, bot) for invitee, bot in served if invitee.bot_id != bot.id]


async def _path_of(conn: Connection, unit: str) -> str:
    found = await find_unit(conn, unit)
    if found is None:
        raise refused(phrase("The name of a unit of the roster is accepted."), column="--unit", value=unit)
    return found.path


def _invite(invitee: Invitee, bot: str, expires_at: datetime) -> Invite:
    code = new_code()
    return Invite(
        code=code,
        person_id=invitee.person_id,
        person_code=invitee.person_code,
        name=invitee.name,
        language=invitee.language,
        unit=invitee.unit,
        posts=invitee.posts,
        link=link(bot, code),
        expires_at=expires_at,
    )


def as_csv(invites: Sequence[Invite]) -> bytes:
    """The invites as CSV, a line a person: for programs, so without the mark that spreadsheets want."""
    return csv_of(COLUMNS, map(_line, invites), mark=False)


def as_xlsx(invites: Sequence[Invite]) -> bytes:
    """The invites as a workbook, a line a person."""
    return xlsx_of("invites", COLUMNS, map(_line, invites))


def _line(invite: Invite) -> tuple[str, ...]:
    posts = ";".join(invite.posts)
    return invite.code, invite.person_code, invite.name, invite.unit, posts, invite.link
