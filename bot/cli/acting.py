"""Who acts at the command line, and by what rules: a person, whose rights are asked, or in places the operator."""

from typing import Annotated

import typer

from bot.cli.frame import Session
from bot.office import Office
from messages import rights
from messages.errors import refused
from messages.store.organisation import find_unit
from messages.text.phrase import phrase
from schedules.campaigns.desk import Campaigns
from schedules.items.desk import Items
from schedules.tenders.desk import Tenders
from schedules.warnings.judging import Judging

As = Annotated[
    str | None, typer.Option("--as", metavar="PERSON", help="The code of who asks for it; the operator if not given.")
]
By = Annotated[str, typer.Option("--as", metavar="PERSON", help="The code of the person who does it.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; those concerned are told it.")]
PageNumber = Annotated[int, typer.Option("--page", min=1, help="Which page of a long list.")]

A_PAGE = 50
"""Rows of a list on one page."""


def tell_pages(session: Session, number: int, pages: int) -> None:
    """Say that there are more pages than the one that is shown."""
    if pages > 1:
        told = phrase("Page {number} of {pages}: --page shows another.", number=number, pages=pages)
        typer.echo(session.say(told))


async def actor(session: Session, code: str) -> int:
    """The person of a code. Raises ``NotFound``."""
    async with session.db.reading() as conn:
        return await rights.person_of(conn, code)


async def person_id(session: Session, speaker: str | None) -> int | None:
    """The person of a code; None for the operator. Raises ``NotFound``.

    Without --as a command is the operator's own, who has the database and its keys in hand: it is asked for no right.
    What it shows of how people stand is recorded all the same, as of no person.
    """
    return None if speaker is None else await actor(session, speaker)


def items_of(session: Session) -> Items:
    """The office's items."""
    return Office.of(session.settings, session.db, session.clock).items


def judging_of(session: Session) -> Judging:
    """The office's decisions about warnings."""
    return Office.of(session.settings, session.db, session.clock).judging


def campaigns_of(session: Session) -> Campaigns:
    """The office's campaigns."""
    return Office.of(session.settings, session.db, session.clock).campaigns


def tenders_of(session: Session) -> Tenders:
    """The office's tenders and the like."""
    return Office.of(session.settings, session.db, session.clock).tenders


async def unit_id(session: Session, name: str) -> int:
    """The unit that ``--unit`` names. Raises ``Refused`` where there is none."""
    async with session.db.reading() as conn:
        found = await find_unit(conn, name)
    if found is None:
        raise refused(phrase("The name of a unit of the roster is accepted."), column="--unit", value=name)
    return found.id
