"""What a holder writes down: points and their changes, that one no longer applies, and the post's duties."""

from collections.abc import Mapping
from datetime import datetime

from messages import reasons
from messages.errors import DecidedBefore, Fault, NotFound, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.register import life
from messages.register.checking import MOST_DUTIES, checked, line_of
from messages.register.life import Actor, Change, PointEvent
from messages.register.own import Duty, Mine
from messages.register.records import LONGEST_DUTY, Content, Point, PointState, Progress
from messages.register.templates import nobodys
from messages.store import campaign_tasks, duties, ledger, reviews, risk_points, risk_templates, suggestions
from messages.store.database import Connection
from messages.store.visibility import PostFound
from messages.text.phrase import phrase
from schedules.register.finding import held_post, own_point, own_post, present_point, present_template
from schedules.tools import Along, Tools


async def mine(tools: Tools, post_id: int, person_id: int, now: datetime) -> Mine:
    """The own post in the register."""
    post = await own_post(tools, post_id, person_id, now)
    async with tools.db.reading() as conn:
        points = tuple(await risk_points.of_post(conn, post.id))
        states = [one.point.state for one in points]
        return Mine(
            post_id=post.id,
            post_code=post.code,
            post=post.title,
            unit_id=post.unit_id,
            unit=post.unit,
            duties=await duties.of_post(conn, post.id),
            nodes=await duties.nodes_of(conn, post.id),
            points=points,
            tasks=await campaign_tasks.of_post(conn, post.id),
            reviews=await reviews.open_of_post(conn, post.id),
            refused=await reviews.refused_of_post(conn, post.id),
            counts=_counts(states),
        )


def _counts(states: list[PointState]) -> Mapping[PointState, int]:
    return {state: states.count(state) for state in PointState if state in states}


async def add(
    tools: Tools,
    post_id: int,
    person_id: int,
    content: Content,
    now: datetime,
    *,
    template_id: int | None,
    along: Along | None,
) -> Point:
    """Write a new point down, perhaps made of a template."""
    content = await _checked(tools, post_id, person_id, content, now)
    async with tools.db.writing() as conn:
        post, by = await _held(conn, post_id, person_id, content, along)
        await _room(conn, tools, post)
        made_of = template_id if await _new_to(conn, post, template_id) else None
        return (await life.begin(conn, post, content, by, now, template_id=made_of)).point


async def change(
    tools: Tools,
    post_id: int,
    person_id: int,
    content: Content,
    now: datetime,
    *,
    seen: tuple[int, int | None],
    along: Along | None,
) -> Point:
    """Change the point that was ``seen``, in this version or in any."""
    content = await _checked(tools, post_id, person_id, content, now)
    async with tools.db.writing() as conn:
        post, by = await _held(conn, post_id, person_id, content, along)
        before = await present_point(conn, post, *seen)
        if not before.open and content == before.point.content:
            raise Refused(phrase("This says what stands already."))
        changed = Change(event=PointEvent.CHANGED, progress=Progress.DRAFT, content=content)
        return (await life.record(conn, before, changed, by, now)).point


async def _checked(tools: Tools, post_id: int, person_id: int, content: Content, now: datetime) -> Content:
    """What is to be written, by whom the post belongs to."""
    await own_post(tools, post_id, person_id, now)
    return checked(content, tools.policy.legal_bases)


async def _held(
    conn: Connection, post_id: int, person_id: int, content: Content, along: Along | None
) -> tuple[PostFound, Actor]:
    """The post, held while it is written on, which has room for the duty that is named, and who writes."""
    post = await held_post(conn, post_id, person_id)
    by = await life.actor(conn, person_id, post.id)
    if along is not None:
        await along(conn)
    if content.duty:
        await _room_for_duty(conn, post, content.duty)
    return post, by


async def _new_to(conn: Connection, post: PostFound, template_id: int | None) -> bool:
    """Whether there is such a template, of which the post has made no point yet."""
    if template_id is None or not await risk_templates.known(conn, template_id):
        return False
    return not await risk_points.adopted(conn, post.id, template_id)


async def _room(conn: Connection, tools: Tools, post: PostFound) -> None:
    most = tools.policy.risks.longest_post
    if await risk_points.count(conn, post.id) >= most:
        raise Refused(phrase("A post has at most {most} risk points.", most=most))


