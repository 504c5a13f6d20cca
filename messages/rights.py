"""Rights: one table says which role may do which act, and how far it reaches; chat, web and command line ask it.

A role is borne for a unit and all below it; an inspector, or whoever bears a role more than once, for several. Of an
administrator whose unit is the office above all others the reach is everything.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from messages.errors import NotEntitled, NotFound
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role
from messages.scopes import EVERYWHERE, NOWHERE, Scope
from messages.store import ledger, rights
from messages.store.database import Connection, Database
from messages.text.phrase import Phrase, phrase

SAME_REFUSALS: Final = 20
"""So many refusals of the same act about the same are recorded within ``REFUSALS_WITHIN``: a flood must not fill it."""
REFUSALS_RECORDED: Final = 200
"""So many of one person's refusals of one act, about whatever: no flood of one act hides another."""
REFUSALS_WITHIN: Final = timedelta(hours=1)


class Act(StrEnum):
    """What a person may do beyond answering for the own posts."""

    BROADCAST = "broadcast"  # say something to an audience
    APPROVE = "approve"  # somebody else's broadcast
    STEER = "steer"  # pause, resume, cancel and recall a notice
    REMIND = "remind"  # those who have not acknowledged
    SEE_NOTICES = "see_notices"  # how notices stand, by unit and person
    EXPORT = "export"  # the same as a file
    SEE_ROSTER = "see_roster"
    IMPORT_ROSTER = "import_roster"
    GRANT_ROLES = "grant_roles"
    SUBMIT = "submit"  # items
    APPROVE_ITEMS = "approve_items"  # somebody else's, and return them
    CONFIRM_RED = "confirm_red"  # red needs a named person of the office as well
    JUDGE = "judge"  # answers to warnings, and raise and release these
    SEE_WARNINGS = "see_warnings"  # of posts in the scope, whatever the own level is
    ISSUE_TOKENS = "issue_tokens"  # for other systems
    REVIEW_RISKS = "review_risks"  # accept and return what posts submit to the register
    INSPECT = "inspect"  # accept and return what units have accepted for a campaign
    RUN_CAMPAIGNS = "run_campaigns"
    PUBLISH_TEMPLATES = "publish_templates"  # of risk points
    ENTER_MATTERS = "enter_matters"  # tenders and the like, and move their dates
    SEE_MATTERS = "see_matters"  # of units in the scope
    PLACE_MATTERS = "place_matters"  # say which unit a buyer is
    SEE_STATISTICS = "see_statistics"  # of units in the scope
    SEE_SCORES = "see_scores"  # of people in the scope
    CLOSE_SCORES = "close_scores"  # of a period, answer objections, and switch the ranking
    SEE_LEDGER = "see_ledger"  # how its chain and seals stand
    GRANT_ABSENCE = "grant_absence"  # to people in the scope


_SEES: Final = frozenset(
    {
        Act.SEE_NOTICES,
        Act.EXPORT,
        Act.SEE_ROSTER,
        Act.SEE_WARNINGS,
        Act.SEE_MATTERS,
        Act.SEE_STATISTICS,
        Act.SEE_SCORES,
    }
)

TABLE: Final[Mapping[Role, frozenset[Act]]] = MappingProxyType(
    {
        Role.OFFICE: frozenset(Act),
        Role.LEADER: _SEES
        | {
            Act.APPROVE,
            Act.REMIND,
            Act.APPROVE_ITEMS,
            Act.JUDGE,
            Act.REVIEW_RISKS,
            Act.ENTER_MATTERS,
            Act.GRANT_ABSENCE,
        },
        Role.INSPECTOR: _SEES | {Act.INSPECT},
        Role.COLLECTOR: frozenset({Act.SUBMIT, Act.ENTER_MATTERS, Act.SEE_MATTERS}),
        Role.DUTY: frozenset(),
    }
)
"""The acts of each role, within the role's scope. Who holds a post needs no role to answer for it."""

WHOLE: Final = frozenset(
    {Act.IMPORT_ROSTER, Act.GRANT_ROLES, Act.ISSUE_TOKENS, Act.PLACE_MATTERS, Act.CLOSE_SCORES, Act.SEE_LEDGER}
)
"""Acts that are about the whole organisation: only who reaches everything may do them."""

