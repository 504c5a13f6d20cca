"""How items are shown on the command line: in the interface's words, and as lines for a person."""

from collections.abc import Sequence
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from bot.web.api.item_shapes import ItemAnswer
from messages.audience_words import audience_said
from messages.items.kinds import kind_said
from messages.items.records import Item, grade_said, item_state_said
from messages.store import files
from messages.text.phrase import Phrase, phrase

_HEADS: Final = (phrase("No."), phrase("Title"), phrase("Kind"), phrase("State"), phrase("Due"), phrase("In time"))
_TIMELY: Final = {True: phrase("yes"), False: phrase("late"), None: phrase("not known yet")}


async def items_json(session: Session, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Items as the HTTP interface shows them."""
    async with session.db.reading() as conn:
        infos = await files.infos(conn, [one for item in items for one in item.given.attachments])
    answers = [ItemAnswer.of(item, session.settings.zone, infos) for item in items]
    return [answer.model_dump(mode="json", by_alias=True) for answer in answers]


async def item_json(session: Session, item: Item) -> dict[str, Any]:
    """An item as the HTTP interface shows it."""
    (shown,) = await items_json(session, [item])
    return shown


def item_table(session: Session, items: Sequence[Item]) -> Table:
    """Items, one a line."""
    table = headed(map(session.say, _HEADS))
    for item in items:
        said = kind_said(item.given.kind), item_state_said(item.state)
        table.add_row(
            str(item.id), escape(item.given.title), *map(session.say, said), _due(item), _timely(session, item)
        )
    return table


async def item_lines(session: Session, item: Item) -> list[str]:
    """All about one item."""
    shown = await item_json(session, item)
    enclosed = [f"{one['name']} ({one['type']}, {one['size']} B)" for one in shown["attachments"]]
    grade = session.say(grade_said(item.given.grade)) if item.given.grade else None
    pairs: list[tuple[Phrase, str | None]] = [
        (phrase("No."), f"{item.id} · {session.say(item_state_said(item.state))}"),
        (phrase("Title"), item.given.title),
        (phrase("Kind"), session.say(kind_said(item.given.kind))),
        (phrase("Grade"), grade),
        (phrase("Posts"), ", ".join(shown["posts"]) or None),
        (phrase("Audience"), session.say(audience_said(item.given.audience)) if item.given.audience else None),
        (phrase("Attachments"), ", ".join(enclosed) or None),
        (phrase("Unit"), item.unit),
        (phrase("Due"), _due(item)),
        (phrase("In time"), _timely(session, item)),
        (phrase("Approved by"), item.approver),
        (phrase("Confirmed by"), item.confirmer),
        (phrase("Why"), item.why),
    ]
    lines = [session.say(phrase("{label}: {value}", label=label, value=value)) for label, value in pairs if value]
    return [*lines, "", shown["text"]] if shown["text"] else lines


def _due(item: Item) -> str:
    if item.due_on is None:
        return "–"
    return f"{item.due_on:%Y-%m-%d}{'?' if item.provisional else ''}"


def _timely(session: Session, item: Item) -> str:
    return session.say(_TIMELY[item.timely]) if item.due_on is not None else "–"
