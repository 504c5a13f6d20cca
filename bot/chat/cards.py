"""Cards: a message that shows something, with the buttons to go on from it. It is edited where it stands."""

from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest

from bot.chat.acts import Press
from bot.chat.buttons import button
from bot.chat.desk import Desk
from bot.telegram import keyboards, presses
from bot.telegram.errors import has_no_text
from messages.text.markup import visible_length
from messages.text.phrase import Phrase
from schedules.composer import desk_buttons
from schedules.desks import DeskOf

Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A face of a card: the Bot API's HTML, and its buttons.

    Beneath a file there is less room: ``brief`` is said there where the text does not fit.
    """

    text: str
    rows: Rows
    brief: str = ""

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons as a message has them."""
        return InlineKeyboardMarkup(self.rows) if self.rows else None


def labelled(desk: Desk, what: Phrase, language: str, kind: str, *words: str | int) -> InlineKeyboardButton:
    """A button with a phrase on it."""
    return button(desk.catalog.say(what, language), kind, *words)


def leading(desk: Desk, to: DeskOf, language: str) -> list[list[InlineKeyboardButton]]:
    """The buttons that a notice has that leads to this desk."""
    rows = keyboards.desk_rows(desk_buttons(desk.catalog, str(to), language))
    return [[InlineKeyboardButton(**one) for one in row] for row in rows]  # type: ignore[arg-type]


def marked(*, chosen: bool, what: str) -> str:
    """A label that shows whether it is chosen."""
    return f"{'☑' if chosen else '☐'} {what}"


def plain(desk: Desk, what: Phrase, language: str, *rows: list[InlineKeyboardButton]) -> Drawn:
    """A phrase as a face of a card: names in it are no markup."""
    return Drawn(text=escape(desk.catalog.say(what, language), quote=False), rows=[*rows])


async def send(desk: Desk, chat_id: int, drawn: Drawn, *, protect: bool = False) -> int:
    """Send a card, which may be ``protect``ed from being passed on; gives its message."""
    sent = await desk.bot.send_message(
        chat_id, drawn.text, parse_mode=ParseMode.HTML, reply_markup=drawn.keyboard, protect_content=protect or None
    )
    return sent.message_id


async def edit(desk: Desk, chat_id: int, message_id: int, drawn: Drawn) -> None:
    """Show something else where a card stands; one with a file has its text beneath that."""
    with desk.unharmed(chat_id):
        try:
            await desk.bot.edit_message_text(
                drawn.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=drawn.keyboard,
            )
        except BadRequest as error:
            if not has_no_text(error):
                raise
            await _edit_beneath(desk, chat_id, message_id, drawn)


async def _edit_beneath(desk: Desk, chat_id: int, message_id: int, drawn: Drawn) -> None:
    fits = visible_length(drawn.text) <= MessageLimit.CAPTION_LENGTH
    await desk.bot.edit_message_caption(
        chat_id=chat_id,
        message_id=message_id,
        caption=drawn.text if fits else drawn.brief,
        parse_mode=ParseMode.HTML,
        reply_markup=drawn.keyboard,
    )


async def turn(desk: Desk, press: Press, drawn: Drawn) -> None:
    """Answer a press by another face of the message that it is under."""
    await attend(desk, press)
    await edit(desk, press.chat_id, press.message.message_id, drawn)


async def attend(desk: Desk, press: Press) -> None:
    """Answer a press without a word: what it does is seen otherwise."""
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)


async def take_away(desk: Desk, chat_id: int, message_id: int) -> None:
    """Delete a card."""
    with desk.unharmed(chat_id):
        await desk.bot.delete_message(chat_id, message_id)
