"""Judging: an answer is looked at, and accepted with or without the release, or returned with a reason and a new date.

A release is given where the holder has asked for it, and by hand: before the answer is accepted with a reason.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.card_ends import End
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.reasons import OnReason, or_stand
from bot.chat.standing import pressing
from bot.chat.warnings import asking, drawing
from bot.telegram import keyboards, showing
from messages.reasons import About
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from messages.warnings import views
from messages.warnings.matters import MatterKind
from messages.warnings.records import WarningState
from schedules.composer import desk_buttons
from schedules.desks import DeskKind
from schedules.notifier import PREVIEW, Outgoing
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import Seen

_OnWarning: TypeAlias = Callable[[Desk, Press, Member, int, int], Awaitable[None]]

JUDGE: Final = keyboards.DESKS[DeskKind.ANSWER]
"""Buttons about a warning that is to be judged: what is to be done, the warning, the answer that was seen; and days."""
_DESK: Final = "warning"
_KINDS: Final = (MatterKind.ANSWER, MatterKind.RELEASE)


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a warning that is to be judged."""
    match wish.words:
        case ["days", number, seen, days] if days in map(str, asking.DAYS):
            doing: _OnWarning = _returning(int(days))
        case [what, number, seen] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    warning_id = number_of(number)
    async with pressing(desk, press, member, warning_id, None if doing is _show else _stand):
        await doing(desk, press, member, warning_id, number_of(seen))


async def _stand(desk: Desk, member: Member, message_id: int, warning_id: int, fault: Phrase | None) -> None:
    await drawing.stand(desk, member, message_id, warning_id, *_KINDS, fault=fault)


