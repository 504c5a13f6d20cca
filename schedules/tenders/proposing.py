"""Proposing a blue reminder about a limit that has passed: what the item says is filled in, and a person submits it.

It is proposed once it is submitted, once about each last day; until then others are told who is writing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from messages import rights
from messages.errors import DecidedBefore
from messages.items.drafts import ItemContent, OfLimit
from messages.items.kinds import ItemKind
from messages.notices import Category, Grade, Json
from messages.rights import Act
from messages.store import drafts, matter_answering, matter_events, matters
from messages.store.database import Connection
from messages.tenders.milestones import milestone_said
from messages.tenders.records import LimitState, Matter
from messages.text.articles import article_of
from messages.text.lengths import cut
from messages.text.phrase import Phrase, kept, phrase
from schedules.tenders import audiences, entitling, steps
from schedules.tenders.deciding import MatterEvent
from schedules.tenders.noting import note
from schedules.tenders.steps import Step
from schedules.tools import Tools

_TITLE: Final = 60
_POSTS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An item that is filled in but for its words: its ``title`` is to be said, its text is the template's.

    ``about`` goes with its draft: whoever submits that has proposed it.
    """

    content: ItemContent
    about: OfLimit
    title: Phrase
    template: str
    params: Mapping[str, Json]


async def propose(tools: Tools, matter_id: int, limit_id: int, person_id: int, now: datetime) -> Proposal:
    """What a person proposes about a limit that has passed.

    The day of the leader's approval is not filled in: no leader has approved it yet.

    Raises ``NotFound``, ``NotEntitled`` for who submits no items there, and ``DecidedBefore`` where one was submitted
    about this last day, somebody else is writing one, or it has not passed any more.
    """
    async with tools.db.reading() as conn:
        matter = await entitling.find(conn, matter_id)
        scope = await rights.reach(conn, person_id, Act.SUBMIT)
    if not entitling.covers(scope, matter.unit_path):
        raise await rights.refuse(tools.db, person_id, Act.SUBMIT, now, matter=matter.ref)
    async with tools.db.reading() as conn:
        step = await _passed(conn, tools, matter, limit_id)
        about = _about(step)
        await _refuse_second(conn, about)
        if name := await drafts.about_limit(conn, limit_id, person_id):
            raise DecidedBefore(phrase("{name} is writing this reminder at the moment.", name=name))
        return _proposal(tools, step, about, await _posts(conn, step))


async def proposed(conn: Connection, about: OfLimit, person_id: int, now: datetime) -> None:
    """A reminder about a limit was submitted; raises ``DecidedBefore`` where another was meanwhile."""
    if await matters.hold_one(conn, about.matter_id) is None:
        return
    await _refuse_second(conn, about)
    matter = (await matters.found(conn, [about.matter_id]))[about.matter_id]
    said: dict[str, Json] = {"limit": about.limit_id, "rule": about.rule, "due": about.due}
    await note(conn, matter, MatterEvent.PROPOSED, person_id, now, **said)


def _about(step: Step) -> OfLimit:
    due = step.tells["due"]
    assert due is None or isinstance(due, str)  # noqa: S101 -- a day, in ISO
    return OfLimit(matter_id=step.matter.id, limit_id=step.id, rule=step.rule.name, due=due)


def _proposal(tools: Tools, step: Step, about: OfLimit, posts: tuple[str, ...]) -> Proposal:
    return Proposal(
        content=ItemContent(category=Category.REMINDER, kind=ItemKind.LIMIT, grade=Grade.BLUE, posts=posts),
        about=about,
        title=phrase(
            "A limit has passed: {step} of “{title}”",
            step=milestone_said(step.limit.milestone),
            title=cut(step.matter.title, _TITLE),
        ),
        template="tender_reminder",
        params=_params(tools, step),
    )


async def _passed(conn: Connection, tools: Tools, matter: Matter, limit_id: int) -> Step:
    of_matter = (await steps.of(conn, tools, [matter])).get(matter.id, {}).values()
    step = next((one for one in of_matter if one.id == limit_id), None)
    if step is None or step.limit.state is not LimitState.OVERDUE:
        raise DecidedBefore(phrase("This limit is not overdue any more: there is nothing to propose."))
    return step


async def _refuse_second(conn: Connection, about: OfLimit) -> None:
    """Raises ``DecidedBefore`` where a reminder about this last day was submitted."""
    said = {"limit": about.limit_id, "due": about.due}
    for one in await matter_events.of(conn, about.matter_id):
        if one.kind == MatterEvent.PROPOSED and {name: one.body.get(name) for name in said} == said:
            raise DecidedBefore(phrase("{name} has proposed this reminder already.", name=one.name or ""))


async def _posts(conn: Connection, step: Step) -> tuple[str, ...]:
    """The posts that are told of the step; where only people without one are, those that should have been."""
    of = step.matter, step.limit.milestone, step.rule.node
    for whom in (await audiences.of_step(conn, *of), await audiences.at_first(conn, *of)):
        expressions = whom.expressions if whom else ()
        found = [one for said in expressions for one in await matter_answering.answering(conn, said, _POSTS)]
        if found:
            return tuple(dict.fromkeys(one.code for one in found))[:_POSTS]
    return ()


def _params(tools: Tools, step: Step) -> dict[str, Json]:
    limit, counts_from = step.limit, step.rule.counts_from
    return {
        "matter_title": cut(step.matter.title, _TITLE),
        "milestone": kept(milestone_said(limit.milestone)),
        "due": limit.due_on.isoformat() if limit.due_on else None,
        "article": article_of(limit.article, tools.policy.tenders.laws),
        "counts_from": kept(milestone_said(counts_from)) if counts_from else None,
        "from_at": limit.from_at.astimezone(UTC).isoformat() if limit.from_at else None,
    }
