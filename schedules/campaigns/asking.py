"""Laying a proposed campaign before those who may approve it: the office, without its author, and later others."""

from collections.abc import Sequence
from datetime import datetime

from messages.notices import NewNotice
from messages.organisation.records import Role
from messages.register.campaigns import Campaign, Found
from messages.store import campaign_sweeps, responsible, steering
from messages.store import campaigns as stored
from messages.store.campaign_sweeps import Proposed, proposed_key
from messages.store.database import Connection
from schedules.campaigns.entitling import may_approve
from schedules.campaigns.telling import card, card_notice
from schedules.deputies import Rank, ranks_of
from schedules.laying import lay, one_key
from schedules.tools import Tools


async def ask(tools: Tools, now: datetime) -> None:
    """Ask for each approval, and ask others where it has waited too many working hours."""
    await lay(tools, _Desk(), now)


async def call_off(conn: Connection, campaign: Campaign, now: datetime) -> None:
    """Send no card any more of a campaign that was decided."""
    over = await _over(conn, campaign.given.audience)
    key = proposed_key(campaign.id)
    keys = {f"{one_key(key, deputy=deputy)}:{one.code}" for one in over for deputy in (False, True)}
    await steering.call_off(conn, sorted(keys), now)


async def approvers(conn: Connection, expression: str, author_id: int) -> list[Rank]:
    """Who may approve a campaign to this audience, as they are asked."""
    found = [one for one in await _over(conn, expression) if await may_approve(conn, expression, one.id)]
    return ranks_of(found, {author_id})


async def _over(conn: Connection, expression: str) -> list[responsible.Responsible]:
    """Who administers one of the units that are meant; whoever administers all of them is among these."""
    return await responsible.over(conn, await stored.a_path(conn, expression) or "/", [Role.OFFICE])


class _Desk:
    """Campaigns as they are laid before somebody."""

    name = "campaigns"

    def __init__(self) -> None:
        self._ranks: dict[int, list[Rank]] = {}
        self._found: dict[int, Found] = {}

    async def unasked(self, conn: Connection, *, held: bool) -> list[Proposed]:
        return await campaign_sweeps.unasked(conn, held=held)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Proposed]:
        return await campaign_sweeps.shaken(conn, held=held)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Proposed]:
        return await campaign_sweeps.asked_before(conn, at, held=held)

    async def ranks(self, conn: Connection, one: Proposed) -> Sequence[Rank]:
        if one.id not in self._ranks:
            self._ranks[one.id] = await approvers(conn, one.audience, one.person_id)
        return self._ranks[one.id]

    async def notices(
        self, conn: Connection, some: Sequence[Proposed], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        known = await stored.several(conn, [one.id for one in some])
        told = [(known[one.id], card(known[one.id], await self._meant(conn, one))) for one in some]
        return [card_notice(campaign, said, code, now, deputy=deputy) for campaign, said in told]

    async def _meant(self, conn: Connection, one: Proposed) -> Found:
        """Whom a campaign means: counted once, however many people it is laid before."""
        if one.id not in self._found:
            self._found[one.id] = await stored.found(conn, one.audience)
        return self._found[one.id]

    async def mark(self, conn: Connection, some: Sequence[Proposed], now: datetime, *, deputy: bool) -> None:
        await campaign_sweeps.mark(conn, [one.id for one in some], "deputy_at" if deputy else "asked_at", now)
