"""How warnings look: what waits as it was laid before somebody, a warning's life, the parts of an answer."""

from collections.abc import Sequence
from typing import Any

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from bot.chat.lookup_cards import Faces
from messages.store.accounts import Member
from messages.text.phrase import Phrase
from messages.warnings import views
from messages.warnings.answers import Given, Parts
from messages.warnings.matters import MatterKind
from messages.warnings.records import Asked, asked_said
from messages.warnings.views import Told
from schedules.warnings.cards import Laid
from schedules.warnings.looking import Case


def laid_of(case: Case, *kinds: MatterKind) -> Laid | None:
    """What of these kinds waits to be decided about a warning."""
    return next((one for one in case.matters if one.matter.kind in kinds), None)


def laid(
    desk: Desk, one: Laid, language: str, rows: Sequence[Sequence[InlineKeyboardButton]] = (), end: End | None = None
) -> Drawn:
    """What waits, or waited until now, as it was laid before somebody."""
    end = end or End()
    text = as_told(desk, one.template, one.params, language, decided=end.line is not None)
    return ended(desk, text, one.warning.title, language, rows, end)


def life(
    desk: Desk, told: Told, language: str, rows: Sequence[Sequence[InlineKeyboardButton]] = (), end: End | None = None
) -> Drawn:
    """A warning as it stands, with its history and what is still to come."""
    text = Faces(desk, language, 0).warning(told).text
    return ended(desk, text, told.warning.title, language, rows, end or End())


async def stand(
    desk: Desk, member: Member, message_id: int, warning_id: int, *kinds: MatterKind, fault: Phrase | None = None
) -> None:
    """Show in a card how a matter stands: with its buttons while it waits, and else the warning's life."""
    language, now, end = member.language, desk.clock.now(), End(fault=fault)
    waits = laid_of(await desk.judging.look(warning_id, member.person_id, now), *kinds)
    if waits:
        drawn = laid(desk, waits, language, cards.leading(desk, waits.desk, language), end)
    else:
        drawn = life(desk, await views.of_warning(desk.db, member.person_id, warning_id, now), language, end=end)
    await cards.edit(desk, member.chat_id, message_id, drawn)


def parts_of(
    desk: Desk, parts: Parts, checklist: Sequence[Asked], language: str, asked: Asked | None = None
) -> list[dict[str, Any]]:
    """The parts of an answer as a template shows them; ``asked`` is where what is written now goes."""
    given = {one: parts.get(one, Given()) for one in checklist}
    return [
        {
            "name": desk.catalog.say(asked_said(one), language),
            "text": part.text,
            "files": len(part.files),
            "given": bool(part),
            "asked": one is asked,
        }
        for one, part in given.items()
    ]
