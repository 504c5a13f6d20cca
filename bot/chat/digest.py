"""The buttons under a digest: acknowledge one of its notices, or read the whole of one."""

from collections.abc import Mapping
from typing import Final

from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk, OnButton
from bot.chat.holder import toast_of
from bot.telegram import presses
from bot.telegram.digest import redraw
from bot.telegram.keyboards import CHOICES
from bot.telegram.showing import show
from messages.acknowledgements import PressRefused, Recorded
from messages.store import digests
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules.composer import Composer
from schedules.notifier import ChoiceKind


async def acknowledge(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Acknowledged like by the button under a notice of its own; then the digest shows it."""
    delivery_id, message_id, now = wish.number(), press.message.message_id, desk.clock.now()
    outcome = await desk.acknowledger.acknowledge(
        chat_id=press.chat_id, delivery_id=delivery_id, now=now, message_id=message_id
    )
    await desk.toast(press, toast_of(desk, outcome, member.language), member.language)
    if isinstance(outcome, PressRefused):
        return
    if isinstance(outcome, Recorded):
        async with desk.db.writing() as conn:
            await digests.confirm(conn, delivery_id, message_id, now)
    composer = Composer(desk.renderer, desk.catalog)
    with desk.unharmed(press.chat_id):
        await redraw(desk.bot, desk.db, composer, account_id=member.account_id, message_id=message_id, now=now)


async def read(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """All of a notice with its files, in a message of its own, which can be acknowledged, too."""
    async with desk.db.reading() as conn:
        delivery = await digests.one(conn, wish.number(), member.account_id, desk.clock.now())
    if delivery is None:
        await desk.toast(press, phrase("This notice is no longer here."), member.language)
        return
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
    outgoing = Composer(desk.renderer, desk.catalog).compose(delivery, press.chat_id)
    await show(desk.bot, desk.bot_id, desk.db, press.chat_id, outgoing)


BUTTONS: Final[Mapping[str, OnButton]] = {
    CHOICES[ChoiceKind.ACKNOWLEDGE]: acknowledge,
    CHOICES[ChoiceKind.READ]: read,
}
