"""``lianxun items approve|confirm|return|grade|withdraw``: what people decide about an item."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeAlias

import typer

from bot.cli.acting import By, Why, actor, items_of
from bot.cli.frame import AsJson, Session, emit_json, run
from bot.cli.item_view import item_json, item_lines
from messages.errors import refused
from messages.items import columns
from messages.items.records import Item
from messages.text.phrase import phrase
from schedules.items.desk import Items

Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="The item's number, as «items list» shows it.")]
Version = Annotated[
    int | None, typer.Option("--version", metavar="N", help="The version that was seen; the present one if not given.")
]

_Deed: TypeAlias = Callable[[Items, int, int, datetime], Awaitable[Item]]
"""An act about an item: by whom, about which version, when."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands: dict[str, Callable[..., None]] = {
        "approve": approve,
        "confirm": confirm,
        "return": give_back,
        "grade": regrade,
        "withdraw": withdraw,
    }
    for name, command in commands.items():
        app.command(name)(command)


def approve(item_id: Id, by: By, version: Version = None, as_json: AsJson = False) -> None:
    """Approve an item: it is issued, or goes on to the office where it is red."""
    _do(item_id, by, version, lambda items, who, seen, now: items.approve(item_id, who, seen, now), as_json=as_json)


def confirm(item_id: Id, by: By, version: Version = None, as_json: AsJson = False) -> None:
    """Confirm a red item, as a second person, of the office: it is issued."""
    _do(item_id, by, version, lambda items, who, seen, now: items.confirm(item_id, who, seen, now), as_json=as_json)


def give_back(item_id: Id, by: By, why: Why, version: Version = None, as_json: AsJson = False) -> None:
    """Return an item to its collector, with a reason."""
    _do(
        item_id,
        by,
        version,
        lambda items, who, seen, now: items.give_back(item_id, who, seen, why, now),
        as_json=as_json,
    )


def regrade(
    item_id: Id,
    grade: Annotated[str, typer.Argument(metavar="GRADE", help="蓝 blue, 橙 orange or 红 red.")],
    by: By,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Give a reminder another grade, before it is approved."""

    async def deed(items: Items, who: int, seen: int, now: datetime) -> Item:
        known = columns.grade(grade)
        if known is None:
            accepted = phrase("Accepted: {words}.", words=columns.accepted(columns.GRADE_WORDS))
            raise refused(accepted, column="GRADE", value=grade)
        return await items.regrade(item_id, who, seen, known, now)

    _do(item_id, by, version, deed, as_json=as_json)


def withdraw(item_id: Id, by: By, version: Version = None, as_json: AsJson = False) -> None:
    """Take one's own item back, before it is approved."""
    _do(item_id, by, version, lambda items, who, seen, now: items.withdraw(item_id, who, now, seen), as_json=as_json)


def _do(item_id: int, by: str, version: int | None, deed: _Deed, *, as_json: bool) -> None:
    async def work(session: Session) -> None:
        items, who, now = items_of(session), await actor(session, by), session.clock.now()
        seen = version if version is not None else (await items.of(item_id, who, now)).version
        done = await deed(items, who, seen, now)
        if as_json:
            emit_json(await item_json(session, done))
        else:
            typer.echo("\n".join(await item_lines(session, done)))

    run(work, as_json=as_json)
