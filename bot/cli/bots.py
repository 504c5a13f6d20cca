"""``lianxun bots``: the office's bots, with a token each. A token is never an argument: those can be seen."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.tables import headed
from messages import bots
from messages.errors import refused
from messages.organisation.invites import bot_name
from messages.organisation.tokens import TokenUnreadable, new_key, telegram_id, unseal
from messages.store import bots as stored
from messages.store.bots import MAIN_BOT, Bot, Service
from messages.text.phrase import nphrase, phrase

app = typer.Typer(name="bots", help="The bots of the office.", no_args_is_help=True)

_LONGEST: Final = 1_000  # characters: a token has not many more than 40
_LIKE_A_TOKEN: Final = re.compile(r"\s*\d+:[^/\s]+\s*")  # also one that was copied badly
_HEADS: Final = (
    phrase("No."),
    phrase("Name"),
    phrase("User name"),
    phrase("Unit"),
    phrase("People"),
    phrase("Added"),
    phrase("Token"),
)

Which = Annotated[str, typer.Argument(metavar="NAME|NUMBER", help="The bot, as «bots list» shows it.")]
Source = Annotated[
    str, typer.Argument(metavar="FILE|-", help="The file with the token; - reads it from standard input.")
]
Username = Annotated[
    str | None,
    typer.Option("--username", help="The bot's user name; asked from the Bot API by default, which proves the token."),
]


@app.command("add")
def add(
    source: Source,
    unit: Annotated[
        str | None, typer.Option("--unit", help="It serves this unit and all below; otherwise whoever no other serves.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What to call it; its user name by default.")] = None,
    username: Username = None,
    as_json: AsJson = False,
) -> None:
    """Add a bot. A running service takes it up within seconds; invites of its people lead to it from now on.

    Nobody who has joined is moved: see «invites export --moving». The token is kept encrypted with LIANXUN_TOKEN_KEY.
    """
    run(lambda session: _add(session, source, unit, name, username, as_json=as_json), as_json=as_json)


@app.command("list")
def list_bots(as_json: AsJson = False) -> None:
    """The bots, whom they serve, and whether their tokens can be read."""
    run(lambda session: _list(session, as_json=as_json), as_json=as_json)


@app.command("retire")
def retire(
    which: Which,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also while people are served by it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Retire a bot. The people whom it serves have to join again, with codes of a new export; nothing open is lost."""
    run(lambda session: _retire(session, which, anyway=anyway, as_json=as_json), as_json=as_json)


@app.command("token")
def change_token(which: Which, source: Source, username: Username = None, as_json: AsJson = False) -> None:
    """Give a bot its new token, after the old one was revoked at @BotFather."""
    run(lambda session: _change_token(session, which, source, username, as_json=as_json), as_json=as_json)


@app.command("key")
def key() -> None:
    """Print a fresh key for LIANXUN_TOKEN_KEY, and nothing else. It is kept nowhere."""
    typer.echo(new_key())


@app.command("rekey")
def rekey(as_json: AsJson = False) -> None:
    """Encrypt every token anew with the first key of LIANXUN_TOKEN_KEY; after that the others can go."""
    run(lambda session: _rekey(session, as_json=as_json), as_json=as_json)


async def _add(
    session: Session, source: str, unit: str | None, name: str | None, username: str | None, *, as_json: bool
) -> None:
    token = _read(source)
    new = bots.NewBot(token=token, username=await _username(session, token, username), name=name, unit=unit)
    settings = session.settings
    added = await bots.add(
        session.db,
        new,
        keys=settings.token_key.get_secret_value(),
        settings_token=settings.telegram_token.get_secret_value(),
        now=session.clock.now(),
    )
    if as_json:
        emit_json({**_document(added), "unit": unit})
        return
    typer.echo(session.say(phrase("«{name}» (@{username}) is added.", name=added.name, username=new.username)))


async def _list(session: Session, *, as_json: bool) -> None:
    async with session.db.reading() as conn:
        found = await stored.services(conn)
    rows = [_row(session, service) for service in found]
    if as_json:
        emit_json({"bots": rows})
    else:
        Console(emoji=False).print(_table(session, rows))


