"""Who is asked to decide a matter about a warning, and who is their deputy.

Answers and releases are the issuer's while the issuer may still judge there, else the nearest leaders'; a rise to
orange is the nearest leaders'; red and beyond are the office's. Nobody decides about the own post, answer or proposal.
"""

from messages.rights import TABLE
from messages.store import responsible, warning_matters
from messages.store.database import Connection
from messages.warnings.matters import Matter, MatterKind
from messages.warnings.records import WarningRecord
from schedules.deputies import Rank, ranks_of


async def ranks(conn: Connection, matter: Matter, warning: WarningRecord) -> list[Rank]:
    """All who may decide it, as they are asked."""
    may = [role for role, acts in TABLE.items() if matter.act in acts]
    not_they = {await warning_matters.present_holder(conn, warning.post_id), warning.holder_id, matter.by}
    found = ranks_of(await responsible.over(conn, warning.path, may), not_they)
    if matter.kind is MatterKind.RISE:
        return found
    issuer = [(one,) for rank in found for one in rank if one.id == warning.issued_by]
    return [*issuer[:1], *found]
