"""Submitting to the unit what was written, or that there is nothing to add; and taking it back.

Of a campaign that asks for it the submission is for its task; of several it is asked for which.
"""

from collections.abc import Sequence
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.risk import post
from bot.chat.risk.kinds import FACE
from bot.chat.risk.words import called, seen_of
from messages.errors import CHANGED, DecidedBefore, Outdated
from messages.register.campaigns import PostTask
from messages.register.own import Mine
from messages.register.records import Progress
from messages.store.accounts import Member
from messages.text.phrase import Phrase, nphrase, phrase

_NAMED: Final = 12
_OWN_ACCORD: Final = 0
_FOR_WHICH: Final = phrase("For which campaign is it?")


async def _mine(desk: Desk, member: Member, post_id: int) -> Mine:
    return await desk.register.mine(post_id, member.person_id, desk.clock.now())


def asking(mine: Mine) -> list[PostTask]:
    """The tasks that wait for a submission."""
    return [one for one in mine.tasks if one.to_submit]


def _task(mine: Mine, rest: Sequence[str]) -> int | None:
    """Which task a button names: none where it is still to be chosen, ``_OWN_ACCORD`` for none of them."""
    open_ones = asking(mine)
    match rest:
        case [] if len(open_ones) > 1:
            return None
        case []:
            return open_ones[0].id if open_ones else _OWN_ACCORD
        case [word, *_]:
            task_id = number_of(word)
            if task_id and task_id not in {one.id for one in open_ones}:
                raise Outdated(CHANGED)
            return task_id
    raise Forged


def _choose(desk: Desk, mine: Mine, act: str, language: str) -> Drawn:
    """For which of several campaigns it is."""
    rows: Rows = [
        [labelled(desk, phrase("📌 {title}", title=shortened(one.title)), language, FACE, act, mine.post_id, one.id)]
        for one in asking(mine)
    ]
    of_own = phrase("For none of them")
    rows.append([labelled(desk, of_own, language, FACE, act, mine.post_id, _OWN_ACCORD)])
    return cards.plain(desk, _FOR_WHICH, language, *rows, post.back(desk, mine.post_id, language))


def _title(mine: Mine, task_id: int) -> str:
    return next((one.title for one in mine.tasks if one.id == task_id), "")


# What was written


async def ask(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """What would be submitted is shown before it is."""
    await cards.turn(desk, press, shown(desk, await _mine(desk, member, post_id), member.language, rest))


def shown(desk: Desk, mine: Mine, language: str, rest: Sequence[str] = ()) -> Drawn:
    """What would be submitted, and for what."""
    task_id = _task(mine, rest)
    drafts = post.open_points(mine, Progress.DRAFT)
    if task_id is None:
        return _choose(desk, mine, "send", language)
    text = desk.renderer.render(
        "risk_submit",
        language,
        post=called(mine),
        campaign=_title(mine, task_id),
        points=[{"name": shortened(one.latest.name), "ends": one.ends} for one in drafts[:_NAMED]],
        more=max(0, len(drafts) - _NAMED),
        total=len(drafts),
        to_correct=mine.to_correct,
    )
    rows: Rows = []
    if drafts:
        send = phrase("📨 Yes, submit ({count})", count=len(drafts))
        rows.append([labelled(desk, send, language, FACE, "sent", mine.post_id, task_id, seen_of(drafts))])
    return Drawn(text=text, rows=[*rows, post.back(desk, mine.post_id, language)])


async def send(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """Submit what was shown; where that is not how it stands by now, it is shown once more."""
    match rest:
        case [_, seen]:
            mine = await _mine(desk, member, post_id)
        case _:
            raise Forged
    drafts = post.open_points(mine, Progress.DRAFT)
    if not drafts and mine.reviews:
        raise DecidedBefore(phrase("This has been submitted already, and waits for a decision."))
    task_id = _task(mine, rest)
    if not drafts or seen != seen_of(drafts):
        await desk.toast(press, CHANGED, member.language)
        drawn = shown(desk, mine, member.language, rest[:1]) if drafts else await post.drawn(desk, member, post_id)
        await cards.edit(desk, press.chat_id, press.message.message_id, drawn)
        return
    await submit(desk, press, member, post_id, task_id or _OWN_ACCORD)


async def submit(desk: Desk, press: Press, member: Member, post_id: int, task_id: int) -> None:
    """Lay all drafts before the unit; the card says so."""
    review = await desk.register.submit(post_id, member.person_id, desk.clock.now(), task_id=task_id or None)
    desk.wake()
    line = nphrase(
        "📨 {count} risk point is submitted to the unit.",
        "📨 {count} risk points are submitted to the unit.",
        review.points,
    )
    await post.show(desk, press, member, post_id, line)


# Nothing to add


async def ask_nothing(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """What it means to say that nothing is to be added."""
    mine, language = await _mine(desk, member, post_id), member.language
    task_id = _task(mine, rest)
    if task_id is None:
        await cards.turn(desk, press, _choose(desk, mine, "nothing", language))
        return
    standing = sum(1 for one in mine.points if one.point.standing is not None)
    text = desk.renderer.render(
        "risk_nothing", language, post=called(mine), campaign=_title(mine, task_id), standing=standing
    )
    yes = labelled(desk, phrase("✔ Yes, nothing to add"), language, FACE, "complete", post_id, task_id)
    await cards.turn(desk, press, Drawn(text=text, rows=[[yes], post.back(desk, post_id, language)]))


async def complete(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """Say so to the unit."""
    if len(rest) != 1:
        raise Forged
    task_id = _task(await _mine(desk, member, post_id), rest)
    now = desk.clock.now()
    await desk.register.submit(post_id, member.person_id, now, task_id=task_id or None, complete=True)
    desk.wake()
    await post.show(desk, press, member, post_id, phrase("📨 Submitted to the unit: nothing is to be added."))


# Taking back


async def ask_to_withdraw(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """Taking back is asked once more."""
    review_id, version = _two(rest)
    language = member.language
    yes = labelled(desk, phrase("↩️ Yes, take it back"), language, FACE, "withdrawn", post_id, review_id, version)
    what = phrase("Take back what you have submitted? Its points are drafts again, and nobody decides about them.")
    if any(one.id == review_id and one.complete for one in (await _mine(desk, member, post_id)).reviews):
        what = phrase("Take back that nothing is to be added? Then points can be added and submitted.")
    await cards.turn(desk, press, cards.plain(desk, what, language, [yes], post.back(desk, post_id, language)))


async def withdraw(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """Its points are drafts again."""
    review_id, version = _two(rest)
    await desk.register.withdraw(review_id, member.person_id, version, desk.clock.now())
    await post.show(desk, press, member, post_id, _TAKEN_BACK)


_TAKEN_BACK: Final[Phrase] = phrase("↩️ Taken back: it can be changed, and submitted again.")


def _two(rest: tuple[str, ...]) -> tuple[int, int]:
    if len(rest) != 2:  # noqa: PLR2004 -- which review, and its version
        raise Forged
    return number_of(rest[0]), number_of(rest[1])
