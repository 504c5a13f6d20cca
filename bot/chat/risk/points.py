"""The points of the own post: listed, opened with their history, dropped, and proposed to be ended."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.register.points import fields_of, fitted, flagged
from bot.chat.risk import post
from bot.chat.risk.kinds import BEGIN, FACE, POINT
from bot.chat.risk.words import called, in_order, mark_of, outdated, said_level
from bot.chat.words import said_fault
from messages import reasons
from messages.errors import CHANGED, LianxunError, NotEntitled, NotFound, Outdated
from messages.pages import part_of
from messages.reasons import About
from messages.register.own import Mine, OwnPoint
from messages.register.records import PointState, Progress, point_state_said, progress_said
from messages.store import register_points
from messages.store.accounts import Member
from messages.store.register_points import Version
from messages.text.lengths import cut
from messages.text.phrase import Phrase, phrase

ENDING: Final = "risk_end"
"""The reason for which a point no longer applies."""
_PAGE: Final = 8
_IN_A_ROW: Final = 4
_NAME: Final = 100
_WHY: Final = 250
_VERSIONS: Final = 5
"""What a card shows of each: it always fits into one message."""
_NO_POINT: Final = phrase("There is no such risk point of yours any more.")
_OnPoint: TypeAlias = Callable[[Desk, Press, Member, Mine, OwnPoint], Awaitable[None]]


async def listed(desk: Desk, press: Press, member: Member, post_id: int, rest: tuple[str, ...]) -> None:
    """A page of the list, what is open first."""
    if len(rest) != 1:
        raise Forged
    mine, language = await desk.register.mine(post_id, member.person_id, desk.clock.now()), member.language
    page = part_of(in_order(mine.points), page_of(rest[0]), _PAGE)
    first = (page.number - 1) * page.size + 1
    text = desk.renderer.render(
        "risk_points",
        language,
        post=called(mine),
        points=[_line(desk, one, language) for one in page.rows],
        first=first,
        total=page.total,
        number=page.number,
        pages=page.pages,
    )
    rows = _numbered(mine, page.rows, first)
    turning = turns(page.number, page.pages, (FACE, "points", post_id))
    await cards.turn(desk, press, Drawn(text=text, rows=[*rows, *turning, post.back(desk, post_id, language)]))


def _numbered(mine: Mine, points: Sequence[OwnPoint], first: int) -> Rows:
    """A button for each line, by its number; some in a row."""
    opening = [
        button(f"{place} {mark_of(one)}", POINT, "show", one.point.id, one.point.version, mine.post_id)
        for place, one in enumerate(points, first)
    ]
    return [opening[place : place + _IN_A_ROW] for place in range(0, len(opening), _IN_A_ROW)]


def _line(desk: Desk, one: OwnPoint, language: str) -> dict[str, Any]:
    return {
        "mark": mark_of(one),
        "name": cut(one.latest.name, _NAME),
        "level": said_level(desk, one.latest.level, language),
        "state": desk.catalog.say(point_state_said(one.point.state), language),
        "why": cut(one.point.why or "", _NAME) if one.point.progress is Progress.RETURNED else "",
        "ends": one.ends,
        "outdated": outdated(desk, one),
    }


# One point


async def point_of(desk: Desk, member: Member, post_id: int, point_id: int) -> tuple[Mine, OwnPoint]:
    """A point of the own post. Raises ``NotFound``."""
    mine = await desk.register.mine(post_id, member.person_id, desk.clock.now())
    one = next((one for one in mine.points if one.point.id == point_id), None)
    if one is None:
        raise NotFound(_NO_POINT)
    return mine, one


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a point; what has changed meanwhile is shown as it stands."""
    match wish.words:
        case [what, number, version, post_word] if what in _DOING:
            point_id, seen, post_id = number_of(number), number_of(version), number_of(post_word)
        case _:
            raise Forged
    doing = _DOING[what]
    mine, one = await point_of(desk, member, post_id, point_id)
    try:
        if doing is not _show and one.point.version != seen:
            raise Outdated(CHANGED)
        await doing(desk, press, member, mine, one)
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        drawn = await of_point(desk, member, post_id, point_id, fault=said_fault(desk, error, member.language))
        await cards.turn(desk, press, drawn)


async def of_point(
    desk: Desk, member: Member, post_id: int, point_id: int, *, line: Phrase | None = None, fault: str = ""
) -> Drawn:
    """A point's card as it stands; with ``line``, what was done."""
    mine, one = await point_of(desk, member, post_id, point_id)
    said = desk.catalog.say(line, member.language) if line else ""
    return Drawn(
        text=await _text(desk, mine, one, member.language, line=said, fault=fault),
        rows=_acts(desk, mine, one, member.language),
    )


