"""What does not go any more: the pressed card says why, and shows how its matter stands by now."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from bot.chat.acts import Press
from bot.chat.desk import Desk
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.store.accounts import Member
from messages.text.phrase import Phrase

Stand: TypeAlias = Callable[[Desk, Member, int, int, Phrase | None], Awaitable[None]]
"""Shows in a card, by its message, how the matter of this number stands, and what did not go."""


@asynccontextmanager
async def pressing(desk: Desk, press: Press, member: Member, number: int, stand: Stand | None) -> AsyncIterator[None]:
    """Do what a button says; where its matter was decided or changed meanwhile, its card shows how it ``stand``s.

    Without that the card stays as it is. That somebody may not do it, or that it is not there, is told elsewhere.
    """
    try:
        yield
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        await desk.toast(press, error.phrase, member.language)
        if stand is not None:
            await stand(desk, member, press.message.message_id, number, error.phrase)
