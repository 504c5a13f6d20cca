"""The risk register of one office: the one place where points are written, submitted, reviewed and published."""

from datetime import datetime
from zoneinfo import ZoneInfo

from messages.register.own import Duty, Mine
from messages.register.records import Content, Point
from messages.register.reviews import Review, Reviewed, ReviewPage
from messages.register.templates import Suggestion, Template, TemplatePage
from messages.store.database import Database
from schedules.calendars import Calendars
from schedules.deputies import Rank
from schedules.policy import Policy
from schedules.register import asking, deciding, looking, offering, submitting, writing
from schedules.tools import Along, Tools


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
        return await writing.mine(self._tools, post_id, person_id, now)

    async def save(
        self,
        post_id: int,
        person_id: int,
        content: Content,
        now: datetime,
        *,
        point_id: int | None = None,
        version: int | None = None,
        template_id: int | None = None,
        along: Along | None = None,
    ) -> Point:
        """Write a new point down, or change one; raises ``Refused`` with every fault.

        A fault's column is the field that it is about: name, level, category, description, controls, indicators, node,
        duty, section, bases, responsible, leading. What stands goes on standing until the change is accepted.
        A new point remembers the template that it was made of. What is done ``along`` with it is done in the same
        transaction, or nothing is.
        """
        what = self._tools, post_id, person_id, content, now
        if point_id is None:
            return await writing.add(*what, template_id=template_id, along=along)
        return await writing.change(*what, seen=(point_id, version), along=along)

    async def drop(self, point_id: int, person_id: int, version: int, now: datetime) -> Point:
        """Drop a draft, or what came back: what stood before goes on; where nothing did, the point ends."""
        return await writing.drop(self._tools, point_id, person_id, version, now)

    async def propose_end(self, point_id: int, person_id: int, version: int, why: str, now: datetime) -> Point:
        """Write down that a point no longer applies, with a reason: accepted, that ends it."""
        return await writing.propose_end(self._tools, point_id, person_id, version, why, now)

    async def add_duty(self, post_id: int, person_id: int, text: str, now: datetime) -> Duty:
        """Write a duty of the own post down; one with the same text is that one."""
        return await writing.add_duty(self._tools, post_id, person_id, text, now)

    async def end_duty(self, duty_id: int, person_id: int, now: datetime) -> None:
        """A duty is no duty of the own post any more; points that name it still do."""
        await writing.end_duty(self._tools, duty_id, person_id, now)

    async def suggestions(
        self, post_id: int, person_id: int, *, node: str, category: str, now: datetime
    ) -> tuple[Suggestion, ...]:
        """What may be taken over into the own post: of the same node or category, templates first."""
        return await offering.suggest(self._tools, post_id, person_id, node=node, category=category, now=now)

    async def templates_of(self, post_id: int, person_id: int, page: int, now: datetime) -> TemplatePage:
        """A page of the templates of the own post's nodes, then of its points' categories."""
        return await offering.templates_of(self._tools, post_id, person_id, page, now)

    async def adopt(self, template_id: int, post_id: int, person_id: int, now: datetime) -> Point:
        """Take a template over as a draft of the own post; a second time is ``DecidedBefore``."""
        return await writing.adopt(self._tools, template_id, post_id, person_id, now)

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
        return await submitting.submit(
            self._tools, post_id, person_id, now, task_id=task_id, complete=complete, note=note
        )

    async def withdraw(self, review_id: int, person_id: int, version: int, now: datetime) -> Review:
        """Take back what was submitted, while it is with the unit: its points are drafts again."""
        return await submitting.withdraw(self._tools, review_id, person_id, version, now)

    async def asked(self, review: Review) -> Rank:
        """Who is asked first to decide about what was submitted."""
        return await asking.asked(self._tools, review)

    # Who decides

    async def review(self, review_id: int, viewer_id: int, now: datetime) -> Reviewed:
        """What was submitted, for its holder and who may decide about it, whose look is recorded."""
        return await looking.review(self._tools, review_id, viewer_id, now)

    async def to_decide(self, review_id: int, person_id: int, version: int, now: datetime) -> Reviewed:
        """The same for who may decide about it now, as it was seen in a version; raises as a decision would."""
        return await looking.to_decide(self._tools, review_id, person_id, version, now)

    async def accept(self, review_id: int, person_id: int, version: int, now: datetime) -> Review:
        """Accept all points that were not returned; see ``schedules.register.deciding``."""
        return await deciding.accept(self._tools, review_id, person_id, version, now)

    async def give_back(
        self, review_id: int, person_id: int, version: int, why: str, now: datetime, message_id: int | None = None
    ) -> Review:
        """Return all points, with one reason; ``message_id`` is the message that was it."""
        return await deciding.give_back(self._tools, review_id, person_id, version, why, now, message_id)

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
        return await deciding.give_back_point(
            self._tools, review_id, point_id, person_id, version, why, now, message_id
        )

    async def may(self, review: Review, person_id: int) -> bool:
        """Whether a review waits for a decision that this person may make now."""
        return await looking.may(self._tools, review, person_id)

    async def waiting(self, person_id: int, page: int, now: datetime) -> ReviewPage:
        """A page of what waits for this person's decision, what has waited longest first."""
        return await looking.waiting(self._tools, person_id, page, now)

    # The office

    async def publish(self, point_id: int, person_id: int, now: datetime) -> int:
        """Publish what stands of a point as a template, without whose it is; gives the template's id."""
        return await offering.publish(self._tools, point_id, person_id, now)

    async def unpublish(self, template_id: int, person_id: int, now: datetime) -> None:
        """End a template; points that were made of it stay."""
        await offering.unpublish(self._tools, template_id, person_id, now)

    async def templates(self, search: str, page: int) -> TemplatePage:
        """A page of the templates whose name, category or node holds each word that is looked for."""
        return await offering.templates(self._tools, search, page)

    async def template(self, template_id: int) -> Template:
        """One of them."""
        return await offering.template(self._tools, template_id)

    # By itself

    async def sweep(self, now: datetime) -> None:
        """Lay what waits before who decides about it, and later before deputies; of posts that ended, take it back."""
        await self._tools.calendars.current()
        await submitting.end_with_posts(self._tools, now)
        await asking.ask(self._tools, now)
