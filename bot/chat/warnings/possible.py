"""What a person may do about a warning that is looked at: its buttons."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.cards import Rows, labelled
from bot.chat.desk import Desk
from bot.telegram import keyboards
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from messages.warnings.views import Told
from schedules.desks import DeskKind, DeskOf
from schedules.warnings.possible import Possible

_LEADING: Final = {Possible.ANSWER: DeskKind.WARNING, Possible.ASK_RELEASE: DeskKind.ACCEPTED}
"""The buttons that the notice had which asked for it."""
_OTHERS: Final[Mapping[Possible, tuple[Phrase, DeskKind, str]]] = {
    Possible.RELEASE: (phrase("🔓 Release"), DeskKind.RELEASE, "release"),
    Possible.PROPOSE: (phrase("⬆️ Propose to raise"), DeskKind.RISE, "propose"),
}


async def rows(desk: Desk, member: Member, told: Told) -> Rows:
    """The buttons under an open warning: what waits for this person, and what else is the person's to do."""
    warning, language = told.warning, member.language
    choice = await desk.judging.possible(warning.id, member.person_id)
    own = [kind for act, kind in _LEADING.items() if act in choice.acts]
    desks = [one.desk for one in choice.laid] + [DeskOf(kind=one, id=warning.id, version=warning.turn) for one in own]
    found = [row for one in desks for row in cards.leading(desk, one, language)]
    found += [
        [labelled(desk, what, language, keyboards.DESKS[kind], does, warning.id, warning.turn)]
        for act, (what, kind, does) in _OTHERS.items()
        if act in choice.acts
    ]
    if Possible.READ in choice.acts:
        says = phrase("📄 What it says")
        found.append([labelled(desk, says, language, keyboards.DESKS[DeskKind.WARNINGS], "says", warning.id)])
    return found
