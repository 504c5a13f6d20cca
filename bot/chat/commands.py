"""Which commands there are, and for whom: one table for the menu and for the help."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.chat.desk import Desk
from messages import accounts
from messages.accounts import Standing
from messages.register.reach import LOOKS_AFTER
from messages.rights import Act, acts_of
from messages.store import rights
from messages.text.catalog import LANGUAGES
from messages.text.phrase import Phrase, phrase

_REMEMBERED: Final = 10_000
"""Of how many chats the menus are remembered; those of others are set once more."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A command. It is shown to every member, or to ``holders`` of a post, or to who may do one of ``acts`` somewhere.

    Nobody is shown it who may do ``unless``.
    """

    name: str
    what: Phrase
    everyone: bool = False
    holders: bool = False
    acts: frozenset[Act] = frozenset()
    unless: Act | None = None

    def suits(self, standing: Standing) -> bool:
        """Whether a person of this standing may use it."""
        if self.unless in standing.acts:
            return False
        return self.everyone or (self.holders and bool(standing.posts)) or bool(self.acts & standing.acts)


TABLE: Final = (
    Entry(name="inbox", what=phrase("What waits for me"), holders=True),
    Entry(name="risk", what=phrase("My risk points"), holders=True),
    Entry(name="submit", what=phrase("Submit an item"), acts=frozenset({Act.SUBMIT})),
    Entry(name="mine", what=phrase("My items and how they stand"), acts=frozenset({Act.SUBMIT})),
    Entry(
        name="tender",
        what=phrase("Tenders, purchases and recruitment"),
        holders=True,
        acts=frozenset({Act.ENTER_MATTERS, Act.SEE_MATTERS}),
    ),
    Entry(name="web", what=phrase("Open the dashboard"), everyone=True),
    Entry(name="broadcast", what=phrase("Send a notice to an audience"), acts=frozenset({Act.BROADCAST})),
    Entry(name="approvals", what=phrase("What waits for my approval"), acts=frozenset({Act.APPROVE})),
    Entry(name="approvals", what=phrase("What waits for my review"), acts=frozenset({Act.INSPECT}), unless=Act.APPROVE),
    Entry(name="register", what=phrase("How my units have come with the register"), acts=frozenset(LOOKS_AFTER)),
    Entry(name="warnings", what=phrase("My warnings"), holders=True, unless=Act.SEE_WARNINGS),
    Entry(name="warnings", what=phrase("Warnings: mine, and those of my units"), acts=frozenset({Act.SEE_WARNINGS})),
    Entry(name="notices", what=phrase("How notices stand"), acts=frozenset({Act.SEE_NOTICES})),
    Entry(
        name="campaigns",
        what=phrase("Campaigns: start one and see how they stand"),
        acts=frozenset({Act.RUN_CAMPAIGNS}),
    ),
    Entry(
        name="campaigns",
        what=phrase("Campaigns in my units"),
        acts=frozenset({Act.REVIEW_RISKS, Act.INSPECT}),
        unless=Act.RUN_CAMPAIGNS,
    ),
    Entry(name="score", what=phrase("My score, and how it comes about"), holders=True, unless=Act.SEE_SCORES),
    Entry(name="score", what=phrase("Scores: mine, and those of my people"), acts=frozenset({Act.SEE_SCORES})),
    Entry(name="declare", what=phrase("Declare interests in a tender or the like"), holders=True),
    Entry(
        name="calendar",
        what=phrase("Limits of tenders in my calendar"),
        holders=True,
        acts=frozenset({Act.SEE_MATTERS}),
    ),
    Entry(name="lookup", what=phrase("Look up a post or a unit"), everyone=True),
    Entry(name="leave", what=phrase("Leave: ask for it, and see how it stands"), everyone=True),
    Entry(name="who_saw_me", what=phrase("Who has looked at my record"), everyone=True),
    Entry(name="mydata", what=phrase("All that is recorded about me"), everyone=True),
    Entry(name="quiet", what=phrase("Quiet hours"), everyone=True),
    Entry(name="language", what=phrase("Change the language"), everyone=True),
    Entry(name="help", what=phrase("What I can do here"), everyone=True),
)


def commands_for(standing: Standing) -> tuple[Entry, ...]:
    """The commands of a person, in the table's order."""
    return tuple(entry for entry in TABLE if entry.suits(standing))


async def show_menu(desk: Desk, chat_id: int, language: str, standing: Standing) -> None:
    """Set the command menu of one chat. The desk works without it, so a refusal is only logged."""
    menu = [BotCommand(entry.name, desk.catalog.say(entry.what, language)) for entry in commands_for(standing)]
    with desk.unharmed(chat_id):
        await desk.bot.set_my_commands(menu, scope=BotCommandScopeChat(chat_id))


async def publish_menu(desk: Desk) -> None:
    """Set the menu that a private chat has before its person chose anything: a holder's, in every language."""
    for language in LANGUAGES:
        shown = [entry for entry in TABLE if not entry.acts or entry.holders]
        menu = [BotCommand(entry.name, desk.catalog.say(entry.what, language)) for entry in shown]
        code = None if language == LANGUAGES[0] else language
        await desk.bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)


async def clear_menu(desk: Desk, chat_id: int) -> None:
    """Take the command menu from a chat that lost access."""
    with desk.unharmed(chat_id):
        await desk.bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))


class Menus:
    """Remembers what the menus of one bot's chats offer, so that they follow when somebody is granted a right.

    It is looked at whenever a person does something, and now and then for all who bear a role: who gives roles writes
    to the database, and knows of no chat. What a chat was shown before this process began is not known, and may be what
    an earlier version offered: it is set once more.
    """

    def __init__(self) -> None:
        """No chat is known yet."""
        self._offered: OrderedDict[int, frozenset[Act]] = OrderedDict()

    async def follow(self, desk: Desk, chat_id: int, person_id: int) -> None:
        """Set a person's menu where it does not offer what the person may do now."""
        async with desk.db.reading() as conn:
            acts = await acts_of(conn, person_id)
        if self._offered.get(chat_id) != acts:
            await self.renew(desk, chat_id)

    async def follow_all(self, desk: Desk) -> None:
        """The same for everybody of this bot who may do more than others, or could until now."""
        async with desk.db.reading() as conn:
            bearing = dict(await rights.members_bearing(conn, desk.bot_id))
        for chat_id, person_id in bearing.items():
            await self.follow(desk, chat_id, person_id)
        for chat_id in [chat_id for chat_id, acts in self._offered.items() if acts and chat_id not in bearing]:
            await self.renew(desk, chat_id)

    async def renew(self, desk: Desk, chat_id: int) -> None:
        """Set the menu of a chat, in the language that its person speaks by now."""
        member = await accounts.find_member(desk.db, chat_id, desk.bot_id)
        if member is None:
            return
        standing = await accounts.standing(desk.db, member.person_id)
        self._offered[chat_id] = standing.acts
        self._offered.move_to_end(chat_id)
        if len(self._offered) > _REMEMBERED:
            self._offered.popitem(last=False)
        await show_menu(desk, chat_id, member.language, standing)
