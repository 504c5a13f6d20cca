"""Finding whose score a supervisor looks at: people by a part of their names, or by a code."""

from typing import Final

from bot.chat import cards
from bot.chat.buttons import button
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from bot.chat.score import showing
from messages.scores.supervised import find as find_supervised
from messages.store.accounts import Member

_SHOWN: Final = 8


async def find(desk: Desk, member: Member, words: str) -> None:
    """Show the one person that is found, or the list of several to choose from."""
    now = desk.clock.now()
    found, total = await find_supervised(desk.db, member.person_id, words, now, most=_SHOWN)
    if total == 1:
        await showing.send(desk, member, found[0].id)
        return
    label = (await desk.scores.periods(now))[0]
    rows = [
        [button(" · ".join(filter(None, (one.name, one.unit, one.post))), showing.SCORE, "total", one.id, label, 1)]
        for one in found
    ]
    text = desk.renderer.render("score_people", member.language, words=words.strip(), total=total, shown=len(found))
    await cards.send(desk, member.chat_id, Drawn(text=text, rows=rows), protect=True)
