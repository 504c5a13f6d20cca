"""What is offered to who writes points down: the office's templates, and what other posts have written, nobody's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from messages import rights
from messages.errors import DecidedBefore, NotFound, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.register.records import Content
from messages.register.templates import Suggestion, Template, TemplatePage, nobodys
from messages.rights import Act
from messages.store import duties, ledger, risk_points, risk_templates, suggestions
from messages.store import rights as stored
from messages.store.database import Connection
from messages.store.ledger import Event
from messages.store.suggestions import Written
from messages.text.phrase import phrase
from schedules.register.finding import missing_point, own_post, present_template
from schedules.tools import Tools

PAGE: Final = 8
"""How many templates one page shows."""
_TEMPLATES: Final = 8
"""So many templates are suggested at most; how many points of other posts says the policy."""
_SPARE: Final = 3
"""So many times as many are looked at, where some of them name their posts in their own words."""
_SHORTEST_MARK: Final = 2


async def suggest(
    tools: Tools, post_id: int, person_id: int, *, node: str, category: str, now: datetime
) -> tuple[Suggestion, ...]:
    """What may be taken over into the own post, of the same node first, each name once.

    Templates come before what other posts have written.
    """
    post = await own_post(tools, post_id, person_id, now)
    node, category = (line.strip() if line.isprintable() else "" for line in (node, category))
    most = tools.policy.risks.suggestions
    async with tools.db.reading() as conn:
        own = await suggestions.names_of(conn, post.id)
        same = [node] if node else [], [category] if category else []
        templates = (await risk_templates.like(conn, *same, 1, _TEMPLATES + len(own))).templates
        found = [Suggestion(content=nobodys(one.content), template_id=one.id, count=0) for one in templates]
        offered = _once(found, own)[:_TEMPLATES]
        without = own | {one.content.name for one in offered}
        written = await suggestions.of_others(
            conn, post.id, node=node, category=category, without=without, limit=_SPARE * most
        )
    others = [
        Suggestion(content=nobodys(one.content), template_id=None, count=one.count) for one in written if _nobodys(one)
    ]
    return tuple(sorted((*offered, *others[:most]), key=lambda one: one.content.node != node if node else False))


def _once(found: Iterable[Suggestion], own: frozenset[str]) -> list[Suggestion]:
    by_name = {one.content.name: one for one in reversed([*found]) if one.content.name not in own}
    return [*reversed(by_name.values())]


def _nobodys(written: Written) -> bool:
    """Whether the texts tell nobody whose they are."""
    content = written.content
    texts = content.name, content.category, content.node, content.description, content.controls, content.indicators
    marks = [mark for mark in written.marks if len(mark) >= _SHORTEST_MARK]
    return not any(mark in text for mark in marks for text in texts)


async def publish(tools: Tools, point_id: int, person_id: int, now: datetime) -> int:
    """Publish what stands of a point as a template."""
    scope = await rights.entitle(tools.db, person_id, Act.PUBLISH_TEMPLATES, now, point=point_id)
    async with tools.db.reading() as conn:
        found = await risk_points.find(conn, point_id)
    if found is None:
        raise missing_point()
    if not scope.covers(found.point.path):
        await rights.record_refused(tools.db, person_id, Act.PUBLISH_TEMPLATES.value, now, point=point_id)
        raise missing_point()
    async with tools.db.writing() as conn:
        held = await risk_points.lock(conn, point_id)
        if held is None or held.point.standing is None or held.point.ended_at is not None:
            raise Refused(phrase("Only what stands in the register is published as a template."))
        if await risk_templates.of_point(conn, point_id) is not None:
            raise DecidedBefore(phrase("This has been published as a template already."))
        (template_id,) = await add_templates(conn, [held.point.content], person_id, now, point_id=point_id)
    return template_id


async def add_templates(
    conn: Connection, contents: Iterable[Content], person_id: int, now: datetime, *, point_id: int | None = None
) -> list[int]:
    """Publish these as templates, without whose they are, with a row of the ledger for each; gives their ids."""
    ids = await risk_templates.add(conn, [*map(nobodys, contents)], person_id, now, point_id=point_id)
    await _record(conn, "published", ids, person_id, now, point=point_id)
    return ids


async def unpublish(tools: Tools, template_id: int, person_id: int, now: datetime) -> None:
    """End a template; points that were made of it stay."""
    await rights.entitle(tools.db, person_id, Act.PUBLISH_TEMPLATES, now, template=template_id)
    async with tools.db.writing() as conn:
        if not await risk_templates.known(conn, template_id):
            raise NotFound(phrase("There is no such template."))
        if not await risk_templates.end(conn, template_id, person_id, now):
            raise DecidedBefore(phrase("This template has ended already."))
        await _record(conn, "ended", [template_id], person_id, now)


async def templates(tools: Tools, search: str, number: int) -> TemplatePage:
    """A page of the templates, the newest first."""
    async with tools.db.reading() as conn:
        return await risk_templates.page(conn, search.replace("\0", ""), number, PAGE)


async def templates_of(tools: Tools, post_id: int, person_id: int, number: int, now: datetime) -> TemplatePage:
    """A page of the templates of the own post's nodes, then of its points' categories, the newest first."""
    post = await own_post(tools, post_id, person_id, now)
    async with tools.db.reading() as conn:
        points = await risk_points.of_post(conn, post.id)
        categories = {one.latest.category for one in points if one.latest.category}
        nodes = {*await duties.nodes_of(conn, post.id), *(one.latest.node for one in points if one.latest.node)}
        return await risk_templates.like(conn, nodes, categories, number, PAGE)


async def template(tools: Tools, template_id: int) -> Template:
    """A template that has not ended."""
    async with tools.db.reading() as conn:
        return await present_template(conn, template_id)


async def _record(
    conn: Connection, event: str, ids: Iterable[int], person_id: int, now: datetime, **about: Json
) -> None:
    by = await stored.person_code(conn, person_id)
    bodies = ({"event": event, "template": template_id, "by": by, **about} for template_id in ids)
    events = [Event(at=now, kind=Kind.RISK_TEMPLATE, person_id=None, body=body) for body in bodies]
    await ledger.append_all(conn, events)
