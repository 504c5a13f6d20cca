"""Queries of all that is recorded about one person: a part for each kind of record, a row for each record.

A part has only what is the person's: what others wrote about it, and who they are, is left out unless the person was
told. ``COVERED`` names every column that leads to a person, and the part in which it is found; a test knows by it when
a table was forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, Table, null, select
from sqlalchemy.sql.selectable import FromClause

from messages.ledger import Kind
from messages.store.database import Connection
from messages.store.tables import (
    absences,
    accounts,
    acknowledgements,
    answers,
    api_tokens,
    assignments,
    boards,
    buyers,
    calendar_links,
    campaigns,
    closings,
    declarations,
    deliveries,
    drafts,
    earlier_messages,
    files,
    invites,
    items,
    ledger,
    matter_dates,
    matter_events,
    matters,
    missed,
    notices,
    objections,
    obligations,
    people,
    posts,
    proposals,
    releases,
    reviews,
    rises,
    risk_points,
    risk_templates,
    risk_versions,
    roles,
    statement_units,
    statements,
    tellings,
    units,
    warning_events,
    warnings,
    web_links,
    web_sessions,
    web_uploads,
    wrong_codes,
)

Row = dict[str, Any]
"""A record: its fields by their names, instants as such."""

_LONGEST_NAME: Final = 100
_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class Part:
    """The records of one kind: those of ``source`` of which ``whose`` is the person, with some columns, in an order.

    Of a record that tells something it is given only where the person was told: ``told`` by then.
    """

    name: str
    source: FromClause
    whose: Column[Any]
    shown: Mapping[str, ColumnElement[Any]]
    order: ColumnElement[Any]
    told: Column[Any] | None = None

    def query(self, person_id: int) -> Select[Any]:
        """The person's records."""
        shown = select(*(value.label(name) for name, value in self.shown.items())).select_from(self.source)
        mine = [self.whose == person_id, *([] if self.told is None else [self.told.is_not(None)])]
        return shown.where(*mine).order_by(self.order)


def _columns(table: Table, names: str) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[name] for name in names.split()}


def _part(
    name: str,
    table: Table,
    shown: str,
    *,
    whose: str = "person_id",
    source: FromClause | None = None,
    more: Mapping[str, ColumnElement[Any]] | None = None,
    told: Column[Any] | None = None,
) -> Part:
    return Part(
        name=name,
        source=table if source is None else source,
        whose=table.c[whose],
        told=told,
        shown={**(more or {}), **_columns(table, shown)},
        order=next(iter(table.primary_key.columns)),
    )


_NOTICE: Final = {
    "notice": notices.c.key,
    "category": notices.c.category,
    "template": notices.c.template,
    "params": notices.c.params,
    "title": notices.c.title,
}
"""Of which a notice's title is made, in a language."""
_POST: Final = {"post": posts.c.code, "post_title": posts.c.title, "unit": units.c.name}
_MATTER: Final = {"matter": matters.c.ref, "matter_title": matters.c.title}
_OF_WARNING: Final = {"warning": warnings.c.id, "warning_title": items.c.title, "post": posts.c.code}


def _with_notice(table: Table) -> FromClause:
    return table.outerjoin(notices, notices.c.id == table.c.notice_id)


def _with_post(source: FromClause, post_id: Column[Any]) -> FromClause:
    return source.outerjoin(posts, posts.c.id == post_id).outerjoin(units, units.c.id == posts.c.unit_id)


def _with_matter(table: Table) -> FromClause:
    return table.join(matters, matters.c.id == table.c.matter_id)


def _with_warning(table: Table) -> FromClause:
    found = table.join(warnings, warnings.c.id == table.c.warning_id).join(items, items.c.id == warnings.c.item_id)
    return found.join(posts, posts.c.id == warnings.c.post_id)