async def _retire(session: Session, which: str, *, anyway: bool, as_json: bool) -> None:
    done = await bots.retire(session.db, which, anyway=anyway, now=session.clock.now())
    if as_json:
        emit_json({**_document(done.bot), "people": done.people})
        return
    typer.echo(session.say(phrase("«{name}» is retired.", name=done.bot.name)))
    if done.people:
        again = nphrase(
            "{count} person has to join again: «lianxun invites export» makes the code.",
            "{count} people have to join again: «lianxun invites export» makes the codes.",
            done.people,
        )
        typer.echo(session.say(again))


async def _change_token(session: Session, which: str, source: str, username: str | None, *, as_json: bool) -> None:
    token = _read(source)
    changed = await bots.change_token(
        session.db,
        which,
        token,
        username=await _username(session, token, username),
        keys=session.settings.token_key.get_secret_value(),
        now=session.clock.now(),
    )
    if as_json:
        emit_json(_document(changed))
    else:
        typer.echo(session.say(phrase("«{name}» has its new token.", name=changed.name)))


async def _rekey(session: Session, *, as_json: bool) -> None:
    keys = session.settings.token_key.get_secret_value()
    count = await bots.rekey(session.db, keys=keys, now=session.clock.now())
    if as_json:
        emit_json({"tokens": count})
        return
    message = nphrase(
        "{count} token is encrypted with the first key.", "{count} tokens are encrypted with the first key.", count
    )
    typer.echo(session.say(message))


def _read(source: str) -> str:
    """The token in a file or on standard input. Neither a token nor what else was found is ever shown."""
    if _LIKE_A_TOKEN.fullmatch(source):
        raise refused(
            phrase(
                "A token is read from a file or from standard input (-): an argument stays in the shell's history and"
                " shows in the list of processes. Please revoke this one at @BotFather."
            )
        )
    try:
        token = _text(source).strip()
    except OSError as error:
        raise refused(phrase("The file cannot be read: {why}.", why=error.strerror or ""), value=source) from None
    except UnicodeDecodeError:
        token = ""
    telegram_id(token)
    return token


def _text(source: str) -> str:
    if source == "-":
        return sys.stdin.read(_LONGEST)
    with Path(source).open(encoding="utf-8-sig") as file:
        return file.read(_LONGEST)


async def _username(session: Session, token: str, given: str | None) -> str:
    """The bot's user name: as given, or as the Bot API tells it. Raises ``Refused`` where no good answer comes."""
    from telegram.error import InvalidToken, TelegramError

    from bot.telegram.identity import username_of

    if given:
        return bot_name(given)
    try:
        return await username_of(token, session.settings.telegram_api_root)
    except InvalidToken:
        raise refused(phrase("The Bot API refuses this token. Please copy it from @BotFather once more.")) from None
    except TelegramError as error:
        message = phrase(
            "The Bot API cannot be asked whose token this is ({why}). Please try again later, or give the bot's user"
            " name with --username NAME: the token is kept unproved then.",
            why=str(error),
        )
        raise refused(message) from None


def _document(bot: Bot) -> dict[str, Any]:
    return {"id": bot.id, "name": bot.name, "username": bot.username}


def _row(session: Session, service: Service) -> dict[str, Any]:
    return {
        **_document(service.bot),
        "unit": service.unit,
        "people": service.people,
        "added_at": service.added_at.astimezone(session.settings.zone).isoformat(),
        "readable": _is_readable(session, service.bot),
    }


def _is_readable(session: Session, bot: Bot) -> bool:
    """Whether the bot's token is at hand: a running service leaves out a bot of which it is not."""
    if bot.id == MAIN_BOT:
        return bool(session.settings.telegram_token.get_secret_value())
    try:
        unseal(bot.token or "", session.settings.token_key.get_secret_value(), bot=bot.name)
    except TokenUnreadable:
        return False
    return True


def _table(session: Session, rows: list[dict[str, Any]]) -> Table:
    table = headed(map(session.say, _HEADS))
    for row in rows:
        username = f"@{row['username']}" if row["username"] else "–"
        missing = phrase("not set") if row["id"] == MAIN_BOT else phrase("cannot be read")
        token = phrase("readable") if row["readable"] else missing
        words = (
            row["name"],
            username,
            row["unit"] or "–",
            str(row["people"]),
            row["added_at"][:10],
            session.say(token),
        )
        table.add_row(str(row["id"]), *map(escape, words))
    return table