async def _show(desk: Desk, press: Press, member: Member, warning_id: int, _seen: int) -> None:
    """What waits, in a message of its own that has the buttons: an answer with its files, else the warning's life."""
    case = await desk.judging.look(warning_id, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    waits = drawing.laid_of(case, *_KINDS)
    if waits and waits.matter.kind is MatterKind.ANSWER:
        await _send(desk, member, waits)
        return
    told = await views.of_warning(desk.db, member.person_id, warning_id, desk.clock.now())
    rows = cards.leading(desk, waits.desk, member.language) if waits else []
    await cards.send(desk, member.chat_id, drawing.life(desk, told, member.language, rows), protect=True)


async def _send(desk: Desk, member: Member, waits: Laid) -> None:
    outgoing = Outgoing(
        delivery_id=PREVIEW,
        chat_id=member.chat_id,
        text=drawing.laid(desk, waits, member.language).text,
        acknowledge=None,
        protect=True,
        attachments=waits.attachments,
        desk=desk_buttons(desk.catalog, str(waits.desk), member.language),
    )
    await showing.show(desk.bot, desk.bot_id, desk.db, member.chat_id, outgoing)


async def _back(desk: Desk, press: Press, member: Member, warning_id: int, _seen: int) -> None:
    """Nothing is decided yet."""
    await asking.stop(desk, member)
    await drawing.stand(desk, member, press.message.message_id, warning_id, *_KINDS)
    await cards.attend(desk, press)


async def _drawn(desk: Desk, member: Member, warning_id: int, rows: Rows, end: End) -> Drawn:
    """The card of what waits, or, where nothing does, of the warning's life."""
    now = desk.clock.now()
    waits = drawing.laid_of(await desk.judging.look(warning_id, member.person_id, now), *_KINDS)
    if waits:
        return drawing.laid(desk, waits, member.language, rows, end)
    told = await views.of_warning(desk.db, member.person_id, warning_id, now)
    return drawing.life(desk, told, member.language, rows, end)


async def _ask(
    desk: Desk, press: Press, member: Member, warning_id: int, seen: int, ask: Phrase, *choices: tuple[Phrase, str]
) -> None:
    """Ask below the card, with a button for each answer, and one to go back."""
    rows = [
        [labelled(desk, what, member.language, JUDGE, act, warning_id, seen)]
        for what, act in (*choices, (phrase("« Go back"), "back"))
    ]
    await cards.turn(desk, press, await _drawn(desk, member, warning_id, rows, End(ask=ask)))


async def _ask_accept(desk: Desk, press: Press, member: Member, warning_id: int, seen: int) -> None:
    """With the release, which most want, or without."""
    await desk.judging.to_judge(warning_id, member.person_id, desk.clock.now(), answer_id=seen)
    both = phrase("✅ Accept and release"), "both"
    only = phrase("☑️ Accept only"), "only"
    ask = phrase("Is the answer accepted, and the warning released with it?")
    await _ask(desk, press, member, warning_id, seen, ask, both, only)


def _accepting(*, release: bool) -> _OnWarning:
    async def accept(desk: Desk, press: Press, member: Member, warning_id: int, seen: int) -> None:
        now, who = desk.clock.now(), _who(desk, member)
        done = phrase("✅ Accepted and released by {name} on {moment}", **who)
        line = done if release else phrase("✅ Accepted by {name} on {moment}", **who)
        drawn = await _drawn(desk, member, warning_id, [], End(line=line))
        await desk.judging.accept(warning_id, member.person_id, now, release=release, answer_id=seen)
        desk.wake()
        await cards.turn(desk, press, drawn)

    return accept


def _who(desk: Desk, member: Member) -> dict[str, str]:
    return {"name": member.name, "moment": desk.moment(desk.clock.now(), member.language)}


async def _ask_return(desk: Desk, press: Press, member: Member, warning_id: int, seen: int) -> None:
    """The next words are the reason for which the answer is returned."""
    await desk.judging.to_judge(warning_id, member.person_id, desk.clock.now(), answer_id=seen)
    await _ask_why(
        desk, press, member, warning_id, seen, "return", phrase("↩️ Why is it returned? Please write the reason.")
    )


async def _ask_why(desk: Desk, press: Press, member: Member, warning_id: int, seen: int, act: str, ask: Phrase) -> None:
    about = About(desk=_DESK, act=act, id=warning_id, version=seen, card=press.message.message_id)
    await asking.why(desk, member, about)
    await _ask(desk, press, member, warning_id, seen, ask)


async def _take_reason(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """The reason that was asked for: to return an answer a date is wanted, too; a release follows at once."""
    await _REASONED[about.act](desk, member, about, why, message_id)


async def _ask_when(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    await desk.judging.to_judge(about.id, member.person_id, desk.clock.now(), answer_id=about.version)
    await asking.when(desk, member, asking.with_reason(about, why, message_id), about.id, JUDGE)


async def _release(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    line = phrase("🔓 Released by {name} on {moment}. Reason: {why}", **_who(desk, member), why=why)
    drawn = await _drawn(desk, member, about.id, [], End(line=line))
    seen = Seen(version=about.version, message=message_id)
    await desk.judging.release(about.id, member.person_id, why, desk.clock.now(), seen)
    desk.wake()
    await cards.edit(desk, member.chat_id, about.card, drawn)
    await desk.say(member.chat_id, phrase("🔓 Released."), member.language)


async def _ask_keep(desk: Desk, press: Press, member: Member, warning_id: int, _seen: int) -> None:
    """The next words are the reason for which the release that was asked for is not given yet."""
    await desk.judging.to_release(warning_id, member.person_id, desk.clock.now())
    seen = await desk.judging.version(warning_id)
    ask = phrase("✖️ Why is it not released yet? Please write the reason.")
    await _ask_why(desk, press, member, warning_id, seen, "keep", ask)


async def _keep(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    line = phrase("✖️ Not released yet, by {name} on {moment}. Reason: {why}", **_who(desk, member), why=why)
    drawn = await _drawn(desk, member, about.id, [], End(line=line))
    seen = Seen(version=about.version, message=message_id)
    await desk.judging.refuse_release(about.id, member.person_id, why, desk.clock.now(), seen)
    desk.wake()
    await cards.edit(desk, member.chat_id, about.card, drawn)
    await desk.say(member.chat_id, phrase("✖️ Not released yet; the holder is told why."), member.language)


def _returning(days: int) -> _OnWarning:
    async def give_back(desk: Desk, press: Press, member: Member, warning_id: int, seen: int) -> None:
        """The reason was given before, the date is chosen now: the answer is returned."""
        about = await asking.given(desk, member, _DESK, "return", warning_id)
        case = await desk.judging.look(warning_id, member.person_id, desk.clock.now())
        returned = await desk.judging.give_back(
            warning_id,
            member.person_id,
            about.why,
            days,
            desk.clock.now(),
            answer_id=seen,
            message_id=about.message,
        )
        desk.wake()
        until = desk.moment(returned.answer_by, member.language) if returned.answer_by else "–"
        line = phrase(
            "↩️ Returned by {name} on {moment}, to be answered by {until}. Reason: {why}",
            **_who(desk, member),
            until=until,
            why=about.why,
        )
        await cards.turn(desk, press, cards.plain(desk, line, member.language))
        if waited := drawing.laid_of(case, MatterKind.ANSWER):
            drawn = drawing.laid(desk, waited, member.language, end=End(line=line))
            await cards.edit(desk, member.chat_id, about.card, drawn)

    return give_back


async def _ask_release(desk: Desk, press: Press, member: Member, warning_id: int, seen: int) -> None:
    """Once the answer is accepted it is only asked whether it is meant; before, a reason is wanted."""
    warning = await desk.judging.to_release(warning_id, member.person_id, desk.clock.now())
    if warning.state is WarningState.ACCEPTED:
        yes = phrase("🔓 Yes, release it"), "free"
        await _ask(desk, press, member, warning_id, seen, phrase("Release this warning?"), yes)
    else:
        ask = phrase("🔓 Why is it released before its answer is accepted? Please write the reason.")
        seen = await desk.judging.version(warning_id)  # the card is drawn anew below
        await _ask_why(desk, press, member, warning_id, seen, "release", ask)


async def _free(desk: Desk, press: Press, member: Member, warning_id: int, _seen: int) -> None:
    """Released without a reason: its answer was accepted."""
    line = phrase("🔓 Released by {name} on {moment}", **_who(desk, member))
    drawn = await _drawn(desk, member, warning_id, [], End(line=line))
    await desk.judging.release(warning_id, member.person_id, "", desk.clock.now())
    desk.wake()
    await cards.turn(desk, press, drawn)


_DOING: Final[Mapping[str, _OnWarning]] = {
    "show": _show,
    "back": _back,
    "accept": _ask_accept,
    "both": _accepting(release=True),
    "only": _accepting(release=False),
    "return": _ask_return,
    "release": _ask_release,
    "free": _free,
    "keep": _ask_keep,
}
_REASONED: Final[Mapping[str, OnReason]] = {"return": _ask_when, "release": _release, "keep": _keep}
BUTTONS: Final[Mapping[str, OnButton]] = {JUDGE: attend}
REASONS: Final[Mapping[str, OnReason]] = {_DESK: or_stand(_take_reason, _stand)}
