"""``lianxun invites``: single-use codes for everyone who has no chat account yet, to hand out."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.frame import AsJson, ProgressPort, Session, emit_json, progress, run
from messages.errors import refused
from messages.organisation.invites import Content, Exported, Invite, Whom, as_csv, as_xlsx, bot_name, export_invites
from messages.text.phrase import nphrase, phrase
from schedules.policy import load as load_policy

app = typer.Typer(name="invites", help="Codes by which people join.", no_args_is_help=True)

_TABLES: Final[dict[str, Content]] = {".csv": as_csv, ".xlsx": as_xlsx}
_CARDS: Final = ".html"


@app.callback()
def invites() -> None:
    """Codes by which people join."""


@app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write: .csv, .xlsx, or .html to print.")],
    unit: Annotated[str | None, typer.Option("--unit", help="Only this unit and all below it.")] = None,
    bot: Annotated[
        str | None,
        typer.Option("--bot", help="The user name of the settings' own bot; asked from the Bot API by default."),
    ] = None,
    moving: Annotated[
        bool,
        typer.Option("--moving", help="Also who joined through another bot than the one that serves their unit now."),
    ] = False,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="CODE", help="Only this person, joined or not; may be given again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new code for each person without a chat account.

    Each link leads to the bot that serves the person's unit. With a new code a person who has joined moves: to another
    chat or another bot. Codes handed out before and not used yet are replaced. The file is a secret: whoever has a
    code can join as its person. It can be read by its owner only; delete it once the codes are handed out.
    """
    whom = Whom(unit=unit, moving=moving, people=tuple(person or ()))
    run(lambda session: _export(session, file, whom, bot, as_json=as_json), as_json=as_json)


async def _export(session: Session, file: Path, whom: Whom, bot: str | None, *, as_json: bool) -> None:
    if file.suffix.lower() not in {*_TABLES, _CARDS}:
        raise refused(phrase("A file ending in .csv, .xlsx or .html is accepted."), value=file.name)
    given = bot_name(bot) if bot else None

    async def main_bot() -> str:
        return given or await bot_username(session)

    with progress(session) as port:
        done = await export_invites(
            session.db,
            file,
            now=session.clock.now(),
            main_bot=main_bot,
            content=_content(session, file, port),
            days=load_policy(session.settings.policy).invites.days,
            whom=whom,
        )
    if as_json:
        emit_json({"file": str(file), "people": done.people, "replaced": done.replaced, "bots": done.bots})
    else:
        _tell(session, file, done)


def _tell(session: Session, file: Path, done: Exported) -> None:
    message = nphrase(
        "{count} code written to {file}. Hand it out, then delete the file.",
        "{count} codes written to {file}. Hand them out, then delete the file.",
        done.people,
        file=str(file),
    )
    typer.echo(session.say(message))
    for name, count in done.bots.items() if len(done.bots) > 1 else ():
        typer.echo(f"  @{name}: {count}")
    if done.replaced:
        voided = nphrase(
            "{count} unused code of an earlier export no longer works.",
            "{count} unused codes of earlier exports no longer work.",
            done.replaced,
        )
        typer.echo(session.say(voided))


def _content(session: Session, file: Path, port: ProgressPort) -> Content:
    table = _TABLES.get(file.suffix.lower())
    return table or partial(_cards, session, port)


def _cards(session: Session, port: ProgressPort, made: Sequence[Invite]) -> bytes:
    from bot.web.invite_cards import InviteCards

    what = session.say(phrase("Drawing cards"))
    cards = InviteCards(session.catalog, session.settings.zone)
    return cards.page(made, session.language, lambda done: port(what, done, len(made))).encode()


async def bot_username(session: Session) -> str:
    """The bot's user name, asked from the Bot API.

    Raises ``Refused`` where no token is set or no good answer comes.
    """
    from telegram.error import TelegramError

    from bot.telegram.identity import username_of

    token = session.settings.telegram_token.get_secret_value()
    if not token:
        raise refused(
            phrase("The links need the bot's user name: give it with --bot NAME, or set LIANXUN_TELEGRAM_TOKEN.")
        )
    try:
        return await username_of(token, session.settings.telegram_api_root)
    except TelegramError as error:
        message = phrase(
            "The Bot API did not tell the bot's user name ({why}): give it with --bot NAME.", why=str(error)
        )
        raise refused(message) from error
