"""Laying matters about warnings before those who are to decide them, and later before deputies."""

from collections.abc import Sequence
from datetime import datetime

from messages.notices import NewNotice
from messages.store import warning_matters
from messages.store import warnings as stored
from messages.store.database import Connection
from messages.warnings.matters import Matter
from schedules.deputies import Rank
from schedules.laying import lay
from schedules.warnings import cards, deciders
from schedules.warnings.deciding import Rules


async def sweep(rules: Rules, now: datetime) -> None:
    """Ask for each new decision, and ask the deputies for what has waited too many working hours."""
    await rules.calendars.current()
    await lay(rules, _Desk(rules.policy.approvals.singly), now)


class _Desk:
    """Matters as they are laid before somebody; each is a row of its own, so none is held while it is asked for."""

    name = cards.WAITING

    def __init__(self, singly: int) -> None:
        self._singly = singly

    async def unasked(self, conn: Connection, *, held: bool) -> list[Matter]:
        del held
        return await warning_matters.untold(conn)

    async def shaken(self, conn: Connection, *, held: bool) -> list[Matter]:
        del held
        return await warning_matters.shaken(conn)

    async def asked_before(self, conn: Connection, at: datetime, *, held: bool) -> list[Matter]:
        del held
        return await warning_matters.waiting_since(conn, at)

    async def ranks(self, conn: Connection, one: Matter) -> Sequence[Rank]:
        return await deciders.ranks(conn, one, await stored.get(conn, one.warning_id))

    async def notices(
        self, conn: Connection, some: Sequence[Matter], code: str, now: datetime, *, deputy: bool
    ) -> list[NewNotice]:
        """Each by itself where they are few, or urgent; the others as one message."""
        laid = [await cards.laid(conn, one, await stored.get(conn, one.warning_id)) for one in some]
        calm = [one for one in laid if not one.matter.urgent]
        together = calm if len(calm) > self._singly else []
        apart = [cards.card(one, code, now, deputy=deputy) for one in laid if one not in together]
        return [*apart, *([cards.summary(together, code, now, deputy=deputy)] if together else [])]

    async def mark(self, conn: Connection, some: Sequence[Matter], now: datetime, *, deputy: bool) -> None:
        for one in some:
            await warning_matters.tell(conn, one, now, deputy=deputy)
