"""The office's bots: added, retired, given another token.

A bot serves a unit and all below it: invites of its people lead to it. Whoever joined through a bot is served by it
until joining again with a new code; adding a bot moves nobody.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from messages.errors import LianxunError, NotFound, refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.tokens import seal, telegram_id, unseal
from messages.store import accounts, bots, ledger
from messages.store.bots import MAIN_BOT, Bot
from messages.store.database import Connection, Database
from messages.store.organisation import find_unit
from messages.text.phrase import Phrase, nphrase, phrase

_NAME: Final = re.compile(r"(?=.*\D)[\w-]{1,64}")


class BotRefused(LianxunError):
    """What was asked of a bot cannot be done."""


@dataclass(frozen=True, kw_only=True)
class NewBot:
    """What an administrator gives. ``name`` is the user name where none is given; ``unit`` is a unit's name."""

    token: str = field(repr=False)
    username: str
    name: str | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Retired:
    """A bot that is no more, and how many people it had served: they have to join again."""

    bot: Bot
    people: int


async def add(db: Database, new: NewBot, *, keys: str, settings_token: str, now: datetime) -> Bot:
    """Add a bot; its token is kept encrypted with the first of ``keys``.

    Raises ``Refused`` or ``BotRefused`` for a token that is none or is there already, also as that of the settings, for
    a name that is taken, an unknown unit, and where there is no key.
    """
    number, name = telegram_id(new.token), new.name or new.username
    if not _NAME.fullmatch(name):
        raise refused(
            phrase("A name of letters, digits, - and _ is accepted, not digits alone."), column="--name", value=name
        )
    if settings_token.startswith(f"{number}:"):
        raise BotRefused(phrase("This is the bot of LIANXUN_TELEGRAM_TOKEN: it serves already, under the name «main»."))
    sealed = seal(new.token, keys)
    async with db.writing() as conn:
        await _refuse_taken(conn, number, name)
        unit_id = None if new.unit is None else await _unit(conn, new.unit)
        wanted = Bot(id=0, name=name, unit_id=unit_id, telegram_id=number, username=new.username, token=sealed)
        added = await bots.add(conn, wanted, now)
        body: dict[str, Json] = {
            "bot": added.id,
            "name": name,
            "telegram_id": number,
            "username": new.username,
            "unit": new.unit,
        }
        await ledger.append(conn, at=now, kind=Kind.BOT_ADDED, person_id=None, body=body)
    return added


async def _refuse_taken(conn: Connection, number: int, name: str) -> None:
    for there in await bots.current(conn):
        if there.telegram_id == number:
            raise BotRefused(
                phrase(
                    "This bot is there already, as «{name}». «lianxun bots token {name} FILE» gives it a new token.",
                    name=there.name,
                )
            )
        if there.name == name:
            raise BotRefused(phrase("There is a bot named «{name}» already: give another one with --name.", name=name))


async def _unit(conn: Connection, name: str) -> int:
    found = await find_unit(conn, name)
    if found is None:
        raise refused(phrase("The name of a unit of the roster is accepted."), column="--unit", value=name)
    return found.id


async def change_token(db: Database, which: str, token: str, *, username: str, keys: str, now: datetime) -> Bot:
    """Give a bot a new token, after the old one was revoked. Raises ``BotRefused`` for the token of another bot."""
    number, sealed = telegram_id(token), seal(token, keys)
    async with db.writing() as conn:
        bot = await _added(conn, which)
        if bot.telegram_id != number:
            message = phrase(
                "This is the token of another bot than «{name}»: «lianxun bots add» adds one.", name=bot.name
            )
            raise BotRefused(message)
        await bots.keep_token(conn, bot.id, sealed, username)
        body: dict[str, Json] = {"bot": bot.id, "name": bot.name}
        await ledger.append(conn, at=now, kind=Kind.BOT_TOKEN_CHANGED, person_id=None, body=body)
    return bot


async def retire(db: Database, which: str, *, anyway: bool, now: datetime) -> Retired:
    """Retire a bot. ``BotRefused`` while people are served by it, unless ``anyway``: then their accounts end.

    They are unreachable until they join again, with a code of a new export, through the bot that serves their unit now;
    what is open then is sent to them.
    """
    async with db.writing() as conn:
        bot = await _added(conn, which)
        await bots.retire(conn, bot.id, now)
        people = await accounts.leave_bot(conn, bot.id, now)
        if people and not anyway:
            raise BotRefused(_still_serving(people, bot.name))
        body: dict[str, Json] = {"bot": bot.id, "name": bot.name, "people": people}
        await ledger.append(conn, at=now, kind=Kind.BOT_RETIRED, person_id=None, body=body)
    return Retired(bot=bot, people=people)


def _still_serving(people: int, name: str) -> Phrase:
    return nphrase(
        "«{name}» serves {count} person, who would have to join again with a new code. With --anyway it is retired.",
        "«{name}» serves {count} people, who would have to join again with new codes. With --anyway it is retired.",
        people,
        name=name,
    )


async def rekey(db: Database, *, keys: str, now: datetime) -> int:
    """Encrypt every token anew with the first of ``keys``; gives how many.

    Raises ``TokenUnreadable``, and changes nothing, where one cannot be read.
    """
    async with db.writing() as conn:
        kept = [bot for bot in await bots.current(conn) if bot.token]
        for bot in kept:
            token = unseal(bot.token or "", keys, bot=bot.name)
            await bots.keep_token(conn, bot.id, seal(token, keys), bot.username)
        body: dict[str, Json] = {"bots": len(kept)}
        await ledger.append(conn, at=now, kind=Kind.BOT_TOKENS_REKEYED, person_id=None, body=body)
    return len(kept)


async def _added(conn: Connection, which: str) -> Bot:
    """The bot of this name or number; not the settings' own."""
    found = [bot for bot in await bots.current(conn) if which.removeprefix("@") in {bot.name, str(bot.id)}]
    if not found:
        raise NotFound(phrase("There is no bot «{name}»; «lianxun bots list» shows all.", name=which))
    if found[0].id == MAIN_BOT:
        raise BotRefused(
            phrase(
                "«{name}» is the bot of LIANXUN_TELEGRAM_TOKEN: it is changed or taken away there.", name=found[0].name
            )
        )
    return found[0]
