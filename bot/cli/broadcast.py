"""``lianxun broadcast``: say something to an audience."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from messages.errors import refused
from messages.notices import Lane
from messages.text.phrase import phrase
from messages.text.rendering import Renderer
from schedules.broadcasts import Announced, Broadcasts, Draft
from schedules.calendars import Calendars
from schedules.deadlines import parse_instant, parse_within
from schedules.planner import Planner
from schedules.policy import load

_URGENCIES: Final = tuple(lane.name.lower() for lane in Lane)
_FIELDS: Final = ("text", "title", "at", "within", "audience", "as", "approved_by")
_OPTIONS: Final = {name: f"--{name.replace('_', '-')}" for name in _FIELDS}
"""Fields whose faults are told by the name of their option."""

Audience = Annotated[
    str, typer.Option("--audience", metavar="EXPR", help="Who is meant, such as 'unit:财政局 level:1-3'.")
]
Text = Annotated[str | None, typer.Option("--text", metavar="T", help="The text; the Bot API's HTML is understood.")]
File = Annotated[Path | None, typer.Option("--file", exists=True, dir_okay=False, help="A UTF-8 file with the text.")]
Title = Annotated[str | None, typer.Option("--title", help="The title above the text.")]
Acknowledge = Annotated[bool, typer.Option("--ack/--no-ack", help="Whether it must be acknowledged.")]
Within = Annotated[str | None, typer.Option("--within", metavar="2wd", help="By when: a number of working days.")]
At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="When to send: an ISO instant; now if not given.")]
As = Annotated[str, typer.Option("--as", metavar="PERSON", help="The code of the administrator who speaks.")]
ApprovedBy = Annotated[str | None, typer.Option("--approved-by", metavar="PERSON", help="Who approved it.")]
Urgency = Annotated[str, typer.Option("--urgency", metavar="LANE", help=" | ".join(_URGENCIES))]


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("broadcast")(broadcast)


def broadcast(
    audience: Audience,
    speaker: As,
    text: Text = None,
    file: File = None,
    title: Title = None,
    acknowledge: Acknowledge = True,
    within: Within = None,
    at: At = None,
    approved_by: ApprovedBy = None,
    urgency: Urgency = "broadcast",
    as_json: AsJson = False,
) -> None:
    """Say something to an audience.

    The text is given by --text or --file. It may carry the Bot API's HTML; what is not well formed is refused with
    the place of the fault. Nothing is sent before all of it was checked.
    """
    if (text is None) == (file is None):
        raise typer.BadParameter("give either --text or --file")  # noqa: EM101, TRY003 -- usage, said by Typer
    if urgency not in _URGENCIES:
        raise typer.BadParameter(f"--urgency accepts {', '.join(_URGENCIES)}")  # noqa: EM102, TRY003 -- as above
    if within is not None and not acknowledge:
        raise typer.BadParameter("--within goes with --ack")  # noqa: EM101, TRY003 -- as above

    options = _Options(
        audience=audience,
        text=text if text is not None else file or "",
        title=title,
        acknowledge=acknowledge,
        within=within,
        at=at,
        speaker=speaker,
        approved_by=approved_by,
        lane=Lane[urgency.upper()],
    )
    run(lambda session: _broadcast(session, options, as_json=as_json), as_json=as_json)


@dataclass(frozen=True, kw_only=True)
class _Options:
    """The command's options as they were given."""

    audience: str
    text: str | Path
    title: str | None
    acknowledge: bool
    within: str | None
    at: str | None
    speaker: str
    approved_by: str | None
    lane: Lane


async def _broadcast(session: Session, options: _Options, *, as_json: bool) -> None:
    settings, policy, now = session.settings, load(session.settings.policy), session.clock.now()
    calendars = Calendars(session.db, settings.country)
    planner = Planner(db=session.db, policy=policy, zone=settings.zone, calendars=calendars)
    renderer = Renderer(session.catalog, settings.zone)
    broadcasts = Broadcasts(db=session.db, planner=planner, policy=policy, renderer=renderer)
    with faults_called(_OPTIONS):
        draft = Draft(
            text=decoded(options.text) if isinstance(options.text, Path) else options.text,
            audience=options.audience,
            speaker=options.speaker,
            title=options.title,
            acknowledge=options.acknowledge,
            within=parse_within(options.within) if options.within else None,
            send_at=None if options.at is None else parse_instant(options.at, settings.zone, now),
            approved_by=options.approved_by,
            lane=options.lane,
        )
        announced = await broadcasts.announce(draft, now)
    _tell(session, announced, as_json=as_json)


def decoded(file: Path) -> str:
    """The text of a file. Raises ``Refused`` for one that is not in UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = phrase("a text in UTF-8 is accepted; the byte at {place} is not", place=error.start)
        raise refused(message, sheet=file.name) from None


def _tell(session: Session, announced: Announced, *, as_json: bool) -> None:
    if as_json:
        goes_out = announced.goes_out.astimezone(session.settings.zone)
        emit_json({**asdict(announced), "goes_out": goes_out.isoformat()})
        return
    told = phrase(
        "Notice {id}: {recipients} people, {unreachable} of them cannot be reached now.",
        id=announced.id,
        recipients=announced.recipients,
        unreachable=announced.unreachable,
    )
    typer.echo(session.say(told))
    when = announced.goes_out.astimezone(session.settings.zone)
    if announced.goes_out > session.clock.now():
        typer.echo(session.say(phrase("It goes out at {when}.", when=f"{when:%Y-%m-%d %H:%M}")))
