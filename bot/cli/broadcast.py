"""``lianxun broadcast``: say something to an audience."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.cli.frame import AsJson, Session, emit_json, run
from messages.errors import NotEntitled, NotFound, refused
from messages.ledger import Kind
from messages.notices import LONGEST_TITLE, Json, Lane, NewNotice
from messages.organisation.records import Role
from messages.store import audience as audiences
from messages.store import ledger, notices
from messages.store.database import Connection
from messages.store.rights import holds_role, person_id
from messages.text.catalog import LANGUAGES
from messages.text.markup import visible_length
from messages.text.phrase import phrase
from messages.text.rendering import Frame, Renderer
from schedules.broadcasts import Broadcast, notice_of
from schedules.deadlines import parse_within
from schedules.planner import Planner
from schedules.policy import Policy, load

_LONGEST: Final = 4096
"""The Bot API's limit for a text, in UTF-16 units after the markup is read."""

_URGENCIES: Final = tuple(lane.name.lower() for lane in Lane)

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

    draft = _Draft(
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
    run(lambda session: _broadcast(session, draft, as_json=as_json), as_json=as_json)


@dataclass(frozen=True, kw_only=True)
class _Draft:
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


async def _broadcast(session: Session, draft: _Draft, *, as_json: bool) -> None:
    policy, now = load(session.settings.policy), session.clock.now()
    settings = session.settings
    planner = Planner(db=session.db, policy=policy, zone=settings.zone, country=settings.country)
    async with session.db.reading() as conn:
        said = await _checked(conn, session, draft, policy, now)
    key = f"broadcast:{said.send_at:%Y%m%dT%H%M}:{secrets.token_hex(4)}"
    notice = notice_of(said, await planner.calendar(), policy, key=key, now=now)
    _fits(notice, Renderer(session.catalog, settings.zone))
    async with session.db.writing() as conn:
        notice_id = await notices.add(conn, notice)
        recipients = await audiences.count_people(conn, notice.audience)
        unreachable = await audiences.count_unreachable(conn, notice.audience)
        body: dict[str, Json] = {"key": key, "audience": notice.audience, "recipients": recipients}
        body["approved_by"] = draft.approved_by
        await ledger.append(conn, at=now, kind=Kind.NOTICE_BROADCAST, person_id=said.by, body=body)
    await planner.fan_out(now)
    _tell(session, {"id": notice_id, "key": key, "recipients": recipients, "unreachable": unreachable}, as_json=as_json)


async def _checked(conn: Connection, session: Session, draft: _Draft, policy: Policy, now: datetime) -> Broadcast:
    """Every fault of the options is refused before anything is made."""
    await audiences.check(conn, draft.audience)
    text = _decoded(draft.text) if isinstance(draft.text, Path) else draft.text
    if not visible_length(text.strip()):
        raise refused(phrase("a text that is not empty is accepted"), column="--text")
    if draft.title is not None and len(draft.title) > LONGEST_TITLE:
        raise refused(phrase("At most {most} characters are accepted.", most=LONGEST_TITLE), column="--title")
    within = parse_within(draft.within) if draft.within else policy.broadcasts.within
    return Broadcast(
        text=text.strip(),
        title=draft.title,
        audience=draft.audience,
        within=within if draft.acknowledge else None,
        send_at=_instant(draft.at, session, now),
        lane=draft.lane,
        by=await _administrator(conn, draft.speaker),
        approved_by=await _administrator(conn, draft.approved_by) if draft.approved_by else None,
    )


async def _administrator(conn: Connection, code: str) -> int:
    person = await person_id(conn, code)
    if person is None:
        raise NotFound(phrase("There is no person with the code «{code}».", code=code))
    if not await holds_role(conn, person, Role.OFFICE):
        raise NotEntitled(phrase("«{code}» is not an administrator of the office: only they broadcast.", code=code))
    return person


def _instant(given: str | None, session: Session, now: datetime) -> datetime:
    if given is None:
        return now
    accepted = phrase("an instant to come is accepted, such as 2026-09-21T09:10 or 2026-09-21T09:10:00+08:00")
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise refused(accepted, column="--at", value=given) from None
    at = at if at.tzinfo else at.replace(tzinfo=session.settings.zone)
    if at < now:
        raise refused(accepted, column="--at", value=given)
    return at.astimezone(session.settings.zone)


def _decoded(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = phrase("a text in UTF-8 is accepted; the byte at {place} is not", place=error.start)
        raise refused(message, sheet=file.name) from None


def _fits(notice: NewNotice, renderer: Renderer) -> None:
    """Refuse a text that would be too long for one message in any language, with everything that stands around it."""
    frame = Frame(
        title=notice.title,
        acknowledge=notice.acknowledge,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
        reminder=9,
        repeat=True,
    )
    texts = (renderer.notice(notice.template, language, notice.params, frame) for language in LANGUAGES)
    longest = max(map(visible_length, texts))
    if longest > _LONGEST:
        over = phrase("a text that is {over} characters shorter is accepted", over=longest - _LONGEST)
        raise refused(over, column="--text")


def _tell(session: Session, result: dict[str, int | str | None], *, as_json: bool) -> None:
    if as_json:
        emit_json(result)
        return
    told = phrase(
        "Notice {id}: {recipients} people, {unreachable} of them cannot be reached now.",
        id=result["id"] or 0,
        recipients=result["recipients"] or 0,
        unreachable=result["unreachable"] or 0,
    )
    typer.echo(session.say(told))
