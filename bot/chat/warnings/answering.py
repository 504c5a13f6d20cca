"""Answering a warning: its holder gathers what is asked for, part by part, corrects it, and sends it.

A part is a button; what is written or sent next goes to the part that is asked for. All of it is a draft, which
survives everything; where the warning is another person's by now, it is said at the next step.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press, Said
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.desk import Desk, OnButton, OnWords
from bot.chat.drafting import Writing, keep_file, send_card
from bot.chat.warnings import answer_card
from bot.chat.warnings.answer_card import ANSWER
from bot.chat.words import said_fault
from messages.drafting import Change, closed
from messages.drafts import Kind
from messages.errors import DecidedBefore, LianxunError, NotEntitled, NotFound, Outdated, Refused
from messages.files import Attachment
from messages.store.accounts import Member
from messages.text.phrase import phrase
from messages.warnings import answers
from messages.warnings.answers import ANSWERS, NOTHING, AnswerDraft, asked_for, check_size, files_of
from messages.warnings.records import Asked

_OnWarning: TypeAlias = Callable[[Desk, Press, Member, int], Awaitable[None]]
_OnPart: TypeAlias = Callable[[AnswerDraft, int, Asked], AnswerDraft]


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about the own warning: what is to be done, with which one; and a part, where it is about one."""
    match wish.words:
        case ["send", number, seen]:
            doing: _OnWarning = partial(_send, seen=seen)
        case [what, number, asked] if what in _WITH_PART and asked in [*Asked]:
            doing = partial(_about_part, change=_WITH_PART[what], asked=Asked(asked))
        case [what, number, version] if what in _DOING and version.isdecimal():
            doing = _DOING[what]
        case _:
            raise Forged
    warning_id = number_of(number)
    try:
        await doing(desk, press, member, warning_id)
    except LianxunError as error:
        if isinstance(error, NotEntitled | NotFound | DecidedBefore):
            await _forget(desk, member, warning_id)
        if isinstance(error, NotEntitled | NotFound):
            raise
        await desk.toast(press, error.phrase, member.language)


async def _forget(desk: Desk, member: Member, warning_id: int) -> None:
    """Nothing is gathered any more for a warning that this person does not have to answer."""
    async with desk.db.writing() as conn:
        await answers.put_away(conn, member.person_id, warning_id, desk.clock.now())


