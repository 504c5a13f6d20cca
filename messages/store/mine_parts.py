"""What is a person's own, of all that the tables keep: a part for each kind of record, a row for each record.

A part has only what is the person's: what others wrote about it, and who they are, is left out unless the person was
told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, Table, select
from sqlalchemy.sql.selectable import FromClause

from messages.store.tables import (
    absences,
    accounts,
    acknowledgements,
    answers,
    api_tokens,
    assignments,
    boards,
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
    matters,
    missed,
    notices,
    objections,
    obligations,
    posts,
    proposals,
    releases,
    reviews,
    rises,
    risk_points,
    risk_versions,
    roles,
    statement_units,
    statements,
    tellings,
    units,
    warnings,
    web_links,
    web_sessions,
    web_uploads,
    wrong_codes,
)


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


def columns_of(table: Table, names: str) -> dict[str, ColumnElement[Any]]:
    """Columns of a table by their names, which stand with spaces between."""
    return {name: table.c[name] for name in names.split()}


def _part(
    name: str,
    table: Table,
    shown: str,
    *,
    whose: str | Column[Any] = "person_id",
    source: FromClause | None = None,
    more: Mapping[str, ColumnElement[Any]] | None = None,
    told: Column[Any] | None = None,
) -> Part:
    return Part(
        name=name,
        source=table if source is None else source,
        whose=table.c[whose] if isinstance(whose, str) else whose,
        told=told,
        shown={**(more or {}), **columns_of(table, shown)},
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


def _of_notice(name: str, table: Table, shown: str) -> Part:
    return _part(name, table, shown, source=_with_notice(table), more=_NOTICE)


def _of_notice_and_post(name: str, table: Table, shown: str) -> Part:
    source = _with_post(_with_notice(table), table.c.post_id)
    return _part(name, table, shown, source=source, more={**_NOTICE, **_POST})


def _of_warning(
    name: str, table: Table, shown: str, *, whose: str = "person_id", told: Column[Any] | None = None
) -> Part:
    return _part(name, table, shown, whose=whose, source=_with_warning(table), more=_OF_WARNING, told=told)


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
    _of_notice("deliveries", deliveries, "wave state due_at settled_at reason recall"),
    _of_notice("earlier_messages", earlier_messages, "sent_at recall"),
    _of_notice_and_post("obligations", obligations, "created_at passed_at"),
    _of_notice_and_post("acknowledgements", acknowledgements, "at"),
    _of_notice("missed", missed, "at"),
    _part(
        "warnings",
        warnings,
        "grade state issued_at provisional acknowledged_at answer_by answered_at accepted_at released_at",
        source=_with_post(
            warnings.join(items, items.c.id == warnings.c.item_id).join(
                assignments, assignments.c.id == warnings.c.assignment_id
            ),
            warnings.c.post_id,
        ),
        whose=assignments.c.person_id,
        more={"id": warnings.c.id, "title": items.c.title, "text": items.c.text, **_POST},
    ),
    _of_warning("warnings_told", tellings, "step at told_at", told=tellings.c.told_at),
    _of_warning("answers", answers, "turn parts at timely verdict judged_at why"),
    _of_warning("releases", releases, "turn at decided_at"),
    _of_warning("rises", rises, "turn grade cause proposed_why at decision decided_at", whose="proposed_by"),
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
    _part(
        "statement_units",
        statement_units,
        "",
        source=statement_units.join(statements, statements.c.id == statement_units.c.statement_id)
        .join(closings, closings.c.id == statements.c.closing_id)
        .join(units, units.c.id == statement_units.c.unit_id),
        whose=statements.c.person_id,
        more={"period": closings.c.period, "revision": closings.c.revision, "unit": units.c.name},
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
    _of_notice("boards", boards, "opened_at closed_at"),
    _part("calendar_links", calendar_links, "feed created_at revoked_at read_at"),
    _part("web_links", web_links, "created_at expires_at used_at"),
    _part("web_sessions", web_sessions, "created_at expires_at ended_at"),
    _part("web_uploads", web_uploads, "name created_at"),
    _part("api_tokens", api_tokens, "name scopes created_at expires_at revoked_at"),
    _part(
        "wrong_codes",
        wrong_codes,
        "at",
        source=wrong_codes.join(accounts, accounts.c.chat_id == wrong_codes.c.chat_id),
        whose=accounts.c.person_id,
    ),
)
"""What is the person's own, part by part, in the order in which it is told."""