async def _text(
    desk: Desk, mine: Mine, one: OwnPoint, language: str, *, line: str = "", fault: str = "", ask: str = ""
) -> str:
    async with desk.db.reading() as conn:
        versions = await register_points.versions_of(conn, one.point.id)
    stood = one.point.standing is not None and one.point.content != one.latest
    before = one.point.content if stood else None
    said = {
        "line": line,
        "post": called(mine),
        "state": desk.catalog.say(point_state_said(one.point.state), language),
        "why": cut(one.point.why or "", _WHY) if one.point.progress is Progress.RETURNED else "",
        "because": cut(one.because or "", _WHY) if one.ends else None,
        "flags": flagged(desk, [*one.latest.bases, *(before.bases if before else ())], language),
        "adopted": one.point.template_id is not None,
        "versions": [_version(desk, version, language) for version in versions[-_VERSIONS:]],
        "fault": cut(fault, _WHY),
        "ask": ask,
    }

    def draw(most: int) -> str:
        fields = fields_of(desk, one.latest, language, most, before)
        return desk.renderer.render("risk_point", language, fields=fields, **said)

    return fitted(draw)


def _version(desk: Desk, version: Version, language: str) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": version.decided_at or version.created_at,
        "state": desk.catalog.say(progress_said(version.progress), language),
        "ends": version.ends,
        "why": shortened(version.why or ""),
    }


def _acts(desk: Desk, mine: Mine, one: OwnPoint, language: str) -> Rows:
    """What can be done about a point as it stands."""
    names = (one.point.id, one.point.version, mine.post_id)

    def leads(what: Phrase, act: str) -> list[InlineKeyboardButton]:
        return [labelled(desk, what, language, POINT, act, *names)]

    rows: Rows = []
    if one.point.progress is not Progress.SUBMITTED and not one.ends:
        change = phrase("✏️ Correct it") if one.point.progress is Progress.RETURNED else phrase("✏️ Change it")
        rows.append([labelled(desk, change, language, BEGIN, "change", mine.post_id, one.point.id)])
    if one.open and one.ends:
        rows.append(leads(phrase("✏️ Write another reason"), "end"))
        rows.append(leads(phrase("↩️ Keep this point"), "ask"))
    elif one.open:
        rows.append(leads(phrase("🗑 Drop this draft"), "ask"))
    elif one.point.state is PointState.ACCEPTED:
        rows.append(leads(phrase("🚫 No longer applies"), "end"))
    every = labelled(desk, phrase("« All points"), language, FACE, "points", mine.post_id, 1)
    return [*rows, [every]]


async def _show(desk: Desk, press: Press, member: Member, mine: Mine, one: OwnPoint) -> None:
    await cards.turn(desk, press, await of_point(desk, member, mine.post_id, one.point.id))


async def _ask_to_drop(desk: Desk, press: Press, member: Member, mine: Mine, one: OwnPoint) -> None:
    """Dropping is asked once more."""
    names, language = (one.point.id, one.point.version, mine.post_id), member.language
    yes = phrase("↩️ Yes, keep it") if one.ends else phrase("🗑 Yes, drop it")
    rows = [
        [labelled(desk, yes, language, POINT, "drop", *names)],
        [labelled(desk, phrase("« Go back"), language, POINT, "show", *names)],
    ]
    what = phrase("Drop the draft “{name}”?", name=one.latest.name)
    if one.ends:
        what = phrase("Keep the point “{name}”? It goes on as it stands in the register.", name=one.latest.name)
    elif one.point.standing is not None:
        what = phrase("Drop the change of “{name}”? What stands in the register goes on.", name=one.latest.name)
    await cards.turn(desk, press, cards.plain(desk, what, language, *rows))


async def _drop(desk: Desk, press: Press, member: Member, mine: Mine, one: OwnPoint) -> None:
    now = desk.clock.now()
    await desk.register.drop(one.point.id, member.person_id, one.point.version, now)
    name = shortened(one.latest.name)
    line = phrase("↩️ Kept in the register: {name}", name=name) if one.ends else phrase("🗑 Dropped: {name}", name=name)
    await post.show(desk, press, member, mine.post_id, line)


# No longer applies


async def _ask_why(desk: Desk, press: Press, member: Member, mine: Mine, one: OwnPoint) -> None:
    """The next words are the reason for which it no longer applies."""
    names, language = (one.point.id, one.point.version, mine.post_id), member.language
    about = About(desk=ENDING, act="end", id=one.point.id, version=one.point.version)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    ask = phrase("🚫 Why does it no longer apply? Please write the reason: the unit decides about it.")
    text = await _text(desk, mine, one, language, ask=desk.catalog.say(ask, language))
    back = [labelled(desk, phrase("« Go back"), language, POINT, "back", *names)]
    await cards.turn(desk, press, Drawn(text=text, rows=[back]))


async def _go_back(desk: Desk, press: Press, member: Member, mine: Mine, one: OwnPoint) -> None:
    """No reason is asked for any more."""
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, desk.clock.now())
    await _show(desk, press, member, mine, one)


async def end_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """That it no longer applies is a draft, with the reason that was asked for."""
    now = desk.clock.now()
    point = await desk.register.propose_end(about.id, member.person_id, about.version, why, now)
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, now, message_id)
    line = phrase("🚫 It is a draft now that this point no longer applies. Submitted and accepted, it ends the point.")
    await cards.send(desk, member.chat_id, await post.drawn(desk, member, point.post_id or 0, line=line))


_DOING: Final[Mapping[str, _OnPoint]] = MappingProxyType(
    {"show": _show, "ask": _ask_to_drop, "drop": _drop, "end": _ask_why, "back": _go_back}
)
