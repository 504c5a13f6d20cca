"""Showing a score: what a period came to, each entry with its why and the message it came from, what was not counted.

A person sees the own score; who supervises a person sees that person's, and each look is recorded.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.score import chart, sources
from bot.telegram.keyboards import DESKS
from messages.errors import Refused
from messages.scores.objections import objection_state_said, points_said
from messages.scores.records import Entry, Score, Uncounted
from messages.scores.words import kind_said, reason_said, why_said
from messages.store.accounts import Member
from messages.text.periods import label_said
from messages.text.phrase import phrase
from schedules.desks import DeskKind

SCORE: Final = "sc1"
"""Buttons about a score: what is to be shown, whose, of which period, and a page or an entry's row of the ledger."""
_PAGE: Final = 5
_WHY: Final = 100
"""So that a page fits beneath a picture."""


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Another face of a score, or the message that an entry came from."""
    try:
        await _attend(desk, press, member, wish)
    except Refused:  # no period is called so, or it has no rules
        raise Forged from None


async def _attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    match wish.words:
        case [what, person, period, number] if what in _FACES:
            drawn = await _FACES[what](desk, member, number_of(person), period, page_of(number))
            await cards.turn(desk, press, drawn)
        case ["open", person, period]:
            drawn = await summary(desk, member, number_of(person), period, 1)
            await cards.attend(desk, press)
            await cards.send(desk, member.chat_id, drawn, protect=True)
        case ["from", person, period, event]:
            await _show_source(desk, press, member, number_of(person), period, number_of(event))
        case _:
            raise Forged


async def send(desk: Desk, member: Member, person_id: int) -> None:
    """The present period's score, with a picture of the last ones where there are any."""
    drawn = await summary(desk, member, person_id, None, 1)
    if not await chart.send(desk, member, person_id, drawn):
        await cards.send(desk, member.chat_id, drawn, protect=person_id != member.person_id)


async def summary(desk: Desk, member: Member, person_id: int, period: str | None, _page: int) -> Drawn:
    """What a period came to: the total, by kind, what was not counted, and how objections stand."""
    now, language = desk.clock.now(), member.language
    score = await desk.scores.of(person_id, period, member.person_id, now)
    label, mine = score.period.label, person_id == member.person_id
    objections = await desk.objections.of_person(person_id, label)
    kinds = [
        {"said": desk.catalog.say(kind_said(kind), language), "count": count, "points": points_said(points)}
        for kind, (count, points) in score.scored.by_kind().items()
    ]
    text = desk.renderer.render(
        "score",
        language,
        name=None if mine else score.person.name,
        period=label,
        over=score.period.ends(ZoneInfo(score.rules.zone)) <= now,
        total=points_said(score.scored.total),
        kinds=kinds,
        uncounted=len(score.scored.uncounted),
        statement=score.statement,
        may_object=mine and _may_object(desk, score, now),
        objections=[
            {"at": one.at, "said": desk.catalog.say(objection_state_said(one.state), language), "due_at": one.due_at}
            | {"waits": one.waits, "overdue": one.is_overdue(now)}
            for one in objections[-3:]
        ],
    )
    rows = [*_faces(desk, score, language), await _periods(desk, score, language)]
    if mine and score.statement is not None and _may_object(desk, score, now):
        what = phrase("✋ I disagree")
        rows.append([labelled(desk, what, language, DESKS[DeskKind.STATEMENT], "object", score.statement.id, 0)])
    return Drawn(text=text, rows=[row for row in rows if row])


def _may_object(desk: Desk, score: Score, now: datetime) -> bool:
    today = now.astimezone(desk.clock.zone).date()
    return score.statement is not None and today <= score.statement.closing.object_by


def _faces(desk: Desk, score: Score, language: str) -> Rows:
    where = score.person.id, score.period.label, 1
    row = []
    if score.scored.entries:
        row.append(labelled(desk, phrase("📋 Each entry and its why"), language, SCORE, "entries", *where))
    if score.scored.uncounted:
        row.append(labelled(desk, phrase("❔ What was not counted"), language, SCORE, "uncounted", *where))
    return [[one] for one in row]


