"""``lianxun campaigns``: posts that are to go over their risk points by a day, and how far they have come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer
from rich.console import Console

from bot.cli.acting import A_PAGE, By, PageNumber, Why, actor, campaigns_of, tell_pages, unit_id
from bot.cli.broadcast import ApprovedBy, Audience, File, Text, decoded
from bot.cli.campaign_view import CampaignView
from bot.cli.frame import AsJson, Session, emit_json, faults_called, run
from messages.errors import refused
from messages.items import columns
from messages.register.campaigns import Campaign, CampaignState, GivenCampaign, TaskState
from messages.text.phrase import phrase
from schedules.campaigns.desk import Campaigns

app = typer.Typer(name="campaigns", help="Posts that go over their risk points by a day.", no_args_is_help=True)

_NAMES: Final = ("title", "text", "audience", "approved_by", "why")
_OPTIONS: Final = {name: f"--{name.replace('_', '-')}" for name in _NAMES} | {"due_on": "--due"}
"""Fields whose faults are told by the name of their option."""
_DAY: Final = "2026-09-24, 2026年9月24日"

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The campaign's number, as «campaigns list» shows it.")]
Due = Annotated[str, typer.Option("--due", metavar="DATE", help="The last day; one off means the next working day.")]
Title = Annotated[str, typer.Option("--title", help="The title.")]
Version = Annotated[
    int | None, typer.Option("--version", metavar="N", help="The version that was seen; the present one if not given.")
]

_Deed: TypeAlias = Callable[[Campaigns, Campaign, int, datetime], Awaitable[Campaign]]
"""An act about a campaign as it stands: by whom, when."""


@dataclass(frozen=True, kw_only=True)
class _Options:
    """What is started, as it was given."""

    audience: str
    title: str
    text: str | Path
    due: str
    by: str
    approved_by: str | None


@app.command("start")
def start(
    audience: Audience,
    title: Title,
    due: Due,
    by: By,
    text: Text = None,
    file: File = None,
    approved_by: ApprovedBy = None,
    as_json: AsJson = False,
) -> None:
    """Start a campaign: each post that the audience means has a task, vacant ones too.

    To many people it is proposed, where nobody is named who approved it.
    """
    if (text is None) == (file is None):
        raise typer.BadParameter("give either --text or --file")  # noqa: EM101, TRY003 -- usage, said by Typer
    options = _Options(
        audience=audience,
        title=title,
        text=text if text is not None else file or "",
        due=due,
        by=by,
        approved_by=approved_by,
    )
    run(lambda session: _start(session, options, as_json=as_json), as_json=as_json)


@app.command("list")
def list_campaigns(by: By, page: PageNumber = 1, as_json: AsJson = False) -> None:
    """The campaigns that a person may see: those under way, then the newest."""
    run(lambda session: _list(session, by, page, as_json=as_json), as_json=as_json)


@app.command("show")
def show(
    campaign_id: Id,
    by: By,
    tasks: Annotated[bool, typer.Option("--tasks", help="List the posts too.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="List those with nothing to add.")] = False,
    state: Annotated[str | None, typer.Option("--state", help=" | ".join(TaskState))] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="U", help="List the posts of this unit only.")] = None,
    page: PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """How far a campaign has come, by unit, in the units that a person looks after."""
    if state is not None and state not in set(TaskState):
        raise typer.BadParameter(f"--state accepts {', '.join(TaskState)}")  # noqa: EM102, TRY003 -- usage, said by Typer
    listed = _Listed(
        complete=True if complete else None,
        states=[TaskState(state)] if state else [],
        unit=unit,
        page=page,
        wanted=tasks or complete or bool(state or unit),
    )
    run(lambda session: _show(session, campaign_id, by, listed, as_json=as_json), as_json=as_json)


@app.command("approve")
def approve(campaign_id: Id, by: By, version: Version = None, as_json: AsJson = False) -> None:
    """Approve a proposed campaign as a second person: it starts."""
    _do(
        campaign_id,
        by,
        lambda desk, seen, who, now: desk.approve(seen.id, who, _version(seen, version), now),
        as_json=as_json,
    )


@app.command("return")
def give_back(campaign_id: Id, by: By, why: Why, version: Version = None, as_json: AsJson = False) -> None:
    """Return a proposed campaign to its author, with a reason."""
    _do(
        campaign_id,
        by,
        lambda desk, seen, who, now: desk.give_back(seen.id, who, _version(seen, version), why, now),
        as_json=as_json,
    )


@app.command("extend")
def extend(campaign_id: Id, due: Due, by: By, why: Why, as_json: AsJson = False) -> None:
    """Give more time; who has not submitted is told."""
    _do(campaign_id, by, lambda desk, seen, who, now: desk.extend(seen.id, who, _day(due), why, now), as_json=as_json)


@app.command("close")
def close(campaign_id: Id, by: By, why: Why, as_json: AsJson = False) -> None:
    """End a campaign, or take a proposed one back: nothing more is asked."""
    _do(campaign_id, by, lambda desk, seen, who, now: desk.close(seen.id, who, why, now), as_json=as_json)


def _do(campaign_id: int, by: str, deed: _Deed, *, as_json: bool) -> None:
    async def work(session: Session) -> None:
        desk, who, now = campaigns_of(session), await actor(session, by), session.clock.now()
        with faults_called(_OPTIONS):
            done = await deed(desk, await desk.of(campaign_id, who, now), who, now)
        _tell(session, done, as_json=as_json)

    run(work, as_json=as_json)


def _version(seen: Campaign, given: int | None) -> int:
    return seen.version if given is None else given


def _tell(session: Session, campaign: Campaign, *, as_json: bool) -> None:
    view = CampaignView(session)
    if as_json:
        emit_json(view.document(campaign))
    else:
        typer.echo("\n".join(view.lines(campaign)))


def _day(written: str) -> date:
    found = columns.day(written)
    if found is None:
        raise refused(phrase("Accepted: {words}.", words=_DAY), column="due_on", value=written)
    return found


async def _start(session: Session, options: _Options, *, as_json: bool) -> None:
    desk, who, now = campaigns_of(session), await actor(session, options.by), session.clock.now()
    with faults_called(_OPTIONS):
        given = GivenCampaign(
            title=options.title,
            text=decoded(options.text) if isinstance(options.text, Path) else options.text,
            audience=options.audience,
            due_on=_day(options.due),
        )
        checked = await desk.check(given, who, now)
        started = await desk.start(given, who, now, approved_by=options.approved_by)
    view = CampaignView(session)
    if as_json:
        emit_json(view.document(started) | view.found(checked))
        return
    typer.echo("\n".join([*view.lines(started), view.found_line(checked)]))
    if started.state is CampaignState.PROPOSED:
        typer.echo(session.say(phrase("A second person has to approve it before anybody is told.")))


async def _list(session: Session, by: str, page: int, *, as_json: bool) -> None:
    who, now = await actor(session, by), session.clock.now()
    found, view = await campaigns_of(session).list(who, page, now, size=A_PAGE), CampaignView(session)
    if as_json:
        counts = {"page": found.number, "pages": found.pages, "total": found.total}
        emit_json({"campaigns": [view.listed(one) for one in found.campaigns], **counts})
        return
    Console(highlight=False, emoji=False).print(view.table(found.campaigns))
    tell_pages(session, found.number, found.pages)


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """Which tasks are to be listed, if they are ``wanted``."""

    wanted: bool
    complete: bool | None
    states: list[TaskState]
    unit: str | None
    page: int


async def _show(session: Session, campaign_id: int, by: str, listed: _Listed, *, as_json: bool) -> None:
    desk, who, now = campaigns_of(session), await actor(session, by), session.clock.now()
    progress, view = await desk.progress(campaign_id, who, now), CampaignView(session)
    tasks = None
    if listed.wanted:
        tasks = await desk.tasks(
            campaign_id,
            who,
            unit_id=await unit_id(session, listed.unit) if listed.unit else None,
            states=listed.states,
            complete=listed.complete,
            page=listed.page,
            now=now,
            size=A_PAGE,
        )
    if as_json:
        emit_json(view.progress(progress) | (view.tasks(tasks) if tasks else {}))
        return
    console = Console(highlight=False, emoji=False)
    typer.echo("\n".join(view.lines(progress.campaign)))
    console.print(view.units_table(progress))
    if tasks:
        console.print(view.tasks_table(tasks.tasks))
        tell_pages(session, tasks.number, tasks.pages)
