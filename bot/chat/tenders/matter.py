"""One matter: how it stands, its steps with their dates and limits, and what its viewer may do about it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of, shortened
from bot.chat.card_ends import End, ended
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.declaring.reading import OF_MATTER
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.standing import pressing
from bot.chat.tenders.kinds import CARD, LIST, MOVE, PLACE, POSTS
from bot.chat.tenders.stages import said_stage, shown_of
from bot.chat.tenders.words import MARKS, said_amount
from messages import reasons
from messages.errors import DecidedBefore, LianxunError, NotEntitled, NotFound
from messages.pages import part_of
from messages.reasons import About
from messages.rights import Act, acts_of
from messages.store.accounts import Member
from messages.tenders.milestones import MatterKind, matter_kind_said
from messages.tenders.records import OVER, MatterState, matter_state_said, method_said
from messages.tenders.views import Whole
from messages.text.phrase import Phrase, nphrase, phrase

_STAGES: Final = 14
"""Steps on a page: with their limits they fit into one message."""
_TITLE: Final = 300
_BUYER: Final = 80
_REASON: Final = "matter"
_SHUT: Final = OVER - {MatterState.COMPLETE}
"""What is complete may have dates entered that were not known before."""
NOT_YOURS: Final = phrase(
    "This is not open to you: only those who look after the unit and those responsible change it."
)

OnMatter: TypeAlias = Callable[[Desk, Press, Member, Whole], Awaitable[None]]


async def whole_of(desk: Desk, member: Member, matter_id: int) -> Whole:
    """A matter as it stands; that somebody asked for one that is not open to the person is recorded."""
    return await desk.tenders.of(matter_id, member.person_id, desk.clock.now())


async def to_move(desk: Desk, member: Member, matter_id: int) -> Whole:
    """A matter whose dates this person may move now."""
    whole = await whole_of(desk, member, matter_id)
    if not whole.may_move:
        raise NotEntitled(NOT_YOURS)
    if whole.matter.state in _SHUT:
        raise DecidedBefore(phrase("It is: {state}.", state=matter_state_said(whole.matter.state)))
    return whole


async def drawn(desk: Desk, member: Member, whole: Whole, number: int = 1, end: End | None = None) -> Drawn:
    """A page of its steps, below how it stands; and how the card ends."""
    language, now, matter = member.language, desk.clock.now(), whole.matter
    page = part_of(shown_of(whole, now), number, _STAGES)
    text = desk.renderer.render(
        "tender",
        language,
        mark=MARKS[matter.state],
        title=shortened(matter.title, _TITLE),
        ref=shortened(matter.ref, _BUYER),
        kind=desk.catalog.say(matter_kind_said(matter.kind), language),
        state=desk.catalog.say(matter_state_said(matter.state), language),
        buyer=shortened(matter.buyer, _BUYER),
        unit=matter.unit,
        method=_method(desk, whole, language),
        amount=said_amount(desk, matter.amount, matter.currency, language),
        why=matter.why,
        stages=[said_stage(desk, one, language, now) for one in page.rows],
        number=page.number,
        pages=page.pages,
        declared=whole.declared,
        interests=whole.interests,
    )
    rows = turns(page.number, page.pages, (CARD, "open", matter.id))
    rows += await _offered(desk, member, whole)
    return ended(desk, text, matter.title, language, rows, end or End())


def _method(desk: Desk, whole: Whole, language: str) -> str:
    matter = whole.matter
    if matter.kind is MatterKind.RECRUITMENT:
        return ""
    return shortened(matter.method_said or desk.catalog.say(method_said(matter.method), language))


async def _offered(desk: Desk, member: Member, whole: Whole) -> Rows:
    """What this person may do about a matter."""
    matter, runs, language = whole.matter, whole.matter.state not in OVER, member.language

    def leads(what: Phrase, kind: str, *to: str | int) -> InlineKeyboardButton:
        act, *more = to
        return labelled(desk, what, language, kind, act, matter.id, *more)

    rows: Rows = []
    if matter.state not in _SHUT and whole.may_move:
        rows.append(
            [leads(phrase("📅 Move a date"), MOVE, "steps", 1), leads(phrase("✅ Done today"), MOVE, "done", 1)]
        )
    if runs and whole.may_enter:
        posts = leads(phrase("👤 Responsible posts"), POSTS, "steps", 1)
        rows.append([posts, leads(phrase("⏹ End it"), CARD, "end")])
    if not runs and whole.may_enter:
        rows.append([leads(phrase("▶️ Take it up again"), CARD, "reopen", matter.version)])
    if matter.unit_id is None and await _places(desk, member):
        rows.append([leads(phrase("📌 Which unit is this buyer?"), PLACE, "page", 1)])
    if whole.declared:
        rows.append([labelled(desk, phrase("📝 Declarations of interest"), language, OF_MATTER, matter.id, 1)])
    return [*rows, [labelled(desk, phrase("« All of them"), language, LIST, "first")]]


async def _places(desk: Desk, member: Member) -> bool:
    async with desk.db.reading() as conn:
        return Act.PLACE_MATTERS in await acts_of(conn, member.person_id)


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of a matter's card."""
    match wish.words:
        case ["open", number, word]:
            await stop_asking(desk, member)
            whole = await whole_of(desk, member, number_of(number))
            await cards.turn(desk, press, await drawn(desk, member, whole, page_of(word)))
        case ["reopen", number, version]:
            await attempt(desk, press, member, number_of(number), _reopening(number_of(version)))
        case ["completes", number]:
            await attempt(desk, press, member, number_of(number), _look_at_completing)
        case ["complete", number, version]:
            await attempt(desk, press, member, number_of(number), _completing(number_of(version)))
        case ["why", number, state] if state in _SHUT:
            await attempt(desk, press, member, number_of(number), _asking_why(MatterState(state)))
        case ["end", number]:
            await attempt(desk, press, member, number_of(number), _ask_how)
        case _:
            raise Forged