async def _periods(desk: Desk, score: Score, language: str) -> list[InlineKeyboardButton]:
    """The neighbouring periods: the earlier and the later one."""
    labels = list(reversed(await desk.scores.periods(desk.clock.now())))
    label = score.period.label
    place = labels.index(label) if label in labels else -1
    if place < 0:
        return []
    near = [("« {}", labels[place - 1])] if place else []
    near += [("{} »", labels[place + 1])] if place + 1 < len(labels) else []
    return [
        button(sign.format(label_said(one, language)), SCORE, "total", score.person.id, one, 1) for sign, one in near
    ]


async def entries(desk: Desk, member: Member, person_id: int, period: str, page: int) -> Drawn:
    """A page of the entries, the newest first, each with its why; buttons lead to the messages they came from."""
    language = member.language
    score = await desk.scores.of(person_id, period, member.person_id, desk.clock.now())
    found = score.scored.entries[::-1]
    shown, page, pages = _page(found, page)
    named = await sources.titles(desk, shown, language)
    first = (page - 1) * _PAGE + 1
    lines = [
        line(desk, one, language) | {"number": number, "title": named.get(one.event)}
        for number, one in enumerate(shown, first)
    ]
    leads = [
        button(f"👁 {number}", SCORE, "from", person_id, period, one.event)
        for number, one in enumerate(shown, first)
        if one.event in named
    ]
    text = desk.renderer.render("score_entries", language, **_heading(score, member), entries=lines)
    return Drawn(text=text, rows=_below(desk, score, language, "entries", (page, pages), leads))


def line(desk: Desk, entry: Entry | Uncounted, language: str) -> dict[str, Any]:
    """An entry, or what has none, as it is listed."""
    why = shortened(desk.catalog.say(why_said(entry), language), _WHY)
    return {"at": entry.at, "points": points_said(entry.points) if isinstance(entry, Entry) else "", "why": why}


async def uncounted(desk: Desk, member: Member, person_id: int, period: str, page: int) -> Drawn:
    """A page of what has no entry, each with its reason."""
    language = member.language
    score = await desk.scores.of(person_id, period, member.person_id, desk.clock.now())
    shown, page, pages = _page(score.scored.uncounted[::-1], page)
    named = await sources.titles(desk, shown, language)
    lines = [
        {
            "at": one.at,
            "kind": desk.catalog.say(kind_said(one.kind), language),
            "reason": desk.catalog.say(reason_said(one.reason), language),
            "title": named.get(one.event),
        }
        for one in shown
    ]
    text = desk.renderer.render("score_uncounted", language, **_heading(score, member), entries=lines)
    return Drawn(text=text, rows=_below(desk, score, language, "uncounted", (page, pages), []))


def _page(found: Any, page: int) -> tuple[Any, int, int]:  # noqa: ANN401 -- entries, or what is not counted
    pages = max(1, -(-len(found) // _PAGE))
    page = min(page, pages)
    return found[(page - 1) * _PAGE : page * _PAGE], page, pages


def _heading(score: Score, member: Member) -> dict[str, Any]:
    name = None if score.person.id == member.person_id else score.person.name
    return {"name": name, "period": score.period.label, "total": points_said(score.scored.total)}


def _below(
    desk: Desk,
    score: Score,
    language: str,
    what: str,
    page: tuple[int, int],
    leads: list[InlineKeyboardButton],
) -> Rows:
    where = score.person.id, score.period.label
    back = labelled(desk, phrase("↩ Overview"), language, SCORE, "total", *where, 1)
    return [*([leads] if leads else []), *turns(*page, (SCORE, what, *where)), [back]]


async def _show_source(desk: Desk, press: Press, member: Member, person_id: int, period: str, event: int) -> None:
    """The message that an entry came from, in one of its own."""
    score = await desk.scores.of(person_id, period, member.person_id, desk.clock.now())
    entry = next((one for one in score.scored.entries if one.event == event), None)
    drawn = await sources.drawn(desk, person_id, entry, member.language) if entry else None
    if drawn is None:
        await desk.toast(press, phrase("The message is not kept any more."), member.language)
        return
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn, protect=True)


_FACES: Final[Mapping[str, Callable[[Desk, Member, int, str, int], Awaitable[Drawn]]]] = {
    "total": summary,
    "entries": entries,
    "uncounted": uncounted,
}
