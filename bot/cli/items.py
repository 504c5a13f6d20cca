"""``lianxun items``: what collectors submit, from files too, and what is decided about it."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from bot.cli import item_acts
from bot.cli.acting import A_PAGE, By, PageNumber, actor, items_of
from bot.cli.frame import REFUSED, AsJson, Session, emit_json, faults_called, faults_json, run
from bot.cli.item_acts import Id
from bot.cli.item_view import item_json, item_lines, item_table, items_json
from messages.errors import Fault, Refused
from messages.items import columns
from messages.items.columns import CATEGORY_OF_KIND, GRADE_WORDS, KIND_WORDS
from messages.items.records import COMMAND, Foreseen, Given, Item, Many
from messages.text.phrase import nphrase, phrase
from schedules.items.files import foresee_file, submit_file

app = typer.Typer(name="items", help="What collectors submit, and what is decided about it.", no_args_is_help=True)
item_acts.register(app)

_OPTIONS: Final = {name: f"--{name}" for name in ("kind", "title", "date", "ref", "grade", "posts", "audience")}
_DAY: Final = "2026-09-24, 2026年9月24日"


@app.command("submit")
def submit(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The items, .xlsx, .csv or .json.")],
    by: By,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check them, and say how many are new.")] = False,
    as_json: AsJson = False,
) -> None:
    """Submit items from a file, all or none: with any fault nothing is taken, and every fault is listed.

    Columns, in any order: 编号 ref · 信息类别 category · 信息类型 kind · 标题 title · 内容 text · 确定日期 date ·
    等级 grade · 岗位编号 posts (; between) · 受众 audience · 附件 attachments (paths below FILE's own
    folder, ; between). In JSON they are the keys of objects.

    The same file again changes nothing: an item is known by its ref, or where it has none by its row.
    """
    run(lambda session: _submit(session, file, by, dry_run=dry_run, as_json=as_json), as_json=as_json)


@app.command("announce")
def announce(
    by: By,
    kind: Annotated[str, typer.Option("--kind", help="What it is about, in Chinese or by its English name.")],
    title: Annotated[str, typer.Option("--title", help="The title.")],
    day: Annotated[str, typer.Option("--date", help="The day of the conclusion, approval or settlement.")],
    ref: Annotated[str, typer.Option("--ref", help="What you call it.")] = "",
    grade: Annotated[str, typer.Option("--grade", help="Of a reminder: blue, orange or red.")] = "",
    posts: Annotated[str, typer.Option("--posts", help="Of a reminder: codes of posts, with ; between.")] = "",
    audience: Annotated[str, typer.Option("--audience", help="Of any other: who is meant.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say that an item will be entered: its last day is called to mind before it comes."""
    words = {"kind": kind, "title": title, "date": day, "ref": ref, "grade": grade, "posts": posts}
    run(lambda session: _announce(session, by, {**words, "audience": audience}, as_json=as_json), as_json=as_json)


@app.command("list")
def list_items(
    by: By,
    waiting: Annotated[bool, typer.Option("--waiting", help="What waits for the person's decision.")] = False,
    page: PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """A person's own items, the newest first; or what waits for the person."""
    run(lambda session: _list(session, by, page, waiting=waiting, as_json=as_json), as_json=as_json)


@app.command("show")
def show(item_id: Id, by: By, as_json: AsJson = False) -> None:
    """One item as it stands, for its collector, who decides about it, and who looks after the unit."""
    run(lambda session: _show(session, item_id, by, as_json=as_json), as_json=as_json)


async def _submit(session: Session, file: Path, by: str, *, dry_run: bool, as_json: bool) -> None:
    items, who, now = items_of(session), await actor(session, by), session.clock.now()
    try:
        done = await (foresee_file if dry_run else submit_file)(items, file, who, now)
    except Refused as refusal:
        if not as_json:
            raise
        faults = faults_json(refusal.faults, session.catalog, session.language)
        emit_json({"created": 0, "unchanged": 0, "items": [], "dry_run": dry_run, "faults": faults})
        raise typer.Exit(REFUSED) from None
    if as_json:
        emit_json(_submitted_json(done))
        return
    created = nphrase("{count} item submitted.", "{count} items submitted.", done.created)
    if isinstance(done, Foreseen):
        created = nphrase("{count} item would be submitted.", "{count} items would be submitted.", done.created)
    typer.echo(session.say(created))
    if done.unchanged:
        before = nphrase("{count} was submitted before.", "{count} were submitted before.", done.unchanged)
        typer.echo(session.say(before))


def _submitted_json(done: Many | Foreseen) -> dict[str, Any]:
    if isinstance(done, Foreseen):
        nothing = dict.fromkeys(("id", "ref", "state", "timely"))
        rows = [{**nothing, "due": day.isoformat() if day else None} for day in done.due_on]
    else:
        rows = [_row(item) for item in done.items]
    counts = {"created": done.created, "unchanged": done.unchanged}
    return {**counts, "items": rows, "dry_run": isinstance(done, Foreseen), "faults": []}


def _row(item: Item) -> dict[str, Any]:
    due = item.due_on.isoformat() if item.due_on else None
    return {"id": item.id, "ref": item.given.ref, "state": item.state.value, "due": due, "timely": item.timely}


async def _announce(session: Session, by: str, words: dict[str, str], *, as_json: bool) -> None:
    with faults_called(_OPTIONS):
        who = await actor(session, by)
        item = await items_of(session).announce(_announced(words), who, session.clock.now(), by=COMMAND)
    if as_json:
        emit_json(await item_json(session, item))
    else:
        typer.echo("\n".join(await item_lines(session, item)))


def _announced(words: dict[str, str]) -> Given:
    """What is announced. Raises ``Refused`` for words that are not known."""
    known = columns.kind(words["kind"]), columns.day(words["date"]), columns.grade(words["grade"])
    kind, day, grade = known
    accepted = columns.accepted(KIND_WORDS), _DAY, columns.accepted(GRADE_WORDS)
    faults = [
        Fault(column=name, value=words[name], message=phrase("Accepted: {words}.", words=said))
        for name, value, said in zip(("kind", "date", "grade"), known, accepted, strict=True)
        if value is None and words[name]
    ]
    if kind is None or faults:
        raise Refused(phrase("The input was refused."), faults)
    return Given(
        category=CATEGORY_OF_KIND[kind],
        kind=kind,
        title=words["title"],
        decisive_on=day,
        audience=words["audience"] or None,
        grade=grade,
        posts=columns.posts(words["posts"]),
        ref=words["ref"] or None,
    )


async def _list(session: Session, by: str, page: int, *, waiting: bool, as_json: bool) -> None:
    items, who = items_of(session), await actor(session, by)
    found = await (items.waiting if waiting else items.mine)(who, page, session.clock.now(), size=A_PAGE)
    if as_json:
        counts = {"page": found.number, "pages": found.pages, "total": found.total}
        emit_json({"items": await items_json(session, found.items), **counts})
        return
    Console(highlight=False, emoji=False).print(item_table(session, found.items))
    if found.pages > 1:
        told = phrase("Page {number} of {pages}: --page shows another.", number=found.number, pages=found.pages)
        typer.echo(session.say(told))


async def _show(session: Session, item_id: int, by: str, *, as_json: bool) -> None:
    item = await items_of(session).of(item_id, await actor(session, by), session.clock.now())
    if as_json:
        emit_json(await item_json(session, item))
    else:
        typer.echo("\n".join(await item_lines(session, item)))
