"""How reviews look to who decides about them: as they were laid before somebody, point by point, and as decided."""

from collections.abc import Mapping, Sequence
from typing import Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.buttons import button
from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import turns
from bot.chat.register.points import fields_of, fitted, flagged
from bot.telegram import keyboards
from messages.register.records import Progress, ReviewState
from messages.register.reviews import Review, Reviewed, ReviewedPoint
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.desks import DeskKind, DeskOf
from schedules.register import telling

DECIDE: Final = keyboards.DESKS[DeskKind.REVIEW]
"""Buttons about a review: what is to be done, which one, its version; and a page, or a point."""
_Buttons = Sequence[Sequence[InlineKeyboardButton]]


def opening(review: Review) -> InlineKeyboardButton:
    """The button that opens a review in a list."""
    mark = "✔" if review.complete else "✏️"
    return button(f"{mark} {review.unit} · {review.post} · {review.person}", DECIDE, "open", review.id, review.version)


def card(desk: Desk, reviewed: Reviewed, language: str, rows: _Buttons | None = None, end: End | None = None) -> Drawn:
    """A review as it was laid before somebody, with the buttons to decide about it while that may be done."""
    review = reviewed.review
    end = end or End(line=outcome(desk, review, language))
    if rows is None:
        mine = DeskOf(kind=DeskKind.REVIEW, id=review.id, version=review.version)
        rows = cards.leading(desk, mine, language) if reviewed.may else _looking(desk, reviewed, language)
    params = telling.card(review, reviewed.points, deputy=False)
    text = as_told(desk, "review_card", params, language, decided=end.line is not None)
    return ended(desk, text, f"{review.unit} · {review.post}", language, rows, end)


def _looking(desk: Desk, reviewed: Reviewed, language: str) -> Rows:
    """Who decides nothing any more may still look at the points."""
    review = reviewed.review
    if not reviewed.points:
        return []
    return [[labelled(desk, phrase("👁 Look at it"), language, DECIDE, "show", review.id, review.version)]]


def point(
    desk: Desk,
    reviewed: Reviewed,
    place: int,
    language: str,
    rows: _Buttons | None = None,
    end: End | None = None,
) -> Drawn:
    """One of its points, by its place from 1: all that it says, beside what stood before."""
    place = min(max(1, place), len(reviewed.points))
    one = reviewed.points[place - 1]
    end = end or End(line=outcome(desk, reviewed.review, language))
    text = _said(desk, reviewed, one, place, language)
    rows = _deciding(desk, reviewed, one, place, language) if rows is None else rows
    return ended(desk, text, one.content.name, language, rows, end)


def _said(desk: Desk, reviewed: Reviewed, one: ReviewedPoint, place: int, language: str) -> str:
    said = {
        "place": place,
        "count": len(reviewed.points),
        "unit": reviewed.review.unit,
        "post": reviewed.review.post,
        "kind": "ended" if one.ends else "changed" if one.before else "new",
        "because": one.because,
        "verdict": _VERDICTS.get(one.progress),
        "why": one.why,
        "flags": flagged(desk, one.content.bases, language),
    }

    def draw(most: int) -> str:
        fields = fields_of(desk, one.content, language, most, None if one.ends else one.before)
        return desk.renderer.render("review_point", language, fields=fields, **said)

    return fitted(draw)


_VERDICTS: Final = {Progress.RETURNED: "returned", Progress.ACCEPTED: "accepted"}


def _deciding(desk: Desk, reviewed: Reviewed, one: ReviewedPoint, place: int, language: str) -> Rows:
    """To turn the pages, and while it may be decided to return this point, or to decide about all."""
    review, count = reviewed.review, len(reviewed.points)
    mine = review.id, review.version
    rows: Rows = turns(place, count, (DECIDE, "page", *mine))

    def leads(what: Phrase, act: str, *more: int) -> InlineKeyboardButton:
        return labelled(desk, what, language, DECIDE, act, *mine, *more)

    if reviewed.may:
        waiting = [each for each in reviewed.points if each.progress is Progress.SUBMITTED]
        if one in waiting and count > 1:
            rows.append([leads(phrase("↩️ Return this one"), "one", one.point_id)])
        accept = phrase("✅ Accept all") if len(waiting) == count else phrase("✅ Accept the others")
        rows.append([leads(accept, "accept"), leads(phrase("↩️ Return all"), "return")])
    rows.append([leads(phrase("« Go back"), "back")])
    return rows


def place_of(reviewed: Reviewed, point_id: int) -> int:
    """The place of a point among those of a review, from 1; the first one for any other."""
    return next((place for place, one in enumerate(reviewed.points, 1) if one.point_id == point_id), 1)


def outcome(desk: Desk, review: Review, language: str) -> Phrase | None:
    """What was decided about a review last, by whom and when; None while its unit has not decided."""
    inspected = review.inspector_at is not None
    name = (review.inspector_name if inspected else review.unit_name) or ""
    at = review.inspector_at or review.unit_at
    who = {"name": name, "moment": desk.moment(at, language) if at else ""}
    match review.state:
        case ReviewState.INSPECTOR:
            return phrase("✅ Accepted for the unit by {name} on {moment}; waits for the inspector", **who)
        case ReviewState.ACCEPTED if inspected:
            return phrase(
                "✅ Accepted: for the unit by {unit}, by {name} on {moment}", unit=review.unit_name or "", **who
            )
        case ReviewState.ACCEPTED:
            return phrase("✅ Reviewed and accepted by {name} on {moment}", **who)
        case ReviewState.RETURNED:
            return _returned(review, who, inspected=inspected)
        case ReviewState.WITHDRAWN:
            return phrase("✖️ Taken back by {name}", name=review.person)
    return None


def _returned(review: Review, who: Mapping[str, str], *, inspected: bool) -> Phrase:
    """As a whole, with its reason; or some points of it, each with its own."""
    if review.why:
        return phrase("↩️ Returned by {name} on {moment}. Reason: {why}", **who, why=review.why)
    others = review.points - review.returned
    if others and (review.task_id is None or inspected):  # else they are drafts again
        return phrase(
            "↩️ Looked at by {name} on {moment}: returned {returned}, accepted {others}",
            **who,
            returned=review.returned,
            others=others,
        )
    return nphrase(
        "↩️ Looked at by {name} on {moment}: {count} point is returned",
        "↩️ Looked at by {name} on {moment}: {count} points are returned",
        review.returned,
        **who,
    )
