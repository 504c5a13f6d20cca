"""Lists to tick from, a page at a time: units, risk nodes and posts, which what is written searches.

Each button says what is to be, ticked or not, so that a press that comes twice changes nothing twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import Forged, button, number_of
from bot.chat.cards import Rows, marked
from bot.chat.desk import Desk
from bot.chat.words import said_post
from messages.scopes import Scope
from messages.store import choosing

_PAGE: Final = 8
_LAST_PAGE: Final = 100_000
LONGEST_SEARCH: Final = 50


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """A line of a list: the row of that ``id``, and whether it is chosen."""

    id: int
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of what can be chosen; ``total`` counts all that the search has found."""

    lines: Sequence[Ticked]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // _PAGE))


async def found(
    desk: Desk, kind: str, scope: Scope, search: str, page: int, *, chosen: Collection[str], language: str
) -> Listed:
    """A page of the units, nodes or posts that a search has found; ``chosen`` are names, of posts their codes."""
    async with desk.db.reading() as conn:
        where = {"offset": (page - 1) * _PAGE, "limit": _PAGE}
        if kind == "post":
            posts, total = await choosing.posts_within(conn, scope, search, **where)
            lines = [(post.id, said_post(desk, post, language), post.code) for post in posts]
        elif kind == "node":
            nodes, total = await choosing.nodes_named(conn, search, **where)
            lines = [(node.id, node.name, node.name) for node in nodes]
        else:
            units, total = await choosing.units_within(conn, scope, search, **where)
            lines = [(unit.id, unit.name, unit.name) for unit in units]
    ticked = [Ticked(id=number, label=label, chosen=value in chosen) for number, label, value in lines]
    return Listed(lines=ticked, total=total, page=page)


async def value_of(desk: Desk, kind: str, number: str, scope: Scope) -> str:
    """The name or code that a pressed line stands for, where it can be chosen; it comes from outside."""
    async with desk.db.reading() as conn:
        if kind == "post":
            post = await choosing.post_of(conn, number_of(number), scope)
            name = post.code if post else None
        else:
            name = await choosing.name_of(conn, kind, number_of(number), scope)
    if name is None:
        raise Forged
    return name


def ticks(listed: Listed, pick: Sequence[str | int], turn: Sequence[str | int]) -> Rows:
    """The buttons of a page: a press of a line carries ``pick``, the line, what it is to be, and the page."""
    return [
        *(
            [button(marked(chosen=one.chosen, what=one.label), *_of(pick, one.id, int(not one.chosen), listed.page))]
            for one in listed.lines
        ),
        *turns(listed.page, listed.pages, turn),
    ]


def turns(page: int, pages: int, turn: Sequence[str | int]) -> list[list[InlineKeyboardButton]]:
    """The row that turns the pages of a list; none where there is one page."""
    row = [
        button(label, *_of(turn, number))
        for label, number in (("«", page - 1), (f"{page}/{pages}", page), ("»", page + 1))
        if 1 <= number <= pages and pages > 1
    ]
    return [row] if row else []


def _of(words: Sequence[str | int], *more: int) -> tuple[str, ...]:
    return (*map(str, words), *map(str, more))


def page_of(word: str) -> int:
    """The number of a page, as a button carries it; one beyond every list is the last that could be."""
    if number := number_of(word):
        return min(number, _LAST_PAGE)
    raise Forged