async def drop(tools: Tools, point_id: int, person_id: int, version: int, now: datetime) -> Point:
    """Drop a draft, or what came back."""
    own = await own_point(tools, point_id, person_id, now)
    async with tools.db.writing() as conn:
        post = await held_post(conn, own.point.post_id, person_id)
        before = await present_point(conn, post, point_id, version)
        if not before.open:
            raise DecidedBefore(phrase("There is no draft of this."))
        change = Change(event=PointEvent.DROPPED, progress=Progress.DROPPED)
        return (await life.record(conn, before, change, await life.actor(conn, person_id, post.id), now)).point


async def propose_end(tools: Tools, point_id: int, person_id: int, version: int, why: str, now: datetime) -> Point:
    """Write down that a point no longer applies."""
    own = await own_point(tools, point_id, person_id, now)
    because = reasons.reason_of(why)
    async with tools.db.writing() as conn:
        post = await held_post(conn, own.point.post_id, person_id)
        before = await present_point(conn, post, point_id, version)
        if before.point.standing is None:
            raise Refused(phrase("This does not stand in the register yet: it can be dropped."))
        change = Change(
            event=PointEvent.TO_END,
            progress=Progress.DRAFT,
            content=before.point.content,
            ends=True,
            because=because,
        )
        return (await life.record(conn, before, change, await life.actor(conn, person_id, post.id), now)).point


async def adopt(tools: Tools, template_id: int, post_id: int, person_id: int, now: datetime) -> Point:
    """Take a template over as a draft of the own post."""
    await own_post(tools, post_id, person_id, now)
    async with tools.db.writing() as conn:
        post = await held_post(conn, post_id, person_id)
        template = await present_template(conn, template_id)
        if await risk_points.adopted(conn, post.id, template_id):
            raise DecidedBefore(phrase("Your post has taken this template over already."))
        if template.content.name in await suggestions.names_of(conn, post.id):
            raise DecidedBefore(phrase("Your post has a risk point of this name already."))
        await _room(conn, tools, post)
        by, content = await life.actor(conn, person_id, post.id), nobodys(template.content)
        return (await life.begin(conn, post, content, by, now, template_id=template_id)).point


# Duties


async def add_duty(tools: Tools, post_id: int, person_id: int, text: str, now: datetime) -> Duty:
    """Write a duty of the own post down."""
    await own_post(tools, post_id, person_id, now)
    line = line_of("duty", text, LONGEST_DUTY)
    async with tools.db.writing() as conn:
        post = await held_post(conn, post_id, person_id)
        before = await _room_for_duty(conn, post, line)
        duty = await duties.duty(conn, unit_id=post.unit_id, post_id=post.id, text=line, at=now)
        if duty not in before:
            await _record_duty(conn, "duty_added", post, person_id, duty.id, now)
        return duty


async def _room_for_duty(conn: Connection, post: PostFound, text: str) -> tuple[Duty, ...]:
    """The duties of a post, to which this one may come. Raises ``Refused`` where they are too many by then."""
    before = await duties.of_post(conn, post.id)
    if len(before) >= MOST_DUTIES and text not in {one.text for one in before}:
        many = phrase("A post has at most {most} duties.", most=MOST_DUTIES)
        raise Refused(many, [Fault(message=many, column="duty")])
    return before


async def end_duty(tools: Tools, duty_id: int, person_id: int, now: datetime) -> None:
    """A duty is no duty of the own post any more."""
    async with tools.db.reading() as conn:
        post_id = await duties.post_of(conn, duty_id)
    if post_id is None:
        raise NotFound(phrase("There is no such duty."))
    await own_post(tools, post_id, person_id, now)
    async with tools.db.writing() as conn:
        post = await held_post(conn, post_id, person_id)
        if await duties.end(conn, duty_id, now):
            await _record_duty(conn, "duty_ended", post, person_id, duty_id, now)


async def _record_duty(
    conn: Connection, event: str, post: PostFound, person_id: int, duty_id: int, now: datetime
) -> None:
    by = await life.actor(conn, person_id, post.id)
    body: dict[str, Json] = {"event": event, "duty": duty_id, "post": post.code, "by": by.code}
    await ledger.append(conn, at=now, kind=Kind.RISK_POINT, person_id=by.holder_id, body=body)
