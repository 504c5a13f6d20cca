"""The printable cards of invites: one for each person, with a QR code, in the person's language."""

from collections.abc import Callable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from messages.organisation.invites import Invite
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.rendering import environment_of

_EVERY: Final = 50  # cards between two words of progress
_POSTS_SHOWN: Final = 3
_DAY: Final = {"zh_CN": "y年M月d日", "en": "d MMMM y"}


class InviteCards:
    """Draws the page; every value on it is escaped, nothing on it comes from another host."""

    def __init__(self, catalog: Catalog, zone: ZoneInfo) -> None:
        """Speak every language of ``catalog``; days are those of ``zone``."""
        self._zone = zone
        loader = PackageLoader("bot.web", "templates")
        self._environments = {language: environment_of(loader, catalog, language) for language in LANGUAGES}

    def page(self, invites: Sequence[Invite], language: str, drawn: Callable[[int], None]) -> str:
        """The whole page, its frame in ``language``; ``drawn`` is told how many cards are done."""
        cards = []
        for count, invite in enumerate(invites, start=1):
            cards.append(self._card(invite))
            if count % _EVERY == 0 or count == len(invites):
                drawn(count)
        return self._environment(language).get_template("invite_cards.html").render(cards=cards, language=language)

    def _environment(self, language: str) -> Environment:
        return self._environments.get(language, self._environments[LANGUAGES[0]])

    def _card(self, invite: Invite) -> Markup:
        template = self._environment(invite.language).get_template("invite_card.html")
        language = invite.language if invite.language in _DAY else LANGUAGES[0]
        until = format_date(invite.expires_at.astimezone(self._zone).date(), _DAY[language], locale=language)
        shown, more = invite.posts[:_POSTS_SHOWN], len(invite.posts) - _POSTS_SHOWN
        card = template.render(
            invite=invite, posts=shown, more=max(more, 0), until=until, picture=_picture(invite.link)
        )
        return Markup(card)  # noqa: S704 -- rendered above by an escaping template


def _picture(link: str) -> Markup:
    """The link as a QR code, an SVG that takes the size of its place."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return Markup(drawn)  # noqa: S704 -- drawn by us, of modules only: the link is not in it
