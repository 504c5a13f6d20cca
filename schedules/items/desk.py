"""Items of one office: the one place where they are checked, taken, decided and told of, by whichever face."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from messages.items.records import AboutPost, Door, Foreseen, Given, Item, Many, Page
from messages.notices import Grade, Json
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.deputies import Rank
from schedules.items import asking, deciding, entering, entitling, looking, submitting
from schedules.items.checking import Checked, check_all
from schedules.items.deadlines import due_of
from schedules.items.submitting import AlongMany
from schedules.items.telling import card
from schedules.policy import Policy
from schedules.tools import Along, Tools


class Items:
    """All acts about items, and what follows from them by itself.

    Each act is one transaction with its row of the ledger and what is told of it. All raise ``NotFound`` for an item
    that is not there, ``NotEntitled`` (which is recorded) for who may not do it, ``DecidedBefore`` for an item of which
    something else has become, and ``Outdated`` where another ``version`` was seen than is present.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo) -> None:
        """Go by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)

    # The collector

    async def check(self, given: Given, person_id: int, now: datetime) -> Checked:
        """What an item comes to, before it is submitted. Raises ``Refused`` with every fault.

        A fault's column is the field that it is about: title, text, kind, category, date, audience, grade, posts,
        attachments, ref.
        """
        (checked,) = await check_all(self._tools, [given], person_id, now)
        return checked

    async def announce(
        self, given: Given, person_id: int, now: datetime, *, by: Door, along: Along | None = None
    ) -> Item:
        """Say that an item will be entered: of it title, category, kind and decisive date are enough."""
        return await submitting.announce(self._tools, given, person_id, now, by=by, along=along)

    async def submit(
        self,
        given: Given,
        person_id: int,
        now: datetime,
        *,
        by: Door,
        item_id: int | None = None,
        version: int | None = None,
        along: Along | None = None,
    ) -> Item:
        """Submit a new item, or one that was announced or came back; raises ``Refused`` as ``check`` does.

        It comes in ``by`` a door. What is done ``along`` with it is done in the same transaction, or nothing is.
        """
        return await submitting.submit(
            self._tools, given, person_id, now, by=by, item_id=item_id, version=version, along=along
        )

    async def submit_many(
        self, rows: Sequence[Given], person_id: int, now: datetime, *, by: Door, along: AlongMany | None = None
    ) -> Many:
        """Submit many together, all or none; one that was submitted before by the same ``ref`` is left as it is."""
        return await submitting.submit_many(self._tools, rows, person_id, now, by=by, along=along)

    async def foresee(self, rows: Sequence[Given], person_id: int, now: datetime) -> Foreseen:
        """What ``submit_many`` would do now; raises what it raises."""
        return await submitting.foresee(self._tools, rows, person_id, now)

    async def own(self, item_id: int, person_id: int, now: datetime) -> Item:
        """An item of the collector's own; somebody else's is ``NotEntitled``."""
        return await entitling.own(self._tools, item_id, person_id, now)

    async def withdraw(self, item_id: int, person_id: int, now: datetime, version: int) -> Item:
        """Take the own item back before it is approved."""
        return await submitting.withdraw(self._tools, item_id, person_id, now, version)

    # Who decides

    async def approve(self, item_id: int, person_id: int, version: int, now: datetime) -> Item:
        """Approve an item: it is issued, or goes on to the office where it is red."""
        return await deciding.approve(self._tools, item_id, person_id, version, now)

    async def confirm(self, item_id: int, person_id: int, version: int, now: datetime) -> Item:
        """Confirm a red item, as a second named person of the office: it is issued."""
        return await deciding.confirm(self._tools, item_id, person_id, version, now)

    async def give_back(
        self, item_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None = None
    ) -> Item:
        """Return an item to its collector, with a reason; ``message_id`` is the message that was it."""
        return await deciding.give_back(self._tools, item_id, person_id, version, why, now, message_id)

    async def regrade(self, item_id: int, person_id: int, version: int, grade: Grade, now: datetime) -> Item:
        """Give a reminder another grade before it is approved."""
        return await deciding.regrade(self._tools, item_id, person_id, version, grade, now)

    async def for_decision(self, item_id: int, person_id: int, now: datetime, *, leader: bool = False) -> Item:
        """An item that this person may decide about now; asked as a ``leader``, one that is not the office's by now."""
        return await deciding.for_decision(self._tools, item_id, person_id, now, leader=leader)

    async def may(self, item: Item, person_id: int) -> bool:
        """Whether an item waits for a decision that this person may make now."""
        return await looking.may(self._tools, item, person_id)

    async def card(self, item: Item) -> dict[str, Json]:
        """What the template ``item_card`` shows of an item as it stands."""
        calendar = await self._tools.calendars.current()
        async with self._tools.db.reading() as conn:
            return card(item, due_of(calendar, item), await asking.people_meant(conn, item))

    # Looking

    async def of(self, item_id: int, viewer_id: int, now: datetime) -> Item:
        """An item, for its collector and for who looks after its unit, as all do who decide; these looks are recorded.

        To anybody else it is not there: that is ``NotFound``, and is recorded.
        """
        return await looking.of(self._tools, item_id, viewer_id, now)

    def needs_approval(self, given: Given) -> bool:
        """Whether somebody has to approve an item before it goes out."""
        return submitting.needs_approval(self._tools, given)

    async def approvers(self, path: str, collector_id: int, about: Iterable[AboutPost]) -> Rank:
        """Who is asked to approve what a collector submits for the unit with this path, ``about`` these posts."""
        return await looking.approvers(self._tools, path, collector_id, about)

    async def mine(self, person_id: int, page: int, now: datetime, *, size: int = looking.PAGE) -> Page:
        """A page of a collector's own items, the newest first."""
        del now
        return await looking.mine(self._tools, person_id, page, size)

    async def waiting(self, person_id: int, page: int, now: datetime, *, size: int = looking.PAGE) -> Page:
        """A page of what waits for this person's decision, what has waited longest first."""
        return await looking.waiting(self._tools, person_id, page, size, now)

    # By itself

    async def sweep(self, now: datetime) -> None:
        """What is due of items by now, found by state: official days instead of provisional ones, reminders, cards."""
        await self._tools.calendars.current()
        await entering.redate(self._tools, now)
        await entering.recall(self._tools, now)
        await asking.ask(self._tools, now)
