"""The desk of scores: the own one and, for who supervises, those of others; objections, and the office's answers."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from bot.chat.acts import Command
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.reasons import OnReason
from bot.chat.score import answering, objecting, others, showing
from messages.store.accounts import Member


async def _score(desk: Desk, command: Command, member: Member) -> None:
    """``/score``: the own score; with a name, that of somebody whom the person supervises."""
    if command.argument.strip():
        await others.find(desk, member, command.argument)
    else:
        await showing.send(desk, member, member.person_id)


COMMANDS: Final[Mapping[str, OnCommand]] = {"score": _score}
BUTTONS: Final[Mapping[str, OnButton]] = {
    showing.SCORE: showing.attend,
    objecting.STATEMENT: objecting.attend,
    answering.ANSWER: answering.attend,
}
REASONS: Final[Mapping[str, OnReason]] = {**objecting.REASONS, **answering.REASONS}
ASKED_BY: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(objecting.REASONS, (objecting.STATEMENT,)),
    **dict.fromkeys(answering.REASONS, (answering.ANSWER,)),
}
READING: Final[Mapping[str, Callable[[str], str]]] = {**objecting.READING, **answering.READING}