async def _open(desk: Desk, press: Press, member: Member, warning_id: int) -> None:
    """The answer's card, in a message of its own: the notice stays as it is, to be acknowledged."""
    warning, draft = await desk.judging.begin(warning_id, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    drawn = await answer_card.drawn(desk, draft, warning, member.language)
    await _send_card(desk, member, draft=draft, drawn=drawn)


async def _about_part(
    desk: Desk, press: Press, member: Member, warning_id: int, *, change: _OnPart, asked: Asked
) -> None:
    """Another part is asked for, or one is begun anew; the card shows it where it stands."""
    now = desk.clock.now()
    warning = await desk.judging.to_answer(warning_id, member.person_id, now)

    def how(draft: AnswerDraft) -> AnswerDraft:
        return replace(change(draft, warning_id, asked), card=press.message.message_id)

    async with desk.db.writing() as conn:
        draft = await answers.begin(conn, member.person_id, how, now)
    await cards.turn(desk, press, await answer_card.drawn(desk, draft, warning, member.language))


async def _send(desk: Desk, press: Press, member: Member, warning_id: int, *, seen: str) -> None:
    """The answer that was seen is given: its card says so, and loses its buttons."""
    now, language = desk.clock.now(), member.language
    draft = await ANSWERS.current(desk.db, member.person_id)
    warning = await desk.judging.to_answer(warning_id, member.person_id, now)
    parts = asked_for(warning.ladder.checklist, draft.of(warning_id)) if draft else NOTHING
    try:
        warning = await desk.judging.answer(warning_id, member.person_id, parts, now, seen=seen)
    except (Refused, Outdated) as error:
        warning, draft = await desk.judging.begin(warning_id, member.person_id, now)
        fault = said_fault(desk, error, language)
        await cards.turn(desk, press, await answer_card.drawn(desk, draft, warning, language, fault=fault))
        return
    desk.wake()
    await desk.toast(press, phrase("📨 Sent"), language)
    drawn = answer_card.sent(desk, warning, parts, language, now)
    await cards.edit(desk, press.chat_id, press.message.message_id, drawn)


async def _ask_release(desk: Desk, press: Press, member: Member, warning_id: int) -> None:
    """The holder asks for the release of what was accepted."""
    await desk.judging.ask_release(warning_id, member.person_id, desk.clock.now())
    desk.wake()
    await desk.toast(press, phrase("🔓 The release is asked for."), member.language)


async def take(desk: Desk, said: Said, member: Member) -> bool:
    """What a person says or sends while answering goes to the part that is asked for."""
    draft = await ANSWERS.current(desk.db, member.person_id)
    if draft is None or draft.warning is None or draft.part is None:
        return False
    warning_id = draft.warning
    try:
        warning = await desk.judging.to_answer(warning_id, member.person_id, desk.clock.now())
        if draft.part in warning.ladder.checklist:
            return await _WRITING.words(desk, said, member)
        await _begin_anew(desk, member, warning_id)  # it was raised meanwhile
    except LianxunError as error:
        await _forget(desk, member, warning_id)
        await desk.say(member.chat_id, error.phrase, member.language)
    return True


async def _begin_anew(desk: Desk, member: Member, warning_id: int) -> None:
    """Other things are asked for by now than what was being written."""
    warning, draft = await desk.judging.begin(warning_id, member.person_id, desk.clock.now())
    fault = desk.catalog.say(phrase("Something else is asked for by now: please look."), member.language)
    await _send_card(
        desk, member, draft=draft, drawn=await answer_card.drawn(desk, draft, warning, member.language, fault=fault)
    )


async def _wanted(desk: Desk, said: Said, member: Member, draft: AnswerDraft) -> Change[AnswerDraft]:
    """What was said makes this of the draft; for what it has no room nothing is fetched."""
    some: list[Attachment] = []
    if said.media is not None:
        before = files_of(draft.of(draft.warning)) if draft.warning else ()
        some = [await keep_file(desk, said, member, len(before))]

    def added(present: AnswerDraft) -> AnswerDraft:
        if present.warning is None or present.part is None:
            raise Refused(phrase("This was not taken: please press first what you would like to change."))
        taken = present.adding(said.message_id, text=said.text.replace("\0", ""), files=some)
        check_size(taken.of(present.warning))
        return taken

    return added


async def _face(desk: Desk, draft: AnswerDraft, member: Member, *, fault: str = "") -> cards.Drawn:
    if draft.warning is None:
        raise closed()
    warning = await desk.judging.to_answer(draft.warning, member.person_id, desk.clock.now())
    return await answer_card.drawn(desk, draft, warning, member.language, fault=fault)


_WRITING: Final[Writing[AnswerDraft]] = Writing(drafts=ANSWERS, act=None, wanted=_wanted, face=_face, protect=True)
_send_card: Final = partial(send_card, drafts=ANSWERS, protect=True)


async def _leave(desk: Desk, press: Press, member: Member, warning_id: int) -> None:
    """Nothing more is asked for until a part is chosen; what is given stays."""
    now = desk.clock.now()
    warning = await desk.judging.to_answer(warning_id, member.person_id, now)
    async with desk.db.writing() as conn:
        draft = await answers.begin(conn, member.person_id, lambda draft: draft.asking(warning_id, None), now)
    await cards.turn(desk, press, await answer_card.drawn(desk, draft, warning, member.language))


_DOING: Final[Mapping[str, _OnWarning]] = {"answer": _open, "later": _leave, "ask": _ask_release}
_WITH_PART: Final[Mapping[str, _OnPart]] = {"part": AnswerDraft.asking, "clear": AnswerDraft.clearing}
BUTTONS: Final[Mapping[str, OnButton]] = {ANSWER: attend}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.ANSWER: take}
