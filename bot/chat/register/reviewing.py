"""Reviewing: what a post has submitted to the register is looked at, and accepted or returned, whole or point by point.

The unit's leader does so, and of a campaign's task then the inspector. Each button carries the version that its presser
has seen: of a review that has changed since, the present one is shown, and of one that was decided, how.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.card_ends import End
from bot.chat.cards import labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.listing import page_of
from bot.chat.reasons import OnReason, go_back, or_stand
from bot.chat.register import review_cards
from bot.chat.register.review_cards import DECIDE
from bot.chat.standing import pressing
from messages import reasons
from messages.reasons import About
from messages.register.records import ReviewState
from messages.register.reviews import Reviewed
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

_OnReview: TypeAlias = Callable[[Desk, Press, Member, int, int], Awaitable[None]]

_REVIEW: Final = "review"
_POINT: Final = "review_point"
"""What asks for the reason for which all points, or one of them, are returned."""
_TOLD: Final = phrase("↩️ Returned with your reason.")
_TOLD_LATER: Final = phrase("↩️ Marked as returned: its holder is told once the others are decided too.")
_WHY: Final = phrase("↩️ Why is it returned? Please write the reason.")


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a review."""
    match wish.words:
        case ["page", number, version, page]:
            doing = _page(page_of(page))
        case ["one", number, version, point]:
            doing = _ask_why_one(number_of(point))
        case [what, number, version] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    review_id = number_of(number)
    async with pressing(desk, press, member, review_id, _stand):
        await doing(desk, press, member, review_id, number_of(version))


async def _look(desk: Desk, member: Member, review_id: int) -> Reviewed:
    return await desk.register.review(review_id, member.person_id, desk.clock.now())


async def _stand(desk: Desk, member: Member, message_id: int, review_id: int, fault: Phrase | None = None) -> None:
    """Show in a card how its review stands: with its buttons while it waits, and else what was decided."""
    reviewed = await _look(desk, member, review_id)
    end = End(line=review_cards.outcome(desk, reviewed.review, member.language), fault=fault)
    await cards.edit(desk, member.chat_id, message_id, review_cards.card(desk, reviewed, member.language, end=end))


async def _open(desk: Desk, press: Press, member: Member, review_id: int, _seen: int) -> None:
    """What was submitted, in a message of its own that has the buttons."""
    reviewed = await _look(desk, member, review_id)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, review_cards.card(desk, reviewed, member.language))


async def _show(desk: Desk, press: Press, member: Member, review_id: int, seen: int) -> None:
    """Its points one by one, in a message of their own; all of it where there are none."""
    reviewed = await _look(desk, member, review_id)
    if not reviewed.points:
        await _open(desk, press, member, review_id, seen)
        return
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, review_cards.point(desk, reviewed, 1, member.language))


def _page(number: int) -> _OnReview:
    async def turn(desk: Desk, press: Press, member: Member, review_id: int, _seen: int) -> None:
        """Another one of its points; why one is returned is not asked any more."""
        async with desk.db.writing() as conn:
            await reasons.stop(conn, member.person_id, desk.clock.now())
        reviewed, language = await _look(desk, member, review_id), member.language
        drawn = review_cards.point(desk, reviewed, number, language) if reviewed.points else None
        await cards.turn(desk, press, drawn or review_cards.card(desk, reviewed, language))

    return turn


async def _accept(desk: Desk, press: Press, member: Member, review_id: int, seen: int) -> None:
    """All of its points that were not returned."""
    await desk.register.accept(review_id, member.person_id, seen, desk.clock.now())
    desk.wake()
    await cards.attend(desk, press)
    await _stand(desk, member, press.message.message_id, review_id)


async def _ask_why(desk: Desk, press: Press, member: Member, review_id: int, seen: int) -> None:
    """The next words are the reason for which all of it is returned."""
    reviewed = await desk.register.to_decide(review_id, member.person_id, seen, desk.clock.now())
    card, language = press.message.message_id, member.language
    about = About(desk=_REVIEW, act="return", id=review_id, version=seen, card=card)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    back = [labelled(desk, phrase("« Go back"), language, DECIDE, "back", review_id, seen)]
    await cards.turn(desk, press, review_cards.card(desk, reviewed, language, [back], End(ask=_WHY)))


def _ask_why_one(point_id: int) -> _OnReview:
    async def ask(desk: Desk, press: Press, member: Member, review_id: int, seen: int) -> None:
        """The next words are the reason for which one point is returned."""
        reviewed = await desk.register.to_decide(review_id, member.person_id, seen, desk.clock.now())
        card, language = press.message.message_id, member.language
        if point_id not in {one.point_id for one in reviewed.points}:
            raise Forged
        place = review_cards.place_of(reviewed, point_id)
        about = About(desk=_POINT, act=str(point_id), id=review_id, version=seen, card=card)
        await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
        back = [labelled(desk, phrase("« Go back"), language, DECIDE, "page", review_id, seen, place)]
        drawn = review_cards.point(desk, reviewed, place, language, [back], End(ask=_WHY))
        await cards.turn(desk, press, drawn)

    return ask


async def _go_back(desk: Desk, press: Press, member: Member, review_id: int, _seen: int) -> None:
    """Nothing is decided yet."""
    await go_back(desk, press, member, review_id, _stand)


async def _return_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Return all of it with the reason that was asked for; its card says so."""
    now = desk.clock.now()
    await desk.register.give_back(about.id, member.person_id, about.version, why, now, message_id)
    desk.wake()
    await _stand(desk, member, about.card, about.id)
    await desk.say(member.chat_id, _TOLD, member.language)


async def _return_one_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Return one point; where others wait, the card goes on to them."""
    now, point_id = desk.clock.now(), int(about.act)
    await desk.register.give_back_point(about.id, point_id, member.person_id, about.version, why, now, message_id)
    desk.wake()
    reviewed = await _look(desk, member, about.id)
    place = review_cards.place_of(reviewed, point_id)
    drawn = review_cards.point(desk, reviewed, place, member.language)
    await cards.edit(desk, member.chat_id, about.card, drawn)
    told = _TOLD if reviewed.review.state is ReviewState.RETURNED else _TOLD_LATER
    await desk.say(member.chat_id, told, member.language)


_DOING: Final[Mapping[str, _OnReview]] = {
    "open": _open,
    "show": _show,
    "accept": _accept,
    "return": _ask_why,
    "back": _go_back,
}
BUTTONS: Final[Mapping[str, OnButton]] = {DECIDE: attend}
REASONS: Final[Mapping[str, OnReason]] = {
    _REVIEW: or_stand(_return_with, _stand),
    _POINT: or_stand(_return_one_with, _stand),
}
