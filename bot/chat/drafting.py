"""Writing in steps: what a person says goes into a draft, and its card shows it, with the buttons to go on.

The card is edited where it stands, and sent anew, below what the person wrote, when that was something.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, Protocol, TypeAlias, TypeVar

from bot.chat import cards
from bot.chat.acts import Press, Said
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.cards import Drawn
from bot.chat.desk import Desk, OnButton
from bot.chat.words import said_fault
from bot.telegram import files
from messages.drafting import Change, Drafted, Drafts, closed, setting
from messages.errors import DecidedBefore, LianxunError, Refused
from messages.files import Attachment, check_files
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

D = TypeVar("D", bound=Drafted)
D_contra = TypeVar("D_contra", bound=Drafted, contravariant=True)

OnDraft: TypeAlias = Callable[[Desk, Press, Member, D, Wish], Awaitable[None]]
"""Attends to a press of one of the buttons of a draft that is open."""


class Face(Protocol[D_contra]):
    """Draws a draft's card as it stands, with what was wrong."""

    async def __call__(self, desk: Desk, draft: D_contra, member: Member, *, fault: str = "") -> Drawn:
        """The face."""
        ...


class Text(Protocol[D_contra]):
    """What a card says of a draft, and what is wrong with it."""

    async def __call__(self, desk: Desk, draft: D_contra, language: str, *, fault: str = "") -> str:
        """The Bot API's HTML."""
        ...