PARTS: Final[tuple[Part, ...]] = (
    _part("accounts", accounts, "chat_id bot_id joined_at left_at unreachable_since unreachable_reason"),
    _part("invites", invites, "created_at expires_at used_at replaced_at"),
    _part(
        "posts",
        assignments,
        "started_at ended_at",
        source=_with_post(assignments, assignments.c.post_id),
        more={**_POST, "level": posts.c.level, "risk_post": posts.c.risk},
    ),
    _part(
        "roles",
        roles,
        "role granted_at ended_at why",
        source=roles.join(units, units.c.id == roles.c.unit_id),
        more={"unit": units.c.name},
    ),
    _part(
        "deliveries",
        deliveries,
        "wave state due_at settled_at reason recall",
        source=_with_notice(deliveries),
        more=_NOTICE,
    ),
    _part("earlier_messages", earlier_messages, "sent_at recall", source=_with_notice(earlier_messages), more=_NOTICE),
    _part(
        "obligations",
        obligations,
        "created_at passed_at",
        source=_with_post(_with_notice(obligations), obligations.c.post_id),
        more={**_NOTICE, **_POST},
    ),
    _part(
        "acknowledgements",
        acknowledgements,
        "at",
        source=_with_post(_with_notice(acknowledgements), acknowledgements.c.post_id),
        more={**_NOTICE, **_POST},
    ),
    Part(
        name="missed",
        source=_with_notice(missed),
        whose=missed.c.person_id,
        shown={**_NOTICE, "at": missed.c.at},
        order=missed.c.notice_id,
    ),
    Part(
        name="warnings",
        source=_with_post(
            warnings.join(items, items.c.id == warnings.c.item_id).join(
                assignments, assignments.c.id == warnings.c.assignment_id
            ),
            warnings.c.post_id,
        ),
        whose=assignments.c.person_id,
        shown={
            "id": warnings.c.id,
            "title": items.c.title,
            "text": items.c.text,
            **_POST,
            **_columns(
                warnings,
                "grade state issued_at provisional acknowledged_at answer_by answered_at accepted_at released_at",
            ),
        },
        order=warnings.c.id,
    ),
    _part(
        "warnings_told",
        tellings,
        "step at told_at",
        source=_with_warning(tellings),
        more=_OF_WARNING,
        told=tellings.c.told_at,
    ),
    _part(
        "answers",
        answers,
        "turn parts at timely verdict judged_at why",
        source=_with_warning(answers),
        more=_OF_WARNING,
    ),
    _part("releases", releases, "turn at decided_at", source=_with_warning(releases), more=_OF_WARNING),
    _part(
        "rises",
        rises,
        "turn grade cause proposed_why at decision decided_at",
        whose="proposed_by",
        source=_with_warning(rises),
        more=_OF_WARNING,
    ),
    _part(
        "items",
        items,
        "id ref category kind state title text audience grade decisive_on due_on due_at provisional created_at "
        "submitted_at timely approved_at confirmed_at why",
        source=items.join(units, units.c.id == items.c.unit_id),
        more={"unit": units.c.name},
    ),
    _part(
        "reviews",
        reviews,
        "state complete note submitted_at unit_at inspector_at why",
        source=_with_post(reviews, reviews.c.post_id),
        more=_POST,
    ),
    _part(
        "risk_points",
        risk_versions,
        "number progress content ends because created_at decided_at why",
        source=_with_post(
            risk_versions.join(risk_points, risk_points.c.id == risk_versions.c.point_id), risk_points.c.post_id
        ),
        more={"point": risk_points.c.id, **_POST},
    ),
    _part(
        "declarations",
        declarations,
        "milestone interest who what at",
        source=_with_post(_with_matter(declarations), declarations.c.post_id),
        more={**_MATTER, "post": posts.c.code},
    ),
    _part("absences", absences, "id first last state note asked_at decided_at why"),
    _part(
        "statements",
        statements,
        "total addressed body",
        source=statements.join(closings, closings.c.id == statements.c.closing_id),
        more={"period": closings.c.period, "revision": closings.c.revision, "at": closings.c.at},
    ),
    Part(
        name="statement_units",
        source=statement_units.join(statements, statements.c.id == statement_units.c.statement_id)
        .join(closings, closings.c.id == statements.c.closing_id)
        .join(units, units.c.id == statement_units.c.unit_id),
        whose=statements.c.person_id,
        shown={"period": closings.c.period, "revision": closings.c.revision, "unit": units.c.name},
        order=statement_units.c.statement_id,
    ),
    _part(
        "objections",
        objections,
        "event_id text state at due_at decided_at points why",
        source=objections.join(statements, statements.c.id == objections.c.statement_id).join(
            closings, closings.c.id == statements.c.closing_id
        ),
        more={"period": closings.c.period},
    ),
    _part("drafts", drafts, "kind fields created_at updated_at closed_at"),
    _part("proposals", proposals, "kind fields at decision decided_at why"),
    _part(
        "notices_written",
        notices,
        "audience send_at created_at cancelled_at recalled_at",
        whose="created_by",
        more=_NOTICE,
    ),
    _part(
        "campaigns_written", campaigns, "title text audience state due_on created_at decided_at why", whose="created_by"
    ),
    _part("files", files, "name kind mime size created_at", whose="created_by"),
    _part("boards", boards, "opened_at closed_at", source=_with_notice(boards), more=_NOTICE),
    _part("calendar_links", calendar_links, "feed created_at revoked_at read_at"),
    _part("web_links", web_links, "created_at expires_at used_at"),
    _part("web_sessions", web_sessions, "created_at expires_at ended_at"),
    _part("web_uploads", web_uploads, "name created_at"),
    _part("api_tokens", api_tokens, "name scopes created_at expires_at revoked_at"),
    Part(
        name="wrong_codes",
        source=wrong_codes.join(accounts, accounts.c.chat_id == wrong_codes.c.chat_id),
        whose=accounts.c.person_id,
        shown={"at": wrong_codes.c.at},
        order=wrong_codes.c.id,
    ),
)
"""What is the person's own, part by part, in the order in which it is told."""


