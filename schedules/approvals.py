"""Approvals: a broadcast to many is proposed, and a second person approves or returns it: nobody the own one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from messages import drafts, reasons
from messages.audience import sayable
from messages.drafts import BROADCASTS, EMPTY, Content
from messages.errors import DecidedBefore, NotFound, Refused
from messages.ledger import Kind
from messages.notices import Json, Lane, NewNotice
from messages.proposals import Decision, Proposal
from messages.rights import TABLE, Act, entitle, refuse
from messages.store import ledger, notices, rights
from messages.store import proposals as stored
from messages.store.database import Connection, Database
from messages.text.phrase import phrase
from schedules.boards import hang_board
from schedules.broadcast_checks import may_approve
from schedules.broadcasts import Announced, Broadcasts
from schedules.planner import Planner
from schedules.previews import Previews
from schedules.reporting import report

_USEFUL: Final = timedelta(days=7)
"""A report about a proposal is of no use after this."""
_TITLE_NAMED_UP_TO: Final = 60


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A proposal was made; the names of those who were told of it, and how many people it means."""

    id: int
    told: tuple[str, ...]
    people: int


class Approvals:
    """Proposals of one office."""

    def __init__(self, *, db: Database, broadcasts: Broadcasts, previews: Previews, planner: Planner) -> None:
        """What is approved is announced by ``broadcasts``."""
        self._db = db
        self._broadcasts = broadcasts
        self._previews = previews
        self._planner = planner

    async def propose(self, draft: drafts.Draft, now: datetime) -> Proposed:
        """Propose a draft, which is closed by that, and tell each who may approve it.

        Raises ``Refused`` where nobody but its own person may, and what announcing would raise.
        """
        preview = await self._previews.preview(draft.content, draft.person_id, now)
        approvers = await self._approvers(preview.notice.audience, draft.person_id)
        if not approvers:
            raise Refused(phrase("Nobody else may approve a broadcast to all of these people. Please choose fewer."))
        people = preview.reach.people
        async with self._db.writing() as conn:
            await BROADCASTS.close(conn, draft, now)
            proposal_id = await stored.add(conn, draft.person_id, draft.content, now)
            body: dict[str, Json] = {"proposal": proposal_id, "audience": preview.notice.audience, "recipients": people}
            await ledger.append(conn, at=now, kind=Kind.BROADCAST_PROPOSED, person_id=draft.person_id, body=body)
            proposal = await _find(conn, proposal_id)
            for code in approvers:
                await notices.add(conn, _request(proposal, code, people, now))
        await self._planner.fan_out(now)
        return Proposed(id=proposal_id, told=tuple(approvers.values()), people=people)

    async def waiting(self, person_id: int, now: datetime) -> list[Proposal]:
        """What waits for the decision of this person. Raises ``NotEntitled`` for who decides nothing."""
        await entitle(self._db, person_id, Act.APPROVE, now)
        async with self._db.reading() as conn:
            found = await stored.waiting(conn)
        return [proposal for proposal in found if await self._is_for(proposal, person_id)]

    async def for_decision(self, proposal_id: int, person_id: int, now: datetime) -> Proposal:
        """A proposal that this person may decide now. Raises ``NotEntitled``, ``NotFound`` and ``DecidedBefore``."""
        await entitle(self._db, person_id, Act.APPROVE, now)
        async with self._db.reading() as conn:
            proposal = await _find(conn, proposal_id)
        if proposal.decision is not None:
            raise _decided_before(proposal)
        if not await self._is_for(proposal, person_id):
            what = phrase("Nobody approves the own broadcast.") if proposal.person_id == person_id else None
            raise await refuse(self._db, person_id, Act.APPROVE, now, what, proposal=proposal_id)
        return proposal

    async def approve(self, proposal_id: int, person_id: int, seen: str, now: datetime) -> Announced:
        """Approve a proposal as it was ``seen``: it is announced, and with it, in the same transaction, decided.

        Raises ``Outdated`` where it comes to something else by now than was shown.
        """
        proposal = await self.for_decision(proposal_id, person_id, now)
        await self._previews.agreed(proposal.content, proposal.person_id, seen, now)
        async with self._db.reading() as conn:
            code = await rights.person_code(conn, person_id)

        async def decided(conn: Connection, notice_id: int) -> None:
            approved = Decision.APPROVED
            if not await stored.decide(conn, proposal_id, approved, by=person_id, at=now, notice_id=notice_id):
                raise _decided_before(await _find(conn, proposal_id))
            await hang_board(conn, notice_id, proposal.person_id, now)

        given = await self._previews.given(proposal.content, proposal.person_id, now, approved_by=code)
        return await self._broadcasts.announce(given, now, decided)

    async def give_back(
        self, proposal_id: int, person_id: int, why: str, now: datetime, reason: int | None = None
    ) -> Proposal:
        """Return a proposal to its person, who is told why and has it as a draft again.

        In the same transaction its approver is not asked for a reason any more; ``reason`` is the message that was it.
        """
        proposal = await self.for_decision(proposal_id, person_id, now)
        why = reasons.reason_of(why) if why.strip() else ""
        async with self._db.writing() as conn:
            if not await stored.decide(conn, proposal_id, Decision.RETURNED, by=person_id, at=now, why=why):
                raise _decided_before(await _find(conn, proposal_id))
            body: dict[str, Json] = {"proposal": proposal_id, "proposer": proposal.code, "why": why}
            await ledger.append(conn, at=now, kind=Kind.BROADCAST_RETURNED, person_id=person_id, body=body)
            returned = await _find(conn, proposal_id)
            await notices.add(conn, _returned(returned, now))
            await reasons.stop(conn, person_id, now, reason)
        await self._planner.fan_out(now)
        return returned

    async def resume(self, person_id: int, now: datetime) -> drafts.Draft | None:
        """The draft that a person left, or else what came back to the person, as a draft again."""
        if draft := await BROADCASTS.current(self._db, person_id):
            return draft
        async with self._db.writing() as conn:
            return await _taken_up(conn, person_id, now)

    async def proposed(self, person_id: int) -> list[Proposal]:
        """What a person has proposed and nobody has decided."""
        async with self._db.reading() as conn:
            return await stored.waiting(conn, person_id)

    async def withdraw(self, proposal_id: int, person_id: int, now: datetime) -> drafts.Draft | None:
        """Withdraw the own proposal: it is a draft again; None where another is being written, and has to end before.

        Raises ``NotFound``, ``NotEntitled`` for somebody else's, and ``DecidedBefore``.
        """
        async with self._db.reading() as conn:
            proposal = await _find(conn, proposal_id)
        if proposal.person_id != person_id:
            what = phrase("Only who proposed it withdraws it.")
            raise await refuse(self._db, person_id, Act.BROADCAST, now, what, proposal=proposal_id)
        async with self._db.writing() as conn:
            if not await stored.decide(conn, proposal_id, Decision.WITHDRAWN, by=person_id, at=now):
                raise _decided_before(await _find(conn, proposal_id))
            body: dict[str, Json] = {"proposal": proposal_id}
            await ledger.append(conn, at=now, kind=Kind.BROADCAST_WITHDRAWN, person_id=person_id, body=body)
            free = await BROADCASTS.make_room(conn, person_id, EMPTY, now)
            return await _taken_up(conn, person_id, now, proposal_id) if free else None

    async def _approvers(self, expression: str, proposer: int) -> dict[str, str]:
        """Who may approve a broadcast to this audience, names by codes."""
        async with self._db.reading() as conn:
            bearing = await rights.bearing(conn, [role for role, acts in TABLE.items() if Act.APPROVE in acts])
        return {
            one.code: one.name
            for one in bearing
            if one.id != proposer and sayable(one.code) and await may_approve(self._db, one.id, expression)
        }

    async def _is_for(self, proposal: Proposal, person_id: int) -> bool:
        expression = await self._previews.expression(proposal.content, proposal.person_id)
        return proposal.person_id != person_id and await may_approve(self._db, person_id, expression)


