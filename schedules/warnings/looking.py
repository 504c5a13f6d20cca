"""Looking at a warning in order to answer it or to decide: everything about it, for its holder and those who may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from messages import visibility
from messages.rights import Act, reach, refuse
from messages.store import answers, matters
from messages.store import warnings as stored
from messages.store.answers import Answer
from messages.store.database import Connection
from messages.store.matters import Reach
from messages.store.rises import Rise
from messages.store.warnings import Happened, Wording
from messages.visibility import What
from messages.warnings.matters import Matter, MatterKind
from messages.warnings.records import WarningRecord
from schedules.warnings import cards
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import (
    Rules,
    found,
    may_decide,
    may_judge,
    open_rise,
    released,
    waiting_answer,
)
from schedules.warnings.steps import dates_of


@dataclass(frozen=True, kw_only=True)
class Case:
    """A warning with what its item says, its answers (the newest first), its history and what waits to be decided."""

    warning: WarningRecord
    wording: Wording
    answers: tuple[Answer, ...]
    history: tuple[Happened, ...]
    matters: tuple[Laid, ...]


async def look(rules: Rules, warning_id: int, person_id: int, now: datetime) -> Case:
    """All about a warning; that somebody else than its holder looked is recorded.

    Raises ``NotFound``, and ``NotEntitled`` for who neither holds the post nor decides about it, which is recorded.
    """
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        own = await matters.present_holder(conn, warning.post_id) == person_id
        may = await reach_of(conn, person_id)
    if not (own or may.judges.covers(warning.path) or may.red.covers(warning.path)):
        raise await refuse(rules.db, person_id, Act.JUDGE, now, warning=warning_id)
    await visibility.see(rules.db, person_id, warning.post_id, What.WARNINGS, now)
    async with rules.db.reading() as conn:
        return Case(
            warning=warning,
            wording=await stored.wording(conn, warning.item_id),
            answers=tuple(await answers.of_warning(conn, warning_id)),
            history=tuple(await stored.history(conn, warning_id)),
            matters=tuple([await laid(conn, matter) for matter in await matters.open_of(conn, warning_id)]),
        )


async def reach_of(conn: Connection, person_id: int) -> Reach:
    """What a person may decide."""
    judges, red = [await reach(conn, person_id, act) for act in (Act.JUDGE, Act.CONFIRM_RED)]
    return Reach(person_id=person_id, judges=judges, red=red)


async def laid(conn: Connection, matter: Matter) -> Laid:
    """A matter with everything that the decision needs."""
    return await cards.laid(conn, matter, await stored.get(conn, matter.warning_id))


async def to_judge(
    rules: Rules, warning_id: int, person_id: int, now: datetime, answer_id: int | None = None
) -> WarningRecord:
    """A warning whose answer waits for this person's judgement: the one that was seen, where its id is given.

    Raises ``NotFound``, ``NotEntitled``, and ``DecidedBefore`` saying by whom and when it was judged.
    """
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
        await waiting_answer(rules, conn, warning, answer_id)
    return warning


async def to_release(rules: Rules, warning_id: int, person_id: int, now: datetime) -> WarningRecord:
    """A warning that this person may release. Raises ``NotFound``, ``NotEntitled`` and ``DecidedBefore``."""
    await may_judge(rules, warning_id, person_id, now)
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
    if not warning.open:
        raise released(rules, warning)
    return warning


async def to_decide(rules: Rules, rise_id: int, person_id: int, now: datetime) -> Rise:
    """A proposal that waits for this person's decision. Raises ``NotFound``, ``NotEntitled`` and ``DecidedBefore``."""
    await may_decide(rules, rise_id, person_id, now)
    async with rules.db.reading() as conn:
        return await open_rise(rules, conn, rise_id)


async def laid_before(rules: Rules, warning_id: int, person_id: int) -> list[Laid]:
    """What waits for a person's decision about one warning."""
    async with rules.db.reading() as conn:
        waiting = await matters.waiting_about(conn, await reach_of(conn, person_id), warning_id)
        return [await laid(conn, matter) for matter in waiting]


async def counts(rules: Rules, person_id: int) -> Mapping[MatterKind, int]:
    """How much of each kind waits for a person; nothing for who decides nothing."""
    async with rules.db.reading() as conn:
        return await matters.counts_for(conn, await reach_of(conn, person_id))


async def dates(rules: Rules, warning_id: int, days: Sequence[int], now: datetime) -> list[datetime]:
    """By when a warning would have to be answered if so many working days were given now, in the order of ``days``."""
    terms = await rules.terms()
    async with rules.db.reading() as conn:
        warning = await found(conn, warning_id)
    since = terms.begins(warning.grade, now)
    return [dates_of(terms, warning.ladder, since, within).answer_by for within in days]