_DONE: Final[Mapping[Act, Phrase]] = MappingProxyType(
    {
        Act.BROADCAST: phrase("only administrators of the office broadcast"),
        Act.APPROVE: phrase("only administrators and responsible leaders approve"),
        Act.STEER: phrase("only administrators of the office stop a notice"),
        Act.REMIND: phrase("only administrators and responsible leaders have people reminded"),
        Act.SEE_NOTICES: phrase("only administrators, leaders and inspectors see how notices stand"),
        Act.EXPORT: phrase("only administrators, leaders and inspectors export"),
        Act.SEE_ROSTER: phrase("only administrators, leaders and inspectors see the roster"),
        Act.IMPORT_ROSTER: phrase("only administrators of the whole office change the roster"),
        Act.GRANT_ROLES: phrase("only administrators of the whole office grant roles"),
        Act.SUBMIT: phrase("only collectors submit items"),
        Act.APPROVE_ITEMS: phrase("only responsible leaders and administrators approve items"),
        Act.CONFIRM_RED: phrase("only administrators of the office confirm a red warning"),
        Act.JUDGE: phrase("only responsible leaders and administrators judge warnings"),
        Act.SEE_WARNINGS: phrase("only leaders, inspectors and administrators see the warnings of their units"),
        Act.ISSUE_TOKENS: phrase("only administrators of the whole office give access to other systems"),
        Act.REVIEW_RISKS: phrase("only responsible leaders and administrators review risk points"),
        Act.INSPECT: phrase("only inspectors and administrators accept what units have done for a campaign"),
        Act.RUN_CAMPAIGNS: phrase("only administrators of the office run campaigns"),
        Act.PUBLISH_TEMPLATES: phrase("only administrators of the office publish template points"),
        Act.ENTER_MATTERS: phrase("only collectors, responsible leaders and administrators enter tenders and the like"),
        Act.SEE_MATTERS: phrase("only those who look after the unit and those who answer for a step see its tenders"),
        Act.PLACE_MATTERS: phrase("only administrators of the whole office say which unit a buyer is"),
        Act.SEE_STATISTICS: phrase("only administrators, leaders and inspectors see the statistics of units"),
        Act.SEE_SCORES: phrase("only those who supervise a person see the person's score"),
        Act.CLOSE_SCORES: phrase("only administrators of the whole office close scores and answer objections"),
        Act.SEE_LEDGER: phrase("only administrators of the whole office see the ledger's seals"),
        Act.GRANT_ABSENCE: phrase("only responsible leaders and administrators grant leave"),
    }
)


def scope_of(borne: Sequence[rights.Borne], act: Act) -> Scope:
    """How far the roles that a person bears let the person do something."""
    held = [one for one in borne if act in TABLE[one.role]]
    if any(one.role is Role.OFFICE and one.above_all for one in held):
        return EVERYWHERE
    return NOWHERE if act in WHOLE else Scope(paths=tuple(sorted({one.path for one in held})))


async def acts_of(conn: Connection, person_id: int) -> frozenset[Act]:
    """All that a person may do somewhere."""
    borne = await rights.borne(conn, person_id)
    return frozenset(act for act in Act if scope_of(borne, act))


async def reach(conn: Connection, person_id: int, act: Act) -> Scope:
    """How far a person may do something; empty where not at all."""
    return scope_of(await rights.borne(conn, person_id), act)


async def entitle(db: Database, person_id: int, act: Act, now: datetime, /, **about: Json) -> Scope:
    """How far a person may do something. Raises ``NotEntitled`` where not at all; that is recorded, ``about`` what."""
    async with db.reading() as conn:
        scope = await reach(conn, person_id, act)
    if not scope:
        raise await refuse(db, person_id, act, now, **about)
    return scope


async def refuse(
    db: Database, person_id: int, act: Act, now: datetime, what: Phrase | None = None, /, **about: Json
) -> NotEntitled:
    """Record that an act was refused, and give the error to raise: ``what``, or the act's own sentence.

    ``about`` says more for the ledger, such as the notice or the audience.
    """
    await record_refused(db, person_id, act.value, now, **about)
    return NotEntitled(what or phrase("This is not open to you: {why}.", why=_DONE[act]))


async def record_refused(db: Database, person_id: int, act: str, now: datetime, /, **about: Json) -> None:
    """Record that a person tried what is not the person's right, also where that is no matter of roles."""
    body: dict[str, Json] = {"act": act, **about}
    async with db.writing() as conn:
        before = await ledger.refusals(conn, act=act, person_id=person_id, since=now - REFUSALS_WITHIN)
        if len(before) < REFUSALS_RECORDED and before.count(body) < SAME_REFUSALS:
            await ledger.append(conn, at=now, kind=Kind.ACT_REFUSED, person_id=person_id, body=body)


async def person_of(conn: Connection, code: str) -> int:
    """The id of the person with this code; raises ``NotFound``."""
    person = await rights.person_id(conn, code)
    if person is None:
        raise NotFound(phrase("There is no person with the code «{code}».", code=code))
    return person
