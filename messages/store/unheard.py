"""Queries of superiors whom a warning's message did not reach, which was found out only when it was sent."""

from sqlalchemy import exists, select

from messages.deliveries import DeliveryState
from messages.store.database import Connection
from messages.store.tables import accounts, deliveries, tellings, warnings
from messages.store.warnings import OPEN
from messages.warnings.records import Part


async def superiors_unheard(conn: Connection) -> list[tuple[int, str]]:
    """The open warnings, and the steps of their present turns, of which a superior was to be told and was not reached.

    Only who cannot be reached to this day is looked at: those are few.
    """
    lost = select(accounts.c.person_id).where(accounts.c.unreachable_since.is_not(None), accounts.c.left_at.is_(None))
    missed = exists().where(
        deliveries.c.notice_id == tellings.c.notice_id,
        deliveries.c.person_id == tellings.c.person_id,
        deliveries.c.state == DeliveryState.UNREACHABLE.value,
    )
    query = (
        select(tellings.c.warning_id, tellings.c.step)
        .join(warnings, warnings.c.id == tellings.c.warning_id)
        .where(tellings.c.person_id.in_(lost), tellings.c.part == Part.SUPERIOR.value, OPEN)
        .where(tellings.c.turn == warnings.c.turn, missed)
        .distinct()
    )
    return [(row.warning_id, row.step) for row in await conn.execute(query)]


async def told_of(conn: Connection, warning_id: int, turn: int, step: str) -> frozenset[int]:
    """Who is told of a step of a warning's turn, or is to be."""
    mine = tellings.c.warning_id == warning_id, tellings.c.turn == turn, tellings.c.step == step
    return frozenset(await conn.scalars(select(tellings.c.person_id).where(*mine)))