async def attempt(desk: Desk, press: Press, member: Member, matter_id: int, doing: OnMatter) -> None:
    """Do something about a matter; where that does not go any more, its card says why, and how it stands."""
    async with pressing(desk, press, member, matter_id, _stand):
        await doing(desk, press, member, await whole_of(desk, member, matter_id))


async def _stand(desk: Desk, member: Member, message_id: int, matter_id: int, fault: Phrase | None) -> None:
    await stand(desk, member, message_id, matter_id, End(fault=fault))


async def stand(desk: Desk, member: Member, message_id: int, matter_id: int, end: End) -> None:
    """Show in a card how its matter stands."""
    whole = await whole_of(desk, member, matter_id)
    await cards.edit(desk, member.chat_id, message_id, await drawn(desk, member, whole, end=end))


async def stop_asking(desk: Desk, member: Member, message_id: int | None = None) -> None:
    """Nothing is asked for any more; ``message_id`` was the answer."""
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now(), message_id)


def back(desk: Desk, matter_id: int, language: str) -> list[InlineKeyboardButton]:
    """The row that leads back to a matter."""
    return [labelled(desk, phrase("« The matter"), language, CARD, "open", matter_id, 1)]


# Its end


_ENDS: Final[Mapping[str, Phrase]] = {
    MatterState.COMPLETE: phrase("✅ It is completed"),
    MatterState.UNSUCCESSFUL: phrase("✖️ It came to nothing"),
    MatterState.CANCELLED: phrase("⏹ It is called off"),
}


async def _ask_how(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
    """How it ends is asked, and then why."""
    if not whole.may_enter:
        raise NotEntitled(NOT_YOURS)
    matter, language = whole.matter, member.language
    complete = labelled(desk, _ENDS[MatterState.COMPLETE], language, CARD, "completes", matter.id)
    asks = [
        [labelled(desk, _ENDS[state], language, CARD, "why", matter.id, state)] for state in _ENDS if state in _SHUT
    ]
    rows = [[complete], *asks]
    asked = phrase("How does “{title}” end? What follows is shown first.", title=shortened(matter.title, _TITLE))
    await cards.turn(desk, press, cards.plain(desk, asked, language, *rows, back(desk, matter.id, language)))


def _heard(people: int) -> Phrase:
    """Who would hear of its end, and what becomes of what was planned."""
    if not people:
        return phrase("Nobody was prompted so far, so nobody is told; prompts that are planned are dropped.")
    return nphrase(
        "{count} person who was prompted is told of it; prompts that are planned are dropped.",
        "{count} people who were prompted are told of it; prompts that are planned are dropped.",
        people,
    )


async def _look_at_completing(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
    """What follows once it is completed, and the button that does it."""
    if not whole.may_enter:
        raise NotEntitled(NOT_YOURS)
    matter, language = whole.matter, member.language
    asked = phrase(
        "Is “{title}” completed? Nobody is told of that; prompts that are planned are dropped.",
        title=shortened(matter.title, _TITLE),
    )
    done = labelled(desk, phrase("✅ Yes, all of it is done"), language, CARD, "complete", matter.id, matter.version)
    await cards.turn(desk, press, cards.plain(desk, asked, language, [done], back(desk, matter.id, language)))


def _asking_why(state: MatterState) -> OnMatter:
    async def ask_why(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """The next words are the reason."""
        if not whole.may_enter:
            raise NotEntitled(NOT_YOURS)
        matter, card = whole.matter, press.message.message_id
        about = About(desk=_REASON, act=state.value, id=matter.id, version=matter.version, card=card)
        await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
        people = await desk.tenders.would_hear(whole, state)
        said = phrase("{what}. {heard} Please write the reason.", what=_ENDS[state], heard=_heard(people))
        drawn = cards.plain(desk, said, member.language, back(desk, matter.id, member.language))
        await cards.turn(desk, press, drawn)

    return ask_why


async def _end_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """The reason that was asked for: the matter ends."""
    state, now = MatterState(about.act), desk.clock.now()
    try:
        await desk.tenders.stop(about.id, state, why, member.person_id, about.version, now)
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        await stand(desk, member, about.card, about.id, End(fault=error.phrase))
        raise
    await stop_asking(desk, member, message_id)
    desk.wake()
    whole = await whole_of(desk, member, about.id)
    await cards.send(desk, member.chat_id, await drawn(desk, member, whole, end=End(line=_ENDS[state])))
    await cards.take_away(desk, member.chat_id, about.card)


def _completing(version: int) -> OnMatter:
    async def complete(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """All was done: that needs no reason."""
        now, matter_id = desk.clock.now(), whole.matter.id
        await desk.tenders.stop(matter_id, MatterState.COMPLETE, "", member.person_id, version, now)
        desk.wake()
        present = await whole_of(desk, member, matter_id)
        line = End(line=_ENDS[MatterState.COMPLETE])
        await cards.turn(desk, press, await drawn(desk, member, present, end=line))

    return complete


def _reopening(version: int) -> OnMatter:
    async def reopen(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        now = desk.clock.now()
        await desk.tenders.reopen(whole.matter.id, member.person_id, version, now)
        desk.wake()
        present = await whole_of(desk, member, whole.matter.id)
        line = End(line=phrase("▶️ It goes on."))
        await cards.turn(desk, press, await drawn(desk, member, present, end=line))

    return reopen


REASONS: Final = {_REASON: _end_with}