@dataclass(frozen=True, kw_only=True)
class _Deed:
    """Something that a person did about what is not the person's own: that it was done and when, and no more."""

    what: str
    by: Column[Any]
    at: Column[Any] | None


_DEEDS: Final[tuple[_Deed, ...]] = tuple(
    _Deed(what=what, by=table.c[by], at=table.c[at] if at else None)
    for what, table, by, at in (
        ("notice_approved", notices, "approved_by", "created_at"),
        ("broadcast_decided", proposals, "decided_by", "decided_at"),
        ("item_approved", items, "approved_by", "approved_at"),
        ("item_confirmed", items, "confirmed_by", "confirmed_at"),
        ("item_returned", items, "returned_by", ""),
        ("notice_passed", obligations, "passed_by", "passed_at"),
        ("warning_issued", warnings, "issued_by", "issued_at"),
        ("warning_confirmed", warnings, "confirmed_by", "issued_at"),
        ("warning_act", warning_events, "person_id", "at"),
        ("answer_judged", answers, "judged_by", "judged_at"),
        ("release_decided", releases, "decided_by", "decided_at"),
        ("rise_decided", rises, "decided_by", "decided_at"),
        ("review_decided", reviews, "unit_by", "unit_at"),
        ("review_inspected", reviews, "inspector_by", "inspector_at"),
        ("risk_point_decided", risk_versions, "decided_by", "decided_at"),
        ("template_published", risk_templates, "published_by", "published_at"),
        ("template_ended", risk_templates, "ended_by", "ended_at"),
        ("campaign_decided", campaigns, "decided_by", "decided_at"),
        ("campaign_closed", campaigns, "closed_by", "closed_at"),
        ("matter_entered", matters, "created_by", "created_at"),
        ("matter_date_set", matter_dates, "person_id", "changed_at"),
        ("matter_act", matter_events, "person_id", "at"),
        ("buyer_placed", buyers, "person_id", "at"),
        ("role_granted", roles, "granted_by", "granted_at"),
        ("token_issued", api_tokens, "created_by", "created_at"),
        ("leave_entered", absences, "asked_by", "asked_at"),
        ("leave_decided", absences, "decided_by", "decided_at"),
        ("objection_decided", objections, "decided_by", "decided_at"),
        ("scores_closed", closings, "closed_by", "at"),
    )
)

