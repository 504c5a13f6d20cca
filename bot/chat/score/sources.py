"""The messages that entries of scores came from, as they were sent."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.chat.buttons import shortened
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.scores.records import Entry, Uncounted
from messages.scores.sources import Named, message, names
from messages.text.rendering import Frame

_TITLE: Final = 40
"""So that a page of entries fits beneath a picture."""


async def titles(desk: Desk, some: Sequence[Entry | Uncounted], language: str) -> Mapping[int, str]:
    """What each came from is called, by its row of the ledger; not those of which nothing is kept."""
    found = await names(desk.db, some)
    return {event: shortened(_title(desk, named, language), _TITLE) for event, named in found.items()}


def _title(desk: Desk, named: Named, language: str) -> str:
    sent = named.notice
    if sent is None:
        return named.name or ""
    return desk.renderer.title(sent.template, language, sent.title, **sent.params)


async def drawn(desk: Desk, person_id: int, entry: Entry, language: str) -> Drawn | None:
    """The message that an entry came from, and when it went out and arrived; None where none is kept."""
    sent = await message(desk.db, person_id, entry)
    if sent is None:
        return None
    text = desk.renderer.notice(
        sent.template, language, sent.params, Frame(title=sent.title, provisional=sent.provisional)
    )
    head = desk.renderer.render("score_source", language, sent_at=sent.sent_at, delivered_at=sent.delivered_at)
    return Drawn(text=f"{head.strip()}\n\n{text}", rows=[])
