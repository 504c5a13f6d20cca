"""How the ledger stands, for administrators: how far the chain has come, and its seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messages.ledger_chain import Seal, in_words
from messages.rights import Act, entitle
from messages.store import ledger_checks, ledger_links, seals
from messages.store.database import Connection, Database
from messages.store.ledger_links import Head
from messages.store.seals import KeptSeal


@dataclass(frozen=True, kw_only=True)
class ShownSeal:
    """A seal in words, read (None where it is not as we write it), and whether the chain still has what it says.

    ``at`` is when it was made, None where nobody can say.
    """

    said: str
    seal: Seal | None
    at: datetime | None
    agrees: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The chain's end, how many events wait for their link, and a page of seals, the newest first.

    ``guarded``: whether the database still refuses changes by itself. ``bad`` seals of all do not agree.
    """

    head: Head
    waiting: int
    guarded: bool
    seals: Sequence[ShownSeal]
    total: int
    bad: int
    number: int
    further: bool


async def all_seals(conn: Connection) -> list[ShownSeal]:
    """All seals, the newest first."""
    kept = [*reversed(await seals.raw(conn))]
    agree = await seals.agreeing(conn, kept)
    return [_shown(one, agrees=agrees) for one, agrees in zip(kept, agree, strict=True)]


async def standing(db: Database, viewer: int, number: int, now: datetime, *, size: int) -> Standing:
    """How the ledger stands, with the seals of a page. Raises ``NotEntitled``, which is recorded."""
    await entitle(db, viewer, Act.SEE_LEDGER, now)
    async with db.reading() as conn:
        found = await all_seals(conn)
        begin = (number - 1) * size
        return Standing(
            head=await ledger_links.head(conn),
            waiting=await ledger_links.waiting(conn),
            guarded=await ledger_checks.guarded(conn),
            seals=found[begin : begin + size],
            total=len(found),
            bad=sum(not one.agrees for one in found),
            number=number,
            further=begin + size < len(found),
        )


def _shown(kept: KeptSeal, *, agrees: bool) -> ShownSeal:
    try:
        at = datetime.fromisoformat(in_words(kept.at))
    except ValueError:
        at = None
    return ShownSeal(said=kept.said, seal=kept.seal, at=at, agrees=agrees)
