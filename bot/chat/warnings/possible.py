"""What a person may do about a warning that is looked at: its buttons. Who may press them is judged when they are."""

from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.cards import Rows, labelled
from bot.chat.desk import Desk
from bot.telegram import keyboards
from messages.rights import Act, reach
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import WarningState
from messages.warnings.views import Told
from schedules.desks import DeskKind, DeskOf

_TO_ANSWER: Final = frozenset({WarningState.ISSUED, WarningState.ACKNOWLEDGED, WarningState.RETURNED})


async def rows(desk: Desk, member: Member, told: Told) -> Rows:
    """The buttons under an open warning: its holder's, or those of who decides about it."""
    warning, language = told.warning, member.language
    if not warning.open:
        return []
    says = [labelled(desk, phrase("📄 What it says"), language, keyboards.DESKS[DeskKind.WARNINGS], "says", warning.id)]
    if warning.post.holder_id == member.person_id:
        return [*_holders(desk, told, language), says]
    async with desk.db.reading() as conn:
        judges = (await reach(conn, member.person_id, Act.JUDGE)).covers(warning.post.path)
        confirms = (await reach(conn, member.person_id, Act.CONFIRM_RED)).covers(warning.post.path)
        proposes = (await reach(conn, member.person_id, Act.SEE_WARNINGS)).covers(warning.post.path)
    found: Rows = []
    if judges or confirms:
        found += await _waiting(desk, member, told)
    if judges and warning.state not in {WarningState.ANSWERED, WarningState.ACCEPTED}:
        found.append([_button(desk, phrase("🔓 Release"), language, DeskKind.RELEASE, "release", told)])
    if proposes and warning.rising is None:
        found.append([_button(desk, phrase("⬆️ Propose to raise"), language, DeskKind.RISE, "propose", told)])
    return [*found, says] if judges or confirms else found


def _holders(desk: Desk, told: Told, language: str) -> Rows:
    warning = told.warning
    if warning.state in _TO_ANSWER:
        return cards.leading(desk, DeskOf(kind=DeskKind.WARNING, id=warning.id, version=warning.turn), language)
    if warning.state is WarningState.ACCEPTED:
        return cards.leading(desk, DeskOf(kind=DeskKind.ACCEPTED, id=warning.id, version=warning.turn), language)
    return []


async def _waiting(desk: Desk, member: Member, told: Told) -> Rows:
    """What waits for this person's decision about it; where its answer was accepted, the release by hand."""
    laid = await desk.judging.laid_before(told.warning.id, member.person_id)
    found = [row for one in laid for row in cards.leading(desk, one.desk, member.language)]
    if not laid and told.warning.state is WarningState.ACCEPTED:
        found.append([_button(desk, phrase("🔓 Release"), member.language, DeskKind.RELEASE, "release", told)])
    return found


def _button(desk: Desk, what: Phrase, language: str, kind: DeskKind, act: str, told: Told) -> InlineKeyboardButton:
    return labelled(desk, what, language, keyboards.DESKS[kind], act, told.warning.id, told.warning.turn)
