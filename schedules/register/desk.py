"""The risk register of one office: the one place where points are written, submitted, reviewed and published."""

from datetime import datetime
from zoneinfo import ZoneInfo

from messages.register.own import Duty, Mine
from messages.register.records import Content, Point
from messages.register.reviews import Review, Reviewed, ReviewPage
from messages.register.templates import Suggestion, TemplatePage
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.policy import Policy
from schedules.tools import Tools


class Register:
    """All acts about the register of one office, and what follows from them by itself.

    Each act is one transaction with its rows of the ledger and what is told of it. All raise ``NotFound`` for what is
    not there or is not open to who asks, ``NotEntitled`` (which is recorded) for who may not do it, ``DecidedBefore``
    for what somebody else has decided or changed before, ``Outdated`` where another ``version`` was seen than is
    present, and ``Refused`` for what cannot be taken. Of a point the ``version`` is the number of its latest one.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo) -> None:
        """Go by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``."""
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)

    # The holder

    async def mine(self, post_id: int, person_id: int, now: datetime) -> Mine:
        """The own post in the register."""
        raise NotImplementedError

    async def save(
        self,
        post_id: int,
        person_id: int,
        content: Content,
        now: datetime,
        *,
        point_id: int | None = None,
        version: int | None = None,
    ) -> Point:
        """Write a new point down, or change one; raises ``Refused`` with every fault.

        A fault's column is the field that it is about: name, level, category, description, controls, indicators, node,
        duty, section, bases, responsible, leading. What stands goes on standing until the change is accepted.
        """
        raise NotImplementedError

    async def drop(self, point_id: int, person_id: int, version: int, now: datetime) -> Point:
        """Drop a draft, or what came back: what stood before goes on; where nothing did, the point ends."""
        raise NotImplementedError

    async def propose_end(self, point_id: int, person_id: int, version: int, why: str, now: datetime) -> Point:
        """Write down that a point no longer applies, with a reason: accepted, that ends it."""
        raise NotImplementedError

    async def add_duty(self, post_id: int, person_id: int, text: str, now: datetime) -> Duty:
        """Write a duty of the own post down; one with the same text is that one."""
        raise NotImplementedError

    async def end_duty(self, duty_id: int, person_id: int, now: datetime) -> None:
        """A duty is no duty of the own post any more; points that name it still do."""
        raise NotImplementedError

    async def suggestions(
        self, post_id: int, person_id: int, *, node: str, category: str, now: datetime
    ) -> tuple[Suggestion, ...]:
        """What may be taken over into the own post: of the same node or category, templates first."""
        raise NotImplementedError

    async def adopt(self, template_id: int, post_id: int, person_id: int, now: datetime) -> Point:
        """Take a template over as a draft of the own post; a second time is ``DecidedBefore``."""
        raise NotImplementedError

    async def submit(
        self,
        post_id: int,
        person_id: int,
        now: datetime,
        *,
        task_id: int | None = None,
        complete: bool = False,
        note: str | None = None,
    ) -> Review:
        """Lay all drafts of the own post before the unit, perhaps for a campaign's task.

        ``complete`` says that nothing is to be added, and is ``Refused`` while there are drafts.
        """
        raise NotImplementedError

    async def withdraw(self, review_id: int, person_id: int, version: int, now: datetime) -> Review:
        """Take back what was submitted, while it is with the unit: its points are drafts again."""
        raise NotImplementedError

    # Who decides

    async def review(self, review_id: int, viewer_id: int, now: datetime) -> Reviewed:
        """What was submitted, for its holder and who may decide about it, whose look is recorded."""
        raise NotImplementedError

    async def accept(self, review_id: int, person_id: int, version: int, now: datetime) -> Review:
        """Accept all points that were not returned; see ``schedules.register.deciding``."""
        raise NotImplementedError

    async def give_back(
        self, review_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None = None
    ) -> Review:
        """Return all points, with one reason; ``message_id`` is the message that was it."""
        raise NotImplementedError

    async def give_back_point(
        self,
        review_id: int,
        point_id: int,
        person_id: int,
        version: int,
        why: str,
        now: datetime,
        message_id: int | None = None,
    ) -> Review:
        """Return one point with a reason, while the others wait; where none does, the review is returned."""
        raise NotImplementedError

    async def may(self, review: Review, person_id: int) -> bool:
        """Whether a review waits for a decision that this person may make now."""
        raise NotImplementedError

    async def waiting(self, person_id: int, page: int, now: datetime) -> ReviewPage:
        """A page of what waits for this person's decision, what has waited longest first."""
        raise NotImplementedError

    # The office

    async def publish(self, point_id: int, person_id: int, now: datetime) -> int:
        """Publish what stands of a point as a template, without whose it is; gives the template's id."""
        raise NotImplementedError

    async def unpublish(self, template_id: int, person_id: int, now: datetime) -> None:
        """End a template; points that were made of it stay."""
        raise NotImplementedError

    async def templates(self, search: str, page: int) -> TemplatePage:
        """A page of the templates whose name, category or node holds each word that is looked for."""
        raise NotImplementedError

    # By itself

    async def sweep(self, now: datetime) -> None:
        """Lay what waits before who decides about it, and later before deputies."""
