"""What is told of matters is taken once: the same again changes nothing, and a person's word stands."""

from datetime import timedelta

from messages.ledger import Kind
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.views import Outcome
from tests.tendering import MONDAY, Tendering, at, fact, told

OPENING = Milestone.OPENING
DEADLINE = Milestone.BID_DEADLINE
LATER = MONDAY + timedelta(days=1)


async def test_a_matter_told_again_changes_nothing(db: Database) -> None:
    town = await Tendering.found(db)
    what = told(fact(OPENING, at(28)), fact(DEADLINE, at(28)), released_at=at(1))
    first = await town.tenders.take(what, None, MONDAY)
    again = await town.tenders.take(what, None, LATER)
    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert again.matter == first.matter
    assert [kind for kind, _ in await town.events()] == ["created"]
    assert len(await town.ledger(Kind.MATTER)) == 1