async def _find(conn: Connection, proposal_id: int) -> Proposal:
    proposal = await stored.find(conn, proposal_id)
    if proposal is None:
        raise NotFound(phrase("There is no proposal {id}.", id=proposal_id))
    return proposal


async def _taken_up(
    conn: Connection, person_id: int, now: datetime, proposal_id: int | None = None
) -> drafts.Draft | None:
    """What came back to a person (or this of it), as a draft again."""
    proposal = await stored.take_up(conn, person_id, proposal_id)
    if proposal is None:
        return None
    why = (proposal.why or "") if proposal.decision is Decision.RETURNED else None
    return await drafts.begin(conn, person_id, now, proposal.content, why)


def _decided_before(proposal: Proposal) -> DecidedBefore:
    if proposal.decision is Decision.WITHDRAWN:
        return DecidedBefore(phrase("{name} has withdrawn this.", name=proposal.decided_by or ""))
    if proposal.decision is Decision.APPROVED:
        return DecidedBefore(phrase("{name} has approved this already.", name=proposal.decided_by or ""))
    return DecidedBefore(phrase("{name} has returned this already.", name=proposal.decided_by or ""))


def _request(proposal: Proposal, code: str, people: int, now: datetime) -> NewNotice:
    params: dict[str, Json] = {"by": proposal.proposer, "people": people, "title": _titled(proposal.content)}
    return _report(f"proposal:{proposal.id}:{code}", "proposal", params, code, proposal.content, now)


def _returned(proposal: Proposal, now: datetime) -> NewNotice:
    params: dict[str, Json] = {
        "by": proposal.decided_by or "",
        "why": proposal.why or "",
        "title": _titled(proposal.content),
    }
    return _report(
        f"proposal:{proposal.id}:returned", "proposal_returned", params, proposal.code, proposal.content, now
    )


def _titled(content: Content) -> str:
    return (content.title or "")[:_TITLE_NAMED_UP_TO]


def _report(key: str, template: str, params: dict[str, Json], code: str, content: Content, now: datetime) -> NewNotice:
    """What the service tells one person about a proposal: of a red one at once, at night too."""
    lane, at_once = min(content.lane, Lane.PROMPT), content.lane is Lane.RED
    return report(key, template, params, code, now, lane=lane, expires_at=now + _USEFUL, anytime=at_once)
