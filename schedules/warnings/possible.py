"""What a person may do about an open warning, as it stands and by the person's rights: faces offer just that.

Whether it may be done is judged once more when it is.
"""

from dataclasses import dataclass
from enum import StrEnum

from messages.rights import Act, reach
from messages.store import rises, warning_matters
from messages.store.database import Connection
from messages.warnings.awaited import UNANSWERED
from messages.warnings.matters import MatterKind
from messages.warnings.records import WarningRecord, WarningState
from schedules.warnings import looking
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import Rules, found


class Possible(StrEnum):
    """What may be done."""

    ANSWER = "answer"
    ASK_RELEASE = "ask_release"
    RELEASE = "release"
    PROPOSE = "propose"  # to raise it
    READ = "read"  # what it says, with its files


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person may do about a warning: decide what waits (``laid``), and more."""

    laid: tuple[Laid, ...] = ()
    acts: frozenset[Possible] = frozenset()


async def possible(rules: Rules, warning_id: int, person_id: int) -> Choice:
    """What a person may do about a warning; of one that is released nothing. Raises ``NotFound``."""
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        if not warning.open:
            return Choice()
        if await warning_matters.present_holder(conn, warning.post_id) == person_id:
            return Choice(acts=frozenset(_holders(warning)))
        return await _others(conn, warning, person_id)


def _holders(warning: WarningRecord) -> set[Possible]:
    acts = {Possible.READ}
    if warning.state in UNANSWERED:
        acts.add(Possible.ANSWER)
    if warning.state is WarningState.ACCEPTED:
        acts.add(Possible.ASK_RELEASE)
    return acts


async def _others(conn: Connection, warning: WarningRecord, person_id: int) -> Choice:
    """An answer that waits is judged, and a release that is asked for is given, as a matter that is laid before one."""
    mine, sees = await looking.reach_of(conn, person_id), await reach(conn, person_id, Act.SEE_WARNINGS)
    waiting = await warning_matters.waiting_about(conn, mine, warning.id)
    laid = tuple([await looking.laid(conn, matter) for matter in waiting])
    judges = mine.judges.covers(warning.path)
    acts: set[Possible] = set()
    asked = any(matter.kind is MatterKind.RELEASE for matter in waiting)
    if judges and warning.state is not WarningState.ANSWERED and not asked:
        acts.add(Possible.RELEASE)
    if sees.covers(warning.path) and await rises.open_of(conn, warning.id) is None:
        acts.add(Possible.PROPOSE)
    if judges or mine.red.covers(warning.path):
        acts.add(Possible.READ)
    return Choice(laid=laid, acts=frozenset(acts))
