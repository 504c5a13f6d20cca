"""What is checked of a campaign before anybody hears it: its form, its last day, its posts, and who approved it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from messages.audience import LONGEST, confined
from messages.errors import Fault, Refused, refused
from messages.files import MOST_FILES
from messages.items.checking import of_text, of_title
from messages.register.campaigns import LONGEST_CAMPAIGN_TEXT, Checked, Due, Found, GivenCampaign
from messages.rights import Act, entitle, reach, refuse
from messages.scopes import Scope
from messages.store import audience as audiences
from messages.store import campaigns as stored
from messages.store import reach as reaches
from messages.text.phrase import nphrase, phrase
from schedules.broadcast_checks import named
from schedules.campaigns.entitling import may_approve
from schedules.deadlines import end_of_day
from schedules.tools import Tools
from schedules.workdays import WorkCalendar

_LONGEST: Final = timedelta(days=366)


def due_of(calendar: WorkCalendar, given: date, now: datetime, zone: tzinfo) -> Due:
    """The last day: the one given or, where that is a day off, the next working day, until its end."""
    on = calendar.roll_forward(given)
    provisional = calendar.provisional_between(now.astimezone(zone).date(), on)
    return Due(on=on, at=end_of_day(on, zone), provisional=provisional)


def faults_of_day(given: date, today: date) -> Iterator[Fault]:
    """What is wrong with a last day."""
    if not today <= given <= today + _LONGEST:
        what = phrase("A day from today on is accepted, at most a year ahead.")
        yield Fault(column="due_on", value=given.isoformat(), message=what)


async def check(tools: Tools, given: GivenCampaign, person_id: int, now: datetime) -> Checked:
    """What a campaign comes to. Raises ``Refused`` with every fault, and ``NotEntitled``, which is recorded."""
    scope = await entitle(tools.db, person_id, Act.RUN_CAMPAIGNS, now)
    given = replace(given, title=" ".join(given.title.split()), text=given.text.strip())
    faults = [*_faults_of_form(given), *faults_of_day(given.due_on, tools.today(now))]
    kept, found = "", Found()
    try:
        kept, found = await _audience(tools, given.audience.strip(), person_id, scope, now)
    except Refused as error:
        faults += [replace(fault, column="audience") for fault in error.faults]
    if faults:
        raise Refused(phrase("The input was refused."), faults)
    return Checked(
        given=replace(given, audience=kept),
        due=due_of(await tools.calendars.current(), given.due_on, now, tools.zone),
        found=found,
        needs_approval=found.people > tools.policy.broadcasts.approval_above,
    )


def _faults_of_form(given: GivenCampaign) -> Iterator[Fault]:
    yield from of_title(given.title)
    yield from of_text(given.text, LONGEST_CAMPAIGN_TEXT, alone=not given.attachments)
    if len(given.attachments) > MOST_FILES:
        most = phrase("At most {most} files are accepted.", most=MOST_FILES)
        yield Fault(column="attachments", message=most)


async def _audience(tools: Tools, expression: str, person_id: int, scope: Scope, now: datetime) -> tuple[str, Found]:
    """The audience as it is kept, confined to the author's scope, and the posts that it finds."""
    if not expression:
        raise refused(phrase("Who is meant is needed."), column="audience")
    if not expression.isprintable():
        raise refused(phrase("Signs that cannot be printed are not accepted."), column="audience")
    async with tools.db.reading() as conn:
        await audiences.check(conn, expression)
        outside = await stored.count_meant_outside(conn, expression, scope)
        names = await reaches.unit_names(conn, scope)
    if outside:
        what = nphrase(
            "This audience means {count} post outside the units that you look after.",
            "This audience means {count} posts outside the units that you look after.",
            outside,
        )
        raise await refuse(tools.db, person_id, Act.RUN_CAMPAIGNS, now, what, audience=expression)
    kept = confined(expression, names) if names else expression
    if len(kept) > LONGEST:
        raise refused(phrase("A shorter audience is accepted."), column="audience", value=expression)
    async with tools.db.reading() as conn:
        found = await stored.found(conn, kept, scope)
    if not found.posts:
        raise refused(phrase("This audience finds no post."), column="audience", value=expression)
    return kept, found


async def found_by(tools: Tools, expression: str, person_id: int) -> Found:
    """The posts within a person's scope that an audience finds. Raises ``Refused`` for what cannot be read."""
    async with tools.db.reading() as conn:
        scope = await reach(conn, person_id, Act.RUN_CAMPAIGNS)
        await audiences.check(conn, expression)
        return await stored.found(conn, expression, scope) if scope else Found()


async def approver(tools: Tools, code: str, author_id: int, expression: str, now: datetime) -> int:
    """Who approved: a second person, with the right to do so for all posts that are meant."""
    person = await named(tools.db, "approved_by", code)
    if person == author_id:
        raise refused(phrase("Nobody approves the own campaign."), column="approved_by", value=code)
    async with tools.db.reading() as conn:
        may = await may_approve(conn, expression, person)
    if not may:
        await refuse(tools.db, person, Act.RUN_CAMPAIGNS, now, audience=expression)
        only = phrase("«{code}» may not approve a campaign of all of these posts.", code=code)
        raise refused(only, column="approved_by", value=code)
    return person
