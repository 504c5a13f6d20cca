"""Objecting to a statement of scores: which entry or the whole, then why; the office is asked."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.reasons import OnReason
from bot.chat.score import showing, sources
from bot.telegram.keyboards import DESKS
from messages import reasons
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.organisation.records import Role
from messages.reasons import About
from messages.scores.objections import Objection, points_said, text_of
from messages.scores.records import Entry, Statement, Uncounted
from messages.scores.words import why_said
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind
from schedules.scores.answering import lines_of

STATEMENT: Final = DESKS[DeskKind.STATEMENT]
"""Buttons about a statement: what is to be done, which one, and the page or the entry (0: the whole) that is meant."""
_DESK: Final = "objection"
_PAGE: Final = 6
_WHICH: Final = phrase("✋ Which entry do you disagree with?")
_NOTHING: Final = phrase("✋ This statement has no entries. You can disagree with it as a whole.")
_WHY: Final = phrase(
    "✋ Why do you disagree? Please write it in one message: what happened, and since when. The office looks into it."
)


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button under a statement, or in the list of its entries."""
    match wish.words:
        case ["show", number, _]:
            await _show(desk, press, member, number_of(number))
            return
        case ["object", number, _]:
            page, anew, entry = 1, True, None
        case ["page", number, given]:
            page, anew, entry = page_of(given), False, None
        case ["entry", number, given]:
            page, anew, entry = 1, False, number_of(given)
        case _:
            raise Forged
    try:
        statement = await desk.objections.to_object(number_of(number), member.person_id, desk.clock.now())
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:  # its time is over, or there is a newer one
        await desk.toast(press, error.phrase, member.language)
        return
    if entry is None:
        await _list(desk, press, member, statement, page, anew=anew)
    else:
        await _ask_why(desk, press, member, statement, entry)


async def _show(desk: Desk, press: Press, member: Member, statement_id: int) -> None:
    """Each entry of the statement's period with its why, in a message of its own."""
    statement = await desk.scores.statement(statement_id, member.person_id, desk.clock.now())
    drawn = await showing.entries(desk, member, statement.person.id, statement.closing.period.label, 1)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn)


async def _list(desk: Desk, press: Press, member: Member, statement: Statement, page: int, *, anew: bool) -> None:
    """The entries to choose from, ``anew`` in a message of its own."""
    async with desk.db.writing() as conn:  # whoever goes back is not asked why any more
        await reasons.stop(conn, member.person_id, desk.clock.now())
    drawn = await _listed(desk, statement, member.language, page)
    if anew:
        await cards.attend(desk, press)
        await cards.send(desk, member.chat_id, drawn)
    else:
        await cards.turn(desk, press, drawn)


async def _listed(desk: Desk, statement: Statement, language: str, page: int) -> Drawn:
    entries = [*lines_of(statement).values()]
    pages = max(1, -(-len(entries) // _PAGE))
    page = min(page, pages)
    shown = entries[(page - 1) * _PAGE : page * _PAGE]
    named = await sources.titles(desk, shown, language)
    rows = [
        [button(_label(desk, one, named.get(one.event), language), STATEMENT, "entry", statement.id, one.event)]
        for one in shown
    ]
    rows += turns(page, pages, (STATEMENT, "page", statement.id))
    rows.append([labelled(desk, phrase("The whole statement"), language, STATEMENT, "entry", statement.id, 0)])
    return Drawn(text=_text(desk, statement, language, None, _WHICH if entries else _NOTHING), rows=rows)


def _label(desk: Desk, entry: Entry | Uncounted, title: str | None, language: str) -> str:
    day = entry.at.astimezone(desk.clock.zone).strftime("%m-%d")
    why = desk.catalog.say(why_said(entry), language)
    points = points_said(entry.points) if isinstance(entry, Entry) else None
    return " · ".join(filter(None, (day, points, why, title)))


def _text(
    desk: Desk,
    statement: Statement,
    language: str,
    entry: Entry | Uncounted | None,
    ask: Phrase | None = None,
    text: str = "",
) -> str:
    return desk.renderer.render(
        "score_objection",
        language,
        period=statement.closing.period.label,
        object_by=statement.closing.object_by,
        entry=showing.line(desk, entry, language) if entry else None,
        text=text,
        ask=desk.catalog.say(ask, language) if ask else "",
    )


async def _ask_why(desk: Desk, press: Press, member: Member, statement: Statement, event: int) -> None:
    """The next words are the reason."""
    entry = lines_of(statement).get(event)
    if event and entry is None:
        raise Forged
    about = About(desk=_DESK, act="", id=statement.id, version=event, card=press.message.message_id)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    back = labelled(desk, phrase("« Go back"), member.language, STATEMENT, "page", statement.id, 1)
    text = _text(desk, statement, member.language, entry, _WHY)
    await cards.turn(desk, press, Drawn(text=text, rows=[[back]]))


async def _take(desk: Desk, member: Member, about: About, text: str, message_id: int) -> None:
    """Object with the reason that was asked for; the card says until when it is answered."""
    entry, now = about.version or None, desk.clock.now()
    made = await desk.objections.object(about.id, entry, member.person_id, text, now, message_id)
    desk.wake()
    said = await _said(desk, made, member.language)
    statement = await desk.scores.statement(about.id, member.person_id, now)
    shown = _text(desk, statement, member.language, lines_of(statement).get(about.version), text=made.text)
    await cards.edit(desk, member.chat_id, about.card, Drawn(text=shown, rows=[]))
    await desk.say(member.chat_id, said, member.language)


async def _said(desk: Desk, made: Objection, language: str) -> Phrase:
    """Who answers it until when; or, to the only administrator, what is to be done so that somebody can."""
    until = desk.moment(made.due_at, language)
    match await desk.objections.answered_by(made):
        case Role.OFFICE:
            return phrase("✋ Sent to the office. It answers by {until}, and you will be told.", until=until)
        case None:
            return phrase(
                "✋ Recorded. You are the only administrator, and nobody answers the own objection: please have a "
                "second one named. It is laid before that person at once."
            )
        case _:
            return phrase(
                "✋ Sent to who supervises you, as the office has no other administrator: by {until}.", until=until
            )


REASONS: Final[Mapping[str, OnReason]] = {_DESK: _take}
READING: Final[Mapping[str, Callable[[str], str]]] = {_DESK: text_of}
