"""Writing a risk point: its draft is begun, found again and discarded; buttons answer and lead on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.drafting import resumed, send_card
from bot.chat.listing import page_of, value_of
from bot.chat.risk import points, post
from bot.chat.risk.asking import WRITING, Asked, citing, face, key_of_suggestion, laws, suggested
from bot.chat.risk.holding import OnRisk, mine_of
from bot.chat.risk.kinds import BEGIN, VIEW
from bot.chat.risk.words import chosen_by, key_of, meant
from bot.chat.stepping import discarding
from messages.drafting import Change
from messages.errors import Outdated
from messages.register.bases import WHOLE, Cited
from messages.register.drafts import EMPTY, RISKS, SKIPPED, RiskContent, RiskDraft, Step
from messages.register.own import Mine
from messages.register.records import RiskLevel
from messages.scopes import EVERYWHERE
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

_Answer: TypeAlias = Callable[[Desk, RiskDraft, Mine, str], Awaitable[Change[RiskDraft]]]
_OnView: TypeAlias = Callable[[Desk, Press, Member, RiskDraft], Awaitable[None]]


def on(attend: OnRisk) -> OnButton:
    """A button of the draft that is open; what has changed since it was shown is shown anew."""

    async def kindly(desk: Desk, press: Press, member: Member, draft: RiskDraft, wish: Wish) -> None:
        try:
            await attend(desk, press, member, draft, wish)
        except Outdated as error:
            await desk.toast(press, error.phrase, member.language)
            drawn = await face(desk, draft, member)
            await cards.edit(desk, press.chat_id, press.message.message_id, drawn)

    return WRITING.on(kindly)


# Beginning


async def begin(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A new point of a post, or a change of one; another one that is being written is not lost unasked."""
    match wish.words:
        case ["new", post_id, *seen]:
            new = await _of_post(desk, member, number_of(post_id))
        case ["change", post_id, point_id, *seen]:
            new = await _of_point(desk, member, number_of(post_id), number_of(point_id))
        case _:
            raise Forged
    if len(seen) > 1:
        raise Forged
    await cards.attend(desk, press)
    draft = await RISKS.current(desk.db, member.person_id)
    if draft is not None and not _same(draft, new) and draft.content != EMPTY:
        if seen != [_seen(draft)]:  # another one is being written by now, or more of it
            await _ask_instead(desk, member, draft, new)
            return
        await _put_away(desk, member, draft)
    await _open(desk, member, new)


async def _of_post(desk: Desk, member: Member, post_id: int) -> RiskDraft:
    """A new point of the own post."""
    await desk.register.mine(post_id, member.person_id, desk.clock.now())
    return RiskDraft(id=0, person_id=member.person_id, content=EMPTY, post_id=post_id)


async def _of_point(desk: Desk, member: Member, post_id: int, point_id: int) -> RiskDraft:
    """A change of a point, as it stands now."""
    _, one = await points.point_of(desk, member, post_id, point_id)
    content = RiskContent.of_content(one.latest)
    filled = RiskDraft(id=0, person_id=member.person_id, content=content, post_id=post_id, point_id=point_id)
    return replace(filled, version=one.point.version).at(Step.CHECK)


def _same(draft: RiskDraft, new: RiskDraft) -> bool:
    return (draft.post_id, draft.point_id, draft.version) == (new.post_id, new.point_id, new.version)


async def _open(desk: Desk, member: Member, new: RiskDraft) -> None:
    """The draft, new or as it was left, in a message of its own below all else."""
    now = desk.clock.now()
    async with desk.db.writing() as conn:
        await RISKS.make_room(conn, member.person_id, EMPTY, now)
        draft = await RISKS.begin(conn, new, now)
    await RISKS.touch(desk.db, draft, now)
    drawn = await face(desk, draft, member)
    if draft.content != new.content:
        drawn = resumed(desk, drawn, member.language)
    await send_card(desk, member, RISKS, draft, drawn)


async def _put_away(desk: Desk, member: Member, draft: RiskDraft) -> None:
    """A draft is closed from elsewhere: its card goes too."""
    await RISKS.discard(desk.db, draft, desk.clock.now())
    if draft.card is not None:
        await cards.take_away(desk, member.chat_id, draft.card)


def _seen(draft: RiskDraft) -> str:
    """Names a draft as it was seen: a button has no room for its number besides."""
    return key_of(f"{draft.id} {draft.digest}")


async def _ask_instead(desk: Desk, member: Member, draft: RiskDraft, new: RiskDraft) -> None:
    """Another point is being written: which one goes on is asked."""
    begin_new = ("new", new.post_id) if new.point_id is None else ("change", new.post_id, new.point_id)
    language = member.language
    instead = phrase("🗑 Discard that, begin this")
    rows = [
        [labelled(desk, phrase("✏️ Go on with that one"), language, VIEW, draft.id, "go", draft.step)],
        [labelled(desk, instead, language, BEGIN, *begin_new, _seen(draft))],
    ]
    name = draft.content.name or draft.content.node or draft.content.category or "…"
    said = phrase("You are writing “{draft}” at the moment. Please finish or discard that before.", draft=name)
    await cards.send(desk, member.chat_id, cards.plain(desk, said, language, *rows))


# Answers by button


async def answer(desk: Desk, press: Press, member: Member, draft: RiskDraft, wish: Wish) -> None:
    """A question was answered: the next one is asked."""
    match wish.words[1:]:
        case [word, value] if word in _ANSWERS:
            change = await _ANSWERS[word](desk, draft, await mine_of(desk, member, draft), value)
        case _:
            raise Forged
    await WRITING.show(desk, press, member, draft, change)