COVERED: Final[Mapping[str, str]] = {
    **{f"{part.whose.table.name}.{part.whose.name}": part.name for part in PARTS},
    **{f"{deed.by.table.name}.{deed.by.name}": "deeds" for deed in _DEEDS},
    "ledger.person_id": "ledger",
    "uncounted.person_id": "none: what waits to be counted anew is gone within a moment",
}
"""The part in which is found what each column leads to, or why there is none."""


async def is_there(conn: Connection, person_id: int) -> bool:
    """Whether there is such a person."""
    return await conn.scalar(select(people.c.id).where(people.c.id == person_id)) is not None


async def person(conn: Connection, person_id: int) -> Row:
    """What the roster and the person say of the person."""
    names = "code name language language_chosen quiet_from quiet_until created_at"
    query = select(*_columns(people, names).values()).where(people.c.id == person_id)
    return dict((await conn.execute(query)).mappings().one())


async def rows(conn: Connection, part: Part, person_id: int) -> list[Row]:
    """The records of a part."""
    return [dict(row) for row in (await conn.execute(part.query(person_id))).mappings()]


async def deeds(conn: Connection, person_id: int) -> list[Row]:
    """What the person did about what is not the person's own, kind by kind."""
    found: list[Row] = []
    for deed in _DEEDS:
        at = null() if deed.at is None else deed.at
        done = await conn.scalars(select(at).where(deed.by == person_id).order_by(deed.by.table.primary_key.columns[0]))
        found += [{"what": deed.what, "at": at} for at in done]
    return found


async def events(conn: Connection, person_id: int) -> list[Row]:
    """The ledger's events about the person."""
    shown = _columns(ledger, "id at kind body")
    query = select(*shown.values()).where(ledger.c.person_id == person_id).order_by(ledger.c.id)
    return [dict(row) for row in (await conn.execute(query)).mappings()]


async def events_by(conn: Connection, person_id: int, code: str) -> list[Row]:
    """The ledger's events about others, or about nobody, that name the person as who did it."""
    by = ledger.c.body["by"].as_string() == code
    shown = {**_columns(ledger, "id at kind"), "event": ledger.c.body["event"].as_string()}
    query = select(*(value.label(name) for name, value in shown.items()))
    found = await conn.execute(query.where(by, ledger.c.person_id.is_distinct_from(person_id)).order_by(ledger.c.id))
    return [dict(row) for row in found.mappings()]


async def named(conn: Connection, words: Sequence[str], but: int) -> frozenset[str]:
    """Which of these words are the code or the name of another person."""
    found: set[str] = set()
    some = sorted({word for word in words if len(word) <= _LONGEST_NAME})
    for start in range(0, len(some), _AT_ONCE):
        part = some[start : start + _AT_ONCE]
        for column in (people.c.code, people.c.name):
            found |= set(await conn.scalars(select(column).where(column.in_(part), people.c.id != but)))
    return frozenset(found)


async def given_since(conn: Connection, person_id: int, since: datetime) -> list[datetime]:
    """When the person was given all this since an instant, in the order of time."""
    mine = ledger.c.person_id == person_id, ledger.c.kind == Kind.DATA_GIVEN.value, ledger.c.at > since
    return list(await conn.scalars(select(ledger.c.at).where(*mine).order_by(ledger.c.at)))
