"""Audiences as SQL: which assignments an expression reaches at this moment."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, not_, or_, select, true

from messages.audience import (
    All,
    And,
    Campaign,
    Kind,
    Level,
    Node,
    Not,
    Or,
    Person,
    Post,
    Risk,
    RoleHeld,
    Term,
    Unit,
    parse,
)
from messages.errors import Fault, Refused
from messages.register.records import RiskLevel
from messages.scopes import EVERYWHERE, Scope
from messages.store.database import Connection
from messages.store.register_terms import IS_TO_SUBMIT, STANDS, holds
from messages.store.tables import (
    assignments,
    campaign_tasks,
    nodes,
    people,
    post_nodes,
    posts,
    risk_points,
    roles,
    units,
)
from messages.text.phrase import phrase

_SUGGESTED: Final = 3
_EITHER: Final = " / "
_upper = units.alias("upper_unit")
_NAMED: Final = {
    Unit: phrase("The name of a unit of the roster is accepted."),
    Node: phrase("The name of a risk node of the roster is accepted."),
    Post: phrase("The code of a post of the roster is accepted."),
    Person: phrase("The code of a person of the roster is accepted."),
}
_NAMES: Final[Mapping[type[Term], ColumnElement[str]]] = {
    Unit: units.c.name,
    Node: nodes.c.name,
    Post: posts.c.code,
    Person: people.c.code,
}
_ASK_UNITS: Final = frozenset({Unit, Kind})
_ASK_POSTS: Final = frozenset({Unit, Kind, Level, Risk, Node, Post, Campaign})
_ASK_PEOPLE: Final = frozenset({RoleHeld, Person})


def _condition(term: Term) -> ColumnElement[bool]:
    """One term as a condition over posts, units and people of current assignments."""
    match term:
        case All():
            return true()
        case And(terms):
            return and_(*map(_condition, terms))
        case Or(terms):
            return or_(*map(_condition, terms))
        case Not(inner):
            # Of a unit that is not there, and of nobody, nothing is said: everybody else is meant, never NULL.
            return not_(func.coalesce(_condition(inner), false()))
        case _:
            return _leaf(term)


def _leaf(term: Term) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = false()
    match term:
        case Unit(name):
            above = select(_upper.c.path).where(_upper.c.name == name).scalar_subquery()
            condition = units.c.path.startswith(above)
        case Kind(kind):
            condition = units.c.kind == kind
        case Level(highest, lowest):
            condition = posts.c.level.between(highest, lowest)
        case RoleHeld(role):
            condition = _holds_role(role)
        case Risk(level):
            condition = _bears(level)
        case Node(name):
            condition = _answers_for(name)
        case Post(code):
            condition = posts.c.code == code
        case Person(code):
            condition = people.c.code == code
        case Campaign(number, to_submit):
            condition = _has_task(number, to_submit=to_submit)
    return condition


def _holds_role(role: str) -> ColumnElement[bool]:
    return exists().where(roles.c.person_id == people.c.id, roles.c.role == role, roles.c.ended_at.is_(None))


def _answers_for(node: str) -> ColumnElement[bool]:
    """By the roster, or by a point that stands in the register."""
    named = select(nodes.c.id).where(nodes.c.name == node).scalar_subquery()
    tied = select(post_nodes.c.post_id).where(post_nodes.c.node_id == named)
    return or_(posts.c.id.in_(tied), posts.c.id.in_(_standing().where(risk_points.c.node_id == named)))


def _bears(level: str) -> ColumnElement[bool]:
    """A point of this level stands in the register; of high risk is also what the roster marks so."""
    points = posts.c.id.in_(_standing().where(risk_points.c.level == level))
    return or_(posts.c.risk, points) if level == RiskLevel.HIGH else points


def _has_task(campaign: int, *, to_submit: bool) -> ColumnElement[bool]:
    tasks = select(campaign_tasks.c.post_id).where(campaign_tasks.c.campaign_id == campaign)
    return posts.c.id.in_(tasks.where(IS_TO_SUBMIT) if to_submit else tasks)


def _standing() -> Select[tuple[int]]:
    """The posts of points that stand."""
    return select(risk_points.c.post_id).where(STANDS, risk_points.c.post_id.is_not(None))


def reached(expression: str) -> Select[Any]:
    """Current assignments that an audience reaches, as (assignment_id, post_id, person_id)."""
    term = parse(expression)
    about = {type(leaf) for leaf in _leaves(term)}
    found = select(
        assignments.c.id.label("assignment_id"),
        assignments.c.post_id.label("post_id"),
        assignments.c.person_id.label("person_id"),
    )
    # Only the tables that the expression asks: of a province's million posts each costs its time.
    if about & _ASK_POSTS:
        found = found.join(posts, posts.c.id == assignments.c.post_id)
    if about & _ASK_UNITS:
        found = found.join(units, units.c.id == posts.c.unit_id)
    if about & _ASK_PEOPLE:
        found = found.join(people, people.c.id == assignments.c.person_id)
    return found.where(assignments.c.ended_at.is_(None), _condition(term))


def meant(expression: str) -> Select[Any]:
    """Posts that an audience means now, held or vacant, as (post_id, unit_id, path, person_id).

    The last is None of a vacant post, which no role and no person's code means.
    """
    return (
        select(posts.c.id.label("post_id"), posts.c.unit_id, units.c.path, assignments.c.person_id)
        .join_from(posts, units, units.c.id == posts.c.unit_id)
        .outerjoin(assignments, holds(posts.c.id))
        .outerjoin(people, people.c.id == assignments.c.person_id)
        .where(posts.c.ended_at.is_(None), _condition(parse(expression)))
    )


async def count_people(conn: Connection, expression: str, scope: Scope = EVERYWHERE) -> int:
    """How many people an audience reaches now by posts in units that lie within ``scope``."""
    found = reached(expression).subquery()
    query = select(func.count(found.c.person_id.distinct()))
    if not scope.everything:
        query = query.join(posts, posts.c.id == found.c.post_id).join(units, units.c.id == posts.c.unit_id)
        query = query.where(within(scope))
    return int(await conn.scalar(query) or 0)


async def count_outside(conn: Connection, expression: str, scope: Scope) -> int:
    """How many people an audience reaches by posts in units that lie outside ``scope``."""
    if scope.everything:
        return 0
    found = reached(expression).subquery()
    query = (
        select(func.count(found.c.person_id.distinct()))
        .join(posts, posts.c.id == found.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(~within(scope))
    )
    return int(await conn.scalar(query) or 0)


async def split(conn: Connection, expression: str, scope: Scope) -> tuple[int, int]:
    """How many people an audience reaches, and how many of them by posts in units that lie outside ``scope``."""
    found = reached(expression).subquery()
    outside = case((~within(scope), found.c.person_id))
    query = (
        select(func.count(found.c.person_id.distinct()), func.count(outside.distinct()))
        .join(posts, posts.c.id == found.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
    )
    every, beyond = (await conn.execute(query)).one()
    return int(every), int(beyond)


def within(scope: Scope) -> ColumnElement[bool]:
    """Of ``units``: whether one lies within a scope."""
    if scope.everything:
        return true()
    return or_(false(), *(units.c.path.startswith(path, autoescape=True) for path in scope.paths))


async def check(conn: Connection, expression: str, known: set[Term] | None = None) -> None:
    """Refuse an expression that names a unit, post or person that is not there.

    A typing slip would otherwise reach nobody, silently. Terms that are ``known`` are not looked up again; those that
    are found are known from then on.
    """
    known = set() if known is None else known
    for term in _leaves(parse(expression)):
        if not isinstance(term, Unit | Node | Post | Person) or term in known:
            continue
        column = _NAMES[type(term)]
        if await conn.scalar(select(column).where(column == term.value)) is None:
            near = await _near(conn, term.value) if isinstance(term, Unit) else []
            message = phrase("Did you mean {names}?", names=_EITHER.join(near)) if near else _NAMED[type(term)]
            fault = Fault(column="audience", value=term.value, message=message)
            raise Refused(
                phrase("The audience names «{value}», which is not in the roster.", value=term.value), [fault]
            )
        known.add(term)


async def _near(conn: Connection, name: str) -> list[str]:
    """A few units whose names hold a name, or are held by it: the most alike first."""
    held = literal(name).icontains(units.c.name)
    found = select(units.c.name).where(units.c.ended_at.is_(None), units.c.name.icontains(name, autoescape=True) | held)
    names = await conn.scalars(found.order_by(func.abs(func.length(units.c.name) - len(name)), units.c.name))
    return list(islice(names, _SUGGESTED))


def _leaves(term: Term) -> list[Term]:
    match term:
        case And(terms) | Or(terms):
            return [leaf for inner in terms for leaf in _leaves(inner)]
        case Not(inner):
            return _leaves(inner)
        case _:
            return [term]