def _answering(step: Step, **answers: Any) -> Change[RiskDraft]:  # noqa: ANN401 -- fields of the content
    return lambda present: replace(present, step=step).with_content(**answers).onward()


async def _node(_desk: Desk, draft: RiskDraft, mine: Mine, value: str) -> Change[RiskDraft]:
    return _answering(Step.NODE, node=chosen_by(value, [draft.content.node, *mine.nodes]))


async def _found(desk: Desk, _draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    return _answering(Step.NODE, node=await value_of(desk, "node", value, EVERYWHERE))


async def _new(_desk: Desk, draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    return _answering(Step.NODE, node=chosen_by(value, [draft.search]))


async def _category(desk: Desk, _draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    return _answering(Step.CATEGORY, category=chosen_by(value, desk.policy.risks.categories))


async def _level(_desk: Desk, _draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    if value not in set(RiskLevel):
        raise Forged
    return _answering(Step.LEVEL, level=RiskLevel(value))


async def _duty(_desk: Desk, _draft: RiskDraft, mine: Mine, value: str) -> Change[RiskDraft]:
    duty = meant(value, {str(one.id): one for one in mine.duties})
    return _answering(Step.DUTY, duty=duty.text)


async def _law(desk: Desk, _draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    """A law was chosen, of which an article is asked for; or the whole of it."""
    law, whole = (value.removesuffix(f".{WHOLE}"), value.endswith(f".{WHOLE}"))
    if law not in {one.code for one in laws(desk)}:
        raise Forged
    if whole:
        return lambda present: citing(present, Cited(law=law))
    return lambda present: replace(present.at(Step.BASES), law=law)


async def _suggestion(desk: Desk, draft: RiskDraft, _mine: Mine, value: str) -> Change[RiskDraft]:
    """What others have written is taken over; what was said before stays."""
    some = {key_of_suggestion(one): one for one in await suggested(desk, draft)}
    one = meant(value, some)
    taken = one.content
    citable = {law.code for law in laws(desk)}
    content = replace(
        RiskContent.of_content(taken),
        node=taken.node or draft.content.node,  # what is offered for its category is of a node of its own
        category=draft.content.category or taken.category,
        bases=tuple(one for one in taken.bases if one.law in citable),
        duty=draft.content.duty,
    )
    return lambda present: replace(present, step=Step.NAME, content=content, template_id=one.template_id).onward()


_ANSWERS: Final[Mapping[str, _Answer]] = MappingProxyType(
    {
        Step.NODE: _node,
        "found": _found,
        "new": _new,
        Step.CATEGORY: _category,
        Step.NAME: _suggestion,
        Step.LEVEL: _level,
        Step.DUTY: _duty,
        Step.BASES: _law,
    }
)


# Faces


async def view(desk: Desk, press: Press, member: Member, draft: RiskDraft, wish: Wish) -> None:
    """Another face of the card."""
    match wish.words[1:]:
        case ["go", word] if word in [*Step]:
            await WRITING.show(desk, press, member, draft, lambda present: present.at(Step(word)))
        case ["clear", word] if word in SKIPPED:
            await WRITING.show(desk, press, member, draft, lambda present: _cleared(present, Step(word)))
        case ["unbase", word] if (cited := Cited.of(word.replace(".", ":").removesuffix(":0"))) is not None:
            await WRITING.show(desk, press, member, draft, lambda present: _without(present, cited))
        case [name] if name in _VIEWS:
            await _VIEWS[name](desk, press, member, draft)
        case _:
            raise Forged


def _cleared(draft: RiskDraft, step: Step) -> RiskDraft:
    """Without this answer, at what comes next."""
    nothing = getattr(EMPTY, step.value)
    return replace(draft, step=step).with_content(**{step.value: nothing}).onward()


def _without(draft: RiskDraft, cited: Cited) -> RiskDraft:
    return draft.with_content(bases=tuple(one for one in draft.content.bases if one != cited))


def turning(step: Step, list_: Callable[[Asked, int], Awaitable[Drawn]]) -> OnRisk:
    """A button that turns the list of a question, at which the draft is then: what is written next answers it."""

    async def turn(desk: Desk, press: Press, member: Member, draft: RiskDraft, wish: Wish) -> None:
        """A page of it."""
        match wish.words[1:]:
            case [word]:
                page = page_of(word)
            case _:
                raise Forged
        if draft.step is not step:
            draft = await RISKS.change(desk.db, draft.id, lambda present: present.at(step), desk.clock.now())
        mine = await mine_of(desk, member, draft)
        await cards.turn(
            desk, press, await list_(Asked(desk=desk, draft=draft, mine=mine, language=member.language), page)
        )

    return turn


async def _ask_to_discard(desk: Desk, press: Press, member: Member, draft: RiskDraft) -> None:
    """Discarding is asked once more."""
    language, drawn = member.language, await face(desk, draft, member)
    rows = discarding(desk, draft, language, VIEW)
    await cards.turn(desk, press, Drawn(text=drawn.text, rows=rows))


async def _discard(desk: Desk, press: Press, member: Member, draft: RiskDraft) -> None:
    """The draft is closed; a point that was to be changed stays as it was."""
    await RISKS.discard(desk.db, draft, desk.clock.now())
    await post.show(desk, press, member, draft.post_id, _DISCARDED)


_DISCARDED: Final[Phrase] = phrase("Discarded: nothing was kept of it.")
_VIEWS: Final[Mapping[str, _OnView]] = MappingProxyType({"discard": _ask_to_discard, "discarded": _discard})