@dataclass(frozen=True, kw_only=True)
class Writing(Generic[D]):
    """How the drafts of one desk are written by who may do ``act``, or, where that is None, by whoever has one.

    ``wanted`` makes of what was said a change of the draft, or raises what is told; ``face`` draws it. Its cards may be
    ``protect``ed from being passed on. ``came_to`` tells what became of one that is closed, where that is known.
    """

    drafts: Drafts[D]
    act: Act | None
    wanted: Callable[[Desk, Said, Member, D], Awaitable[Change[D]]]
    face: Face[D]
    protect: bool = False
    came_to: Callable[[Desk, Member, D], Awaitable[Phrase | None]] | None = None

    def on(self, attend: OnDraft[D]) -> OnButton:
        """A button of the draft that is open; of one that is not any more the buttons are taken away."""

        async def of_draft(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
            await self._entitle(desk, member)
            if not wish.words:
                raise Forged
            card = press.message.message_id
            try:
                draft = await self._open(desk, member, number_of(wish.words[0]))
                await self.drafts.touch(desk.db, draft, desk.clock.now())  # what is said next is for this one
                await attend(desk, press, member, draft, wish)
            except DecidedBefore as error:
                before = await self.drafts.ever(desk.db, member.person_id, number_of(wish.words[0]))
                came_to = await self.came_to(desk, member, before) if self.came_to and before else None
                await desk.toast(press, came_to or error.phrase, member.language)
                if before is not None and before.card == card:
                    return  # it shows what became of the draft, and may lead there
                with desk.unharmed(press.chat_id):
                    await desk.bot.edit_message_reply_markup(press.chat_id, card)

        return of_draft

    async def show(
        self, desk: Desk, press: Press, member: Member, draft: D, change: Change[D], fault: str = ""
    ) -> None:
        """Change the draft, and show its card as it stands then where the pressed one stands."""

        def changed(present: D) -> D:
            return replace(change(present), card=press.message.message_id)

        draft = await self.drafts.change(desk.db, draft.id, changed, desk.clock.now())
        await cards.turn(desk, press, await self.face(desk, draft, member, fault=fault))

    async def _entitle(self, desk: Desk, member: Member) -> None:
        if self.act is not None:
            await entitle(desk.db, member.person_id, self.act, desk.clock.now())

    async def _open(self, desk: Desk, member: Member, draft_id: int) -> D:
        """The person's draft that a button is about."""
        draft = await self.drafts.current(desk.db, member.person_id)
        if draft is None or draft.id != draft_id:
            raise closed()
        return draft

    async def words(self, desk: Desk, said: Said, member: Member) -> bool:
        """What a person says while this draft is in front."""
        try:
            return await self._take(desk, said, member)
        except DecidedBefore as error:  # closed by another process while this was read
            await desk.say(member.chat_id, error.phrase, member.language)
            return True

    async def _take(self, desk: Desk, said: Said, member: Member) -> bool:
        draft = await self.drafts.current(desk.db, member.person_id)
        if draft is None:
            return False
        if draft.has_taken(said.message_id):
            return True
        await self._entitle(desk, member)
        fault, same_album = "", said.album is not None and said.album == draft.album
        try:
            draft = await self.drafts.change(
                desk.db, draft.id, await self._taken(desk, said, member, draft), desk.clock.now()
            )
        except DecidedBefore:
            raise
        except LianxunError as error:
            fault = said_fault(desk, error, member.language)
            draft = await self.drafts.change(desk.db, draft.id, setting(album=said.album), desk.clock.now())
        draw = partial(self.face, desk, member=member, fault=fault)
        await self._show_taken(desk, member, draft, draw, anew=not same_album or bool(fault))
        return True

    async def _taken(self, desk: Desk, said: Said, member: Member, draft: D) -> Change[D]:
        """What was said makes this of the draft, once."""
        if said.other:
            raise Refused(phrase("Texts, pictures, films and files can be sent; this cannot."))
        change = await self.wanted(desk, said, member, draft)

        def taken(present: D) -> D:
            return present if present.has_taken(said.message_id) else replace(change(present), album=said.album)

        return taken

    async def _show_taken(
        self, desk: Desk, member: Member, draft: D, draw: Callable[[D], Awaitable[Drawn]], *, anew: bool
    ) -> None:
        """Show a draft that has taken something, ``anew`` or where its card stands.

        Another process may have taken something meanwhile, and shown it before this one did: then that is shown again.
        """
        if anew or draft.card is None:
            drawn = await draw(draft)
            shown: D | None = await send_card(desk, member, self.drafts, draft, drawn, protect=self.protect)
        else:
            await cards.edit(desk, member.chat_id, draft.card, await draw(draft))
            shown = await self.drafts.current(desk.db, member.person_id)
        if shown is not None and shown.content != draft.content and shown.card is not None:
            await cards.edit(desk, member.chat_id, shown.card, await draw(shown))


async def keep_file(desk: Desk, said: Said, member: Member, before: int) -> Attachment:
    """Keep a file, where there is room for one more beside the ``before``."""
    check_files(before + 1)  # before it is fetched
    assert said.media is not None  # noqa: S101 -- whoever calls has looked
    return await files.keep(desk.bot, desk.bot_id, desk.db, said.media, by=member.person_id, now=desk.clock.now())


async def with_file(desk: Desk, said: Said, member: Member, draft: D, text: Callable[[D], str]) -> Change[D]:
    """The draft with a file more, which is kept by now; ``text`` is what becomes of its text."""
    kept = await keep_file(desk, said, member, len(draft.content.attachments))

    def added(present: D) -> D:
        attachments = (*present.content.attachments, kept)
        check_files(len(attachments))
        return present.taking(said.message_id, attachments=attachments, text=text(present))

    return added


def resumed(desk: Desk, drawn: Drawn, language: str) -> Drawn:
    """The face of a draft that was left, which says so."""
    heading = desk.catalog.say(phrase("You have a draft"), language)
    return replace(drawn, text=f"<b>{heading}</b>\n\n{drawn.text}")


async def send_card(
    desk: Desk, member: Member, drafts: Drafts[D], draft: D, drawn: Drawn, *, protect: bool = False
) -> D:
    """Send a draft's card anew, below all else, and take the old one away; gives the draft as it is by then."""
    card = await cards.send(desk, member.chat_id, drawn, protect=protect)
    before: list[int] = []

    def change(present: D) -> D:
        before.extend([present.card] if present.card is not None else [])
        return replace(present, card=card)

    draft = await drafts.change(desk.db, draft.id, change, desk.clock.now())
    for message_id in before:
        await cards.take_away(desk, member.chat_id, message_id)
    return draft
