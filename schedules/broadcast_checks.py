"""What is checked of a broadcast before anyone hears it: who speaks and how far, who approved, how long it is."""

from datetime import datetime
from typing import Any

from messages.audience import confined
from messages.deliveries import LONGEST_PASSER
from messages.errors import NotFound, Refused, refused
from messages.notices import LONGEST_TITLE, NewNotice
from messages.rights import Act, person_of, reach, refuse
from messages.scopes import Scope
from messages.store import audience as audiences
from messages.store import reach as reaches
from messages.store.database import Database
from messages.text.catalog import LANGUAGES
from messages.text.markup import LONGEST_TEXT, parse, visible_length
from messages.text.phrase import nphrase, phrase
from messages.text.rendering import Frame, Renderer


def check_text(text: str, *, alone: bool) -> str:
    """The text, stripped; one that stands ``alone``, without files, is not empty."""
    text = text.strip()
    if not parse(text).text.strip() and (alone or text):
        raise refused(phrase("a text that is not empty is accepted"), column="text")
    return text


def check_title(title: str | None) -> None:
    """A title fits the tables."""
    if title is not None and len(title) > LONGEST_TITLE:
        raise refused(phrase("At most {most} characters are accepted.", most=LONGEST_TITLE), column="title")


async def named(db: Database, field: str, code: str) -> int:
    """The person of a code; the fault's column is ``field``."""
    try:
        async with db.reading() as conn:
            return await person_of(conn, code)
    except NotFound as error:
        raise refused(error.phrase, column=field, value=code) from error


async def speaker(db: Database, code: str, now: datetime) -> tuple[int, Scope]:
    """Who speaks, and how far; who may not speak at all is recorded."""
    person = await named(db, "as", code)
    async with db.reading() as conn:
        scope = await reach(conn, person, Act.BROADCAST)
    if not scope:
        await refuse(db, person, Act.BROADCAST, now)
        only = phrase("«{code}» is not an administrator of the office: only they broadcast.", code=code)
        raise refused(only, column="as", value=code)
    return person, scope


async def audience_within(db: Database, expression: str, person: int, scope: Scope, now: datetime) -> str:
    """The audience as it is kept: confined to the speaker's scope. One that goes beyond it is recorded and refused."""
    async with db.reading() as conn:
        await audiences.check(conn, expression)
        units = await reaches.unit_names(conn, scope)
    await _refuse_outside(db, expression, person, scope, now)
    kept = confined(expression, units) if units else expression
    await _refuse_outside(db, kept, person, scope, now)  # what is kept is what is sent
    return kept


async def _refuse_outside(db: Database, expression: str, person: int, scope: Scope, now: datetime) -> None:
    async with db.reading() as conn:
        outside = await audiences.count_outside(conn, expression, scope)
    if outside:
        what = nphrase(
            "This audience means {count} person outside the units that you speak for.",
            "This audience means {count} people outside the units that you speak for.",
            outside,
        )
        raise await refuse(db, person, Act.BROADCAST, now, what, audience=expression)


async def approver(db: Database, code: str, said_by: int, expression: str, now: datetime) -> int:
    """Who approved: a second person, with the right to do so for the whole audience."""
    person = await named(db, "approved_by", code)
    if person == said_by:
        raise refused(phrase("Nobody approves the own broadcast."), column="approved_by", value=code)
    if not await may_approve(db, person, expression):
        await refuse(db, person, Act.APPROVE, now, audience=expression)
        only = phrase("«{code}» may not approve a broadcast to all of these people.", code=code)
        raise refused(only, column="approved_by", value=code)
    return person


async def may_approve(db: Database, person: int, expression: str) -> bool:
    """Whether a person's right to approve reaches a whole audience."""
    async with db.reading() as conn:
        scope = await reach(conn, person, Act.APPROVE)
        return bool(scope) and not await audiences.count_outside(conn, expression, scope)


def approval_wanted(people: int, most: int) -> Refused:
    """The refusal of a broadcast to so many people that somebody else has to approve it."""
    message = phrase(
        "A broadcast to {people} people needs the approval of a second person; without it at most {most} are accepted.",
        people=people,
        most=most,
    )
    return refused(message, column="approved_by")


def length(notice: NewNotice, renderer: Renderer, **more: Any) -> int:  # noqa: ANN401 -- fields of the frame
    """How many visible UTF-16 units a notice has in the language in which it is longest, with what stands around it."""
    frame = Frame(
        title=notice.title,
        acknowledge=notice.acknowledge,
        acknowledge_by=notice.acknowledge_by,
        provisional=notice.provisional,
        **more,
    )
    texts = (renderer.notice(notice.template, language, notice.params, frame) for language in LANGUAGES)
    return max(map(visible_length, texts))


def refuse_too_long(notice: NewNotice, renderer: Renderer) -> None:
    """Refuse a text that would be too long for one message in any language, with everything that stands around it."""
    longest = length(notice, renderer, reminder=9, repeat=True, passed_by="一" * LONGEST_PASSER)
    if longest > LONGEST_TEXT:
        over = phrase("a text that is {over} characters shorter is accepted", over=longest - LONGEST_TEXT)
        raise refused(over, column="text")
