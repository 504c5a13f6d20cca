"""How cards end on which something is decided: what was decided, what did not go, or what is asked for now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton
from telegram.constants import MessageLimit

from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.notices import Json
from messages.text.markup import visible_length
from messages.text.phrase import Phrase
from messages.text.rendering import Frame


@dataclass(frozen=True, kw_only=True)
class End:
    """``line`` says what was decided, ``fault`` what did not go, ``ask`` what is asked for now."""

    line: Phrase | None = None
    fault: Phrase | None = None
    ask: Phrase | None = None

    def said(self, desk: Desk, language: str) -> dict[str, str]:
        """As the template takes it."""
        return {name: desk.catalog.say(what, language) if what else "" for name, what in vars(self).items()}


def ended(
    desk: Desk, text: str, title: str, language: str, rows: Sequence[Sequence[InlineKeyboardButton]], end: End
) -> Drawn:
    """A card whose text is the Bot API's HTML; where there is no room for all of it, it is called by its ``title``."""
    said = end.said(desk, language)
    below = desk.renderer.render("card_end", language, **said)
    brief = desk.renderer.render("card_brief", language, title=title, **said)
    whole = f"{text}\n\n{below}".strip()
    fits = visible_length(whole) <= MessageLimit.MAX_TEXT_LENGTH
    return Drawn(text=whole if fits else brief, rows=[list(row) for row in rows], brief=brief)


def as_told(desk: Desk, template: str, params: Mapping[str, Json], language: str, *, decided: bool) -> str:
    """What a notice that laid a matter before somebody says of it; once it is decided, without saying that it waits."""
    return desk.renderer.notice(template, language, params, Frame(title=None, listed=decided))
