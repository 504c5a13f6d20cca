"""The risk desk: the holder of a post writes its risk points down, submits them, and sees how they stand."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.reasons import OnReason
from bot.chat.risk import adding, asking, duties, points, post, saving, submitting, tasks, templates
from bot.chat.risk.kinds import BEGIN, DUTIES, DUTY, FACE, KEEP, NODES, OWN, POINT, SET, TASK, VIEW
from bot.chat.words import said_fault
from messages.drafts import Kind
from messages.errors import DecidedBefore, LianxunError, NotEntitled, NotFound
from messages.register.drafts import Step
from messages.store.accounts import Member

_OnPost: TypeAlias = Callable[[Desk, Press, Member, int, tuple[str, ...]], Awaitable[None]]


async def _own(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button under a notice, which stays as it is."""
    match wish.words:
        case ["open", number, _version]:
            drawn = await post.front(desk, member, number_of(number))
        case _:
            raise Forged
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn)


async def _about_post(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a post; what was not taken is said on its card, which shows how it stands."""
    match wish.words:
        case [what, number, *rest] if what in _DOING:
            post_id = number_of(number)
        case _:
            raise Forged
    try:
        await _DOING[what](desk, press, member, post_id, tuple(rest))
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        if isinstance(error, DecidedBefore) and what in _ONCE:  # a second press leaves what the first one came to
            await desk.toast(press, error.phrase, member.language)
            return
        await post.show(desk, press, member, post_id, fault=said_fault(desk, error, member.language))


async def _post(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    if rest:
        raise Forged
    await cards.turn(desk, press, await post.front(desk, member, post_id))


_DOING: Final[Mapping[str, _OnPost]] = MappingProxyType(
    {
        "all": _post,
        "post": _post,
        "points": points.listed,
        "templates": templates.listed,
        "adopt": templates.adopt,
        "send": submitting.ask,
        "sent": submitting.send,
        "nothing": submitting.ask_nothing,
        "complete": submitting.complete,
        "withdraw": submitting.ask_to_withdraw,
        "withdrawn": submitting.withdraw,
    }
)
_ONCE: Final = frozenset({"adopt", "sent", "complete", "withdrawn"})
"""What is done at a press, once."""
COMMANDS: Final[Mapping[str, OnCommand]] = {"risk": post.begin}
BUTTONS: Final[Mapping[str, OnButton]] = {
    OWN: _own,
    TASK: tasks.attend,
    FACE: _about_post,
    POINT: points.attend,
    DUTY: duties.attend,
    BEGIN: adding.begin,
    VIEW: adding.on(adding.view),
    SET: adding.on(adding.answer),
    NODES: adding.on(adding.turning(Step.NODE, asking.nodes)),
    DUTIES: adding.on(adding.turning(Step.DUTY, asking.duties)),
    KEEP: adding.on(saving.keep),
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.RISK: asking.WRITING.words}
REASONS: Final[Mapping[str, OnReason]] = {points.ENDING: points.end_with, duties.ADDING: duties.add_with}
READING: Final[Mapping[str, Callable[[str], str]]] = {duties.ADDING: duties.read}
"""How words are read that were asked for and are no reason."""
ASKED_BY: Final[Mapping[str, Collection[str]]] = {points.ENDING: {POINT}, duties.ADDING: {DUTY}}
"""The buttons about the very thing that words were asked for."""
